//! From definitions to tables.

use super::file::{Class, Common, Definition, Level, Match, Reader, Shape};
use super::load::CatalogError;
use super::picture::{self, Picture};
use super::vocabulary::{Labels, Said, Vocabulary};
use super::{Catalog, CookieUse, Known, LabelUse, LayoutUse, Rule, RuleIndex, Selection};
use crate::check;
use crate::detect::custom::Custom;
use crate::detect::labelled::words::WordList;
use crate::detect::number;
use crate::detect::openings::Beginnings;
use crate::detect::population::Counted;
use crate::detect::simd::{self, Wanted};
use crate::finding::{Confidence, Kind, Mask};
use crate::taxonomy::Category;
use crate::text::field::Ends;
use std::collections::{BTreeMap, HashMap};

/// Most detectors in one catalogue.
const MOST: usize = 4000;

impl Catalog {
    pub(super) fn compile(
        mut definitions: Vec<Definition>, words: &Words<'_>, selection: &Selection, digest: String,
    ) -> Result<Self, CatalogError> {
        definitions.sort_by(|left, right| left.id.cmp(&right.id));
        refuse_doubles(&definitions)?;
        let on = selected(&definitions, selection)?;
        let Vocabulary { keywords, heads, headed, groups, names, labels } = words.vocabulary(&definitions)?;
        let mut catalog = Self {
            definitions: Vec::new(),
            rules: Vec::with_capacity(definitions.len()),
            kinds: Vec::new(),
            kind_rules: Vec::new(),
            layouts: HashMap::default(),
            totals: [0; number::GROUPS + 1],
            padded: 0,
            pads: Vec::new(),
            plates: Vec::new(),
            pictures: vec![Vec::new(); 33],
            picture_needs: Vec::new(),
            lone: vec![Vec::new(); 32],
            counted: vec![Counted::default(); 32],
            known: Known::default(),
            cookies: HashMap::default(),
            cookie_stems: Vec::new(),
            labelled: Vec::new(),
            label_of: vec![None; definitions.len()],
            label_ends: Ends::default(),
            beginnings: Beginnings::default(),
            custom: None,
            organisation: None,
            keywords,
            heads,
            groups,
            names,
            wanted: Wanted::none(),
            own: selection.categories.clone(),
            digest,
        };
        for ((definition, &on), &headed) in definitions.iter().zip(&on).zip(&headed) {
            catalog.add_rule(definition, on, headed)?;
        }
        for (index, definition) in definitions.iter().enumerate() {
            let rule = index as RuleIndex;
            match definition.check.with.as_str() {
                "ru_bank_account" => catalog.known.account = Some(rule),
                "kz_iin" => catalog.known.iin = Some(rule),
                "card" => catalog.known.card = Some(rule),
                _ => {}
            }
            for shape in &definition.matches {
                catalog.add_match(definition, shape, rule)?;
            }
        }
        catalog.cookie_stems.sort_by_key(|(glob, _)| std::cmp::Reverse(glob.len()));
        catalog.custom =
            Custom::compile(&definitions).map_err(|(id, message)| CatalogError::Detector { id, message })?;
        catalog.definitions = definitions;
        catalog.want(&labels);
        catalog.count_what();
        Ok(catalog)
    }

    fn add_rule(&mut self, definition: &Definition, on: bool, headed: bool) -> Result<(), CatalogError> {
        let refuse = |message: String| CatalogError::Detector { id: definition.id.clone(), message };
        let named = |name: &str| check::named(name).ok_or_else(|| refuse(format!("no check is called `{name}`")));
        let kind = self.add_kind(definition, &definition.category, self.rules.len() as RuleIndex)?;
        if definition.category == "vehicle.plate" {
            self.plates.push(self.rules.len() as RuleIndex);
        }
        let alone = definition.alone.map(confidence);
        if definition.class == Class::A && alone.is_none() {
            return Err(refuse("class A needs `alone`".to_owned()));
        }
        let class_rank = match definition.class {
            Class::A => 0u32,
            Class::B => 1,
            Class::C => 2,
        };
        let longest = |shape: &Match| shape.groups.iter().filter_map(|group| group.parse::<u8>().ok()).max();
        let pad = definition.matches.iter().find_map(|shape| Some((shape.pad_min?, longest(shape)?)));
        // Weaker than any chance of one in a million makes no difference any more.
        let chance = (definition.chance.clamp(0.0, 1.0) * 1e6) as u32;
        self.rules.push(Rule {
            on,
            kind,
            class: definition.class,
            alone,
            rank: class_rank << 24 | chance,
            normal: definition.normal,
            check: named(&definition.check.with)?,
            labelled: definition.check.labelled.as_deref().map(named).transpose()?,
            failed: definition.check.failed,
            near: definition.context.near,
            headed,
            back_chars: definition.context.window.back.min(200),
            forward_chars: definition.context.window.forward.min(200),
            pad,
        });
        Ok(())
    }

    fn add_kind(&mut self, definition: &Definition, category: &str, rule: RuleIndex) -> Result<u16, CatalogError> {
        let own = self.own.get(category);
        let of_class = |class: &String| Category::all().iter().find(|known| known.gate_class == class);
        let known = Category::find(category).or_else(|| own.and_then(of_class));
        let known = known.ok_or_else(|| CatalogError::Detector {
            id: definition.id.clone(),
            message: format!("the taxonomy has no category `{category}`"),
        })?;
        let same = |kind: &Kind| *kind.detector == *definition.id && &*kind.category == category;
        if let Some(index) = self.kinds.iter().position(same) {
            return Ok(index as u16);
        }
        self.kinds.push(Kind {
            detector: definition.id.as_str().into(),
            category: category.into(),
            gate_class: known.gate_class.into(),
            severity: known.severity,
            // Of a category that an operator added, nothing is known that could be shown.
            mask: if own.is_some() { Mask::Hidden } else { known.mask },
            tallied: known.tallied(),
        });
        self.kind_rules.push(rule);
        Ok(self.kinds.len() as u16 - 1)
    }

    fn add_match(&mut self, definition: &Definition, shape: &Match, rule: RuleIndex) -> Result<(), CatalogError> {
        let refuse = |message: String| CatalogError::Detector { id: definition.id.clone(), message };
        let own = |slot: &mut Option<RuleIndex>| match slot.replace(rule) {
            Some(other) if other != rule => Err(refuse("its shape belongs to another detector".to_owned())),
            _ => Ok(()),
        };
        match shape.shape {
            Shape::Digits => {
                for group in &shape.groups {
                    for signature in number::signatures(group).map_err(refuse)? {
                        let uses = self.layouts.entry(signature).or_default();
                        if !uses.iter().any(|known| known.rule == rule) {
                            uses.push(LayoutUse { rule, format: shape.format });
                        }
                    }
                }
                if shape.pad_min.is_some() && !self.pads.contains(&rule) {
                    self.pads.push(rule);
                }
            }
            Shape::Picture => {
                for text in &shape.pictures {
                    let picture = Picture::parse(text, rule, shape.format).map_err(refuse)?;
                    match self.pictures.get_mut(picture.anchor_digits()) {
                        Some(list) => list.push(picture),
                        None => return Err(refuse(format!("the picture `{text}` has too many digits in a row"))),
                    }
                }
            }
            Shape::Phone => own(&mut self.known.phone)?,
            Shape::Email => own(&mut self.known.email)?,
            Shape::Ipv4 => own(&mut self.known.ipv4)?,
            Shape::Ipv6 => own(&mut self.known.ipv6)?,
            Shape::Mac => own(&mut self.known.mac)?,
            Shape::Mrz => own(&mut self.known.mrz)?,
            Shape::Iban => own(&mut self.known.iban)?,
            Shape::Jwt => own(&mut self.known.jwt)?,
            Shape::Messenger => own(&mut self.known.messenger)?,
            Shape::Name => own(&mut self.known.name)?,
            Shape::Address => {
                own(&mut self.known.address)?;
                let category = shape.category.as_deref().unwrap_or(&definition.category);
                let organisation = self.add_kind(definition, category, rule)?;
                self.organisation = Some(organisation);
            }
            Shape::Cookie => {
                let value = shape.value.ok_or_else(|| refuse("a `cookie` match needs `value`".to_owned()))?;
                let category = shape.category.as_deref().unwrap_or(&definition.category);
                let kind = self.add_kind(definition, category, rule)?;
                let cookie = CookieUse { rule, kind, value };
                for name in &shape.names {
                    let name = name.to_ascii_lowercase();
                    match name.split_once('*') {
                        None => drop(self.cookies.insert(name.into_bytes(), cookie)),
                        Some((stem, _)) if stem.len() >= 3 && stem.contains('_') => {
                            self.cookie_stems.push((name, cookie));
                        }
                        Some(_) => {
                            return Err(refuse(format!(
                                "the cookie name `{name}` needs three bytes with a `_` before its `*`"
                            )));
                        }
                    }
                }
            }
            Shape::Labelled => {
                let reader = shape.reader.ok_or_else(|| refuse("a `labelled` match needs `reader`".to_owned()))?;
                if (reader == Reader::Words) == shape.words.is_empty() {
                    return Err(refuse("`words` and the reader `words` belong together".to_owned()));
                }
                match reader {
                    Reader::Date => own(&mut self.known.birth_date)?,
                    Reader::Password => own(&mut self.known.password)?,
                    Reader::Secret => own(&mut self.known.secret)?,
                    Reader::Hash => own(&mut self.known.hash)?,
                    Reader::Masked => own(&mut self.known.masked)?,
                    _ => {}
                }
                let place =
                    u8::try_from(self.labelled.len()).map_err(|_| refuse("too many labelled rules".to_owned()))?;
                if let Some(slot) = self.label_of.get_mut(usize::from(rule)) {
                    *slot = Some(place);
                }
                self.labelled.push(LabelUse { rule, reader, words: WordList::new(&shape.words).map_err(refuse)? });
            }
            Shape::Regex => {}
        }
        Ok(())
    }

    /// Asks the finder for what the selected rules need.
    fn want(&mut self, labels: &[Labels]) {
        use simd::Kind as Trigger;
        let on = |rule: RuleIndex| self.rules.get(usize::from(rule)).is_some_and(|rule| rule.on);
        let known = |slot: Option<RuleIndex>| slot.is_some_and(on);
        // A layout that no selected rule uses needs no look at all; one that a selected rule shares keeps its rivals.
        self.layouts.retain(|_, uses| uses.iter().any(|layout| on(layout.rule)));
        let picture_on = |picture: &Picture| on(picture.rule);
        let secrets = [self.known.secret, self.known.password, self.known.hash, self.known.masked];
        self.beginnings = Beginnings::new(secrets.into_iter().any(known));
        for (digits, list) in self.pictures.iter_mut().enumerate() {
            if !list.iter().any(picture_on) {
                list.clear();
            } else if digits == 0 {
                self.wanted.want(Trigger::WordEnd);
            } else if digits < 6 {
                self.wanted.want(Trigger::Plate);
            } else {
                self.wanted.want(Trigger::Number);
            }
        }
        self.pads.retain(|&rule| on(rule));
        self.picture_needs = self.pictures.iter().map(|list| picture::Needs::of(list)).collect();
        for (&signature, uses) in &self.layouts {
            let (groups, digits) = number::measure(signature);
            if let (1, Some(lone)) = (groups, self.lone.get_mut(digits)) {
                lone.clone_from(uses);
            }
            if let Some(totals) = self.totals.get_mut(groups) {
                *totals |= 1 << digits.min(31);
            }
        }
        for &rule in &self.pads {
            if let Some((shortest, longest)) = self.rules.get(usize::from(rule)).and_then(|rule| rule.pad) {
                self.padded |= (shortest..longest).fold(0, |bits, digits| bits | 1 << digits.min(31));
            }
        }
        let beside = [self.known.messenger, self.known.mac, self.known.iban].into_iter().any(known);
        if !self.layouts.is_empty() || known(self.known.phone) || !self.pads.is_empty() || beside {
            self.wanted.want(Trigger::Number);
        }
        for (rule, trigger) in [
            (self.known.phone, Trigger::Dots),
            (self.known.ipv4, Trigger::Dots),
            (self.known.iban, Trigger::Iban),
            (self.known.email, Trigger::At),
            (self.known.messenger, Trigger::At),
            (self.known.messenger, Trigger::Messenger),
            (self.known.mrz, Trigger::Mrz),
            (self.known.ipv6, Trigger::Colons),
            (self.known.mac, Trigger::Colons),
            (self.known.mac, Trigger::Mac),
            (self.known.jwt, Trigger::Jwt),
            (self.known.name, Trigger::Word),
            (self.known.name, Trigger::Patronymic),
            (self.known.address, Trigger::House),
            (self.known.address, Trigger::Word),
            (self.known.birth_date, Trigger::Date),
            (self.known.birth_date, Trigger::Year),
            (self.known.password, Trigger::Secret),
            (self.known.password, Trigger::At),
            (self.known.secret, Trigger::Secret),
        ] {
            if known(rule) {
                self.wanted.want(trigger);
            }
        }
        if self.cookies.get(&b"idfa"[..]).is_some_and(|cookie| on(cookie.rule)) {
            self.wanted.want(Trigger::Uuid);
        }
        let wanted = &mut self.wanted;
        // Values that only the name of their field can tell: hardware addresses without separators, accounts.
        for rule in [self.known.mac, self.known.messenger].into_iter().flatten().filter(|rule| on(*rule)) {
            let ends = labels.get(usize::from(rule)).into_iter().flat_map(Labels::fields);
            ends.for_each(|end| wanted.want_name(end));
        }
        for (name, cookie) in &self.cookies {
            if on(cookie.rule) {
                wanted.want_name(name);
            }
        }
        if self.cookie_stems.iter().any(|(_, cookie)| on(cookie.rule)) {
            wanted.want_open_names();
        }
        self.want_labels(labels);
    }
}

impl Catalog {
    /// Asks the finder for signs behind the names and labels of rules whose values only a label tells, and notes the last
    /// words of those names.
    fn want_labels(&mut self, labels: &[Labels]) {
        if !self.labelled.is_empty() {
            // Attributes of form fields, and cards of persons.
            self.wanted.want_name(b"value");
            self.wanted.want_name(b"$date");
            self.wanted.want_name(b"#text");
            self.wanted.want_name(b"begin");
        }
        for label in &self.labelled {
            let rule = usize::from(label.rule);
            let on = self.rules.get(rule).is_some_and(|rule| rule.on);
            let Some(labels) = labels.get(rule).filter(|_| on) else { continue };
            labels.labels().for_each(|end| self.wanted.want_name(end));
            if matches!(label.reader, Reader::Words | Reader::Place) {
                // Labels without a colon.
                self.wanted.want(simd::Kind::Word);
            }
            self.label_ends.extend(labels.words());
        }
    }
}

fn confidence(level: Level) -> Confidence {
    match level {
        Level::Low => Confidence::Low,
        Level::Medium => Confidence::Medium,
        Level::High => Confidence::High,
    }
}

fn refuse_doubles(definitions: &[Definition]) -> Result<(), CatalogError> {
    let refuse = |definition: &Definition, message: &str| CatalogError::Detector {
        id: definition.id.clone(),
        message: message.to_owned(),
    };
    for (left, right) in definitions.iter().zip(definitions.iter().skip(1)) {
        if left.id == right.id {
            return Err(refuse(left, "the id is taken; choose another one for your own detector"));
        }
    }
    match definitions.last() {
        Some(last) if definitions.len() > MOST => Err(refuse(last, "a catalogue holds at most 4,000 detectors")),
        _ => Ok(()),
    }
}

/// Whether an id fits a glob in which `*` is any run of characters.
pub(crate) fn id_fits(glob: &str, id: &str) -> bool {
    match glob.split_once('*') {
        None => glob == id,
        Some((head, tail)) => id
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).any(|i| rest.get(i..).is_some_and(|rest| id_fits(tail, rest)))),
    }
}

pub(super) fn selected(definitions: &[Definition], selection: &Selection) -> Result<Vec<bool>, CatalogError> {
    for name in selection.only.iter().chain(&selection.except) {
        if !definitions.iter().any(|definition| id_fits(name, &definition.id)) {
            return Err(CatalogError::Unknown { name: name.clone() });
        }
    }
    let listed = |names: &[String], id: &str| names.iter().any(|name| id_fits(name, id));
    let on = |definition: &Definition| {
        let chosen =
            if selection.only.is_empty() { definition.default } else { listed(&selection.only, &definition.id) };
        chosen && !listed(&selection.except, &definition.id)
    };
    let on: Vec<bool> = definitions.iter().map(on).collect();
    if on.contains(&true) { Ok(on) } else { Err(CatalogError::Nothing) }
}

/// Where the words of the detectors come from.
pub(super) enum Words<'w> {
    /// Of the detectors in the program: tables made when it was built.
    Packed(&'static [u8]),
    /// From the definitions, and words that speak against all that need context.
    Written(&'w Common),
}

impl Words<'_> {
    pub(super) fn vocabulary(&self, definitions: &[Definition]) -> Result<Vocabulary, CatalogError> {
        match self {
            Self::Packed(packed) => {
                Vocabulary::unpack(packed).ok_or_else(|| CatalogError::BuiltIn("their words end early".to_owned()))
            }
            Self::Written(common) => {
                fn words(of: &BTreeMap<String, Vec<String>>) -> Vec<&str> {
                    of.values().flatten().map(String::as_str).collect()
                }
                let said: Vec<Said<'_>> = definitions
                    .iter()
                    .map(|definition| Said {
                        id: &definition.id,
                        raise: words(&definition.context.raise),
                        lower: words(&definition.context.lower),
                        fields: definition.context.fields.iter().map(String::as_str).collect(),
                        is_number: {
                            let number = |shape: &Match| matches!(shape.shape, Shape::Digits | Shape::Phone);
                            definition.matches.iter().any(number)
                        },
                    })
                    .collect();
                let fields: Vec<&str> = common.fields.lower.iter().map(String::as_str).collect();
                Vocabulary::gather(&said, &words(&common.lower), &fields)
                    .map_err(|(id, keyword, source)| CatalogError::Keyword { id, keyword, source })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::id_fits;

    #[test]
    fn globs_fit_ids() {
        for (glob, id, fits) in [
            ("kz.*", "kz.iin", true),
            ("*", "email", true),
            ("*.passport*", "ru.passport_intl", true),
            ("kz.iin", "kz.iin2", false),
            ("ipv4", "ipv6", false),
        ] {
            assert_eq!(id_fits(glob, id), fits, "{glob} {id}");
        }
    }
}
