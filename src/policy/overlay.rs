//! The operator's tables of the config file: destinations, classes, volumes, the register of consents.
//!
//! They may add, make stricter, and loosen what a decision record then names; they may not let a secret pass, and what they
//! name must exist. Shape and meaning are checked together, so every refusal has its line.

use super::class::{Cell, Class};
use super::country::Country;
use super::destination::{Fact, Form};
use super::{Policy, PolicyError, Register, Volume, plain};
use crate::taxonomy::{Category, Jurisdiction};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Tables of the config file that are policy.
pub const TABLES: [&str; 4] = ["destination", "category", "volume", "consent"];

type Key = Spanned<String>;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    destination: BTreeMap<Key, DestinationTable>,
    #[serde(default)]
    category: BTreeMap<Key, CategoryTable>,
    #[serde(default)]
    volume: BTreeMap<Key, VolumeTable>,
    consent: Option<ConsentTable>,
}

/// Facts, and the three keys that mean more: `like`, `names`, `matrix`.
type DestinationTable = BTreeMap<Key, Entry>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Fact(Fact),
    Table(BTreeMap<String, String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryTable {
    gate_class: Key,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VolumeTable {
    paths: Option<Spanned<Vec<Spanned<PathBuf>>>>,
    country: Option<Key>,
    jurisdiction: Option<Key>,
    role: Option<Key>,
    #[serde(default)]
    purposes: Vec<Key>,
    tenant: Option<Key>,
    instruction_ref: Option<Key>,
    primary_copy_country: Option<Key>,
    basis: Option<Key>,
    measures: Option<Key>,
    responsible: Option<Key>,
    since: Option<Key>,
    #[serde(default)]
    public: BTreeMap<Key, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentTable {
    register: PathBuf,
    max_age_days: Spanned<u32>,
}

/// What stands where, for refusals.
struct Text<'t>(&'t str);

impl Text<'_> {
    fn line(&self, offset: usize) -> usize {
        1 + self.0.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    fn refuse<T>(&self, key: &Spanned<T>, message: impl Into<String>) -> PolicyError {
        PolicyError::Overlay { line: self.line(key.span().start), message: message.into(), known: Vec::new() }
    }

    fn unknown<'k>(&self, key: &Key, what: &str, known: impl IntoIterator<Item = &'k str>) -> PolicyError {
        let known = known.into_iter().map(str::to_owned).collect();
        let message = format!("there is no {what} `{}`", key.get_ref());
        PolicyError::Overlay { line: self.line(key.span().start), message, known }
    }

    fn country(&self, key: Option<&Key>) -> Result<Option<Country>, PolicyError> {
        let Some(key) = key else { return Ok(None) };
        let unknown = || self.refuse(key, format!("`{}` is no country code of ISO 3166-1", key.get_ref()));
        Country::from_code(key.get_ref()).map(Some).ok_or_else(unknown)
    }

    /// A text that says something, if it is there.
    fn stated(&self, name: &str, key: Option<Key>) -> Result<Option<String>, PolicyError> {
        match key {
            Some(key) if key.get_ref().trim().is_empty() => {
                Err(self.refuse(&key, format!("`{name}` is empty; leave it out if there is none")))
            }
            key => Ok(key.map(Spanned::into_inner)),
        }
    }

    /// A day, a month or a year, if one is stated.
    fn since(&self, key: Option<Key>) -> Result<Option<String>, PolicyError> {
        let Some(key) = key else { return Ok(None) };
        let text = key.get_ref().as_str();
        let numbers: Vec<&str> = text.split('-').collect();
        let day = match numbers.as_slice() {
            [_] => format!("{text}-01-01"),
            [_, _] => format!("{text}-01"),
            _ => text.to_owned(),
        };
        let is_written = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            && numbers.iter().map(|number| number.len()).eq([4, 2, 2].into_iter().take(numbers.len()));
        if !is_written || day.parse::<jiff::civil::Date>().is_err() {
            let message =
                format!("`since` is `{text}`: no day, month or year such as \"2024-05-01\", \"2024-05\", \"2024\"");
            return Err(self.refuse(&key, message));
        }
        Ok(Some(key.into_inner()))
    }

    fn choice<'k>(&self, key: Option<&Key>, what: &str, words: &[&'k str]) -> Result<Option<&'k str>, PolicyError> {
        let Some(key) = key else { return Ok(None) };
        let found = words.iter().find(|word| *word == key.get_ref());
        found.map(|word| Some(*word)).ok_or_else(|| self.unknown(key, what, words.iter().copied()))
    }
}

/// Lays the operator's tables over the shipped policy.
pub(super) fn apply(policy: &mut Policy, text: &str) -> Result<(), PolicyError> {
    let place = Text(text);
    let file: File = toml::from_str(text).map_err(|error| PolicyError::Overlay {
        line: place.line(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
        known: Vec::new(),
    })?;
    for (id, table) in &file.category {
        category(policy, &place, id, table)?;
    }
    for (id, table) in file.destination {
        destination(policy, &place, &id, table)?;
    }
    one_holder_each(&place, &file.volume)?;
    for (id, table) in file.volume {
        let volume = volume(policy, &place, &id, table)?;
        policy.volumes.insert(volume.id.clone(), volume);
    }
    policy.register = file.consent.map(|table| register(&place, table)).transpose()?;
    policy.overlay = canonical(text);
    Ok(())
}

fn register(place: &Text<'_>, table: ConsentTable) -> Result<Register, PolicyError> {
    let max_age_days = *table.max_age_days.get_ref();
    if max_age_days == 0 {
        return Err(place.refuse(&table.max_age_days, "`max_age_days` is 0: no register is that new; 1 is a day"));
    }
    Ok(Register { path: table.register, max_age_days })
}

/// The tables of policy alone, in one form: what else is in the file changes no rule.
fn canonical(text: &str) -> Option<String> {
    let mut table: toml::Table = toml::from_str(text).ok()?;
    table.retain(|key, _| TABLES.contains(&key));
    (!table.is_empty()).then(|| table.to_string())
}

fn category(policy: &mut Policy, place: &Text<'_>, id: &Key, table: &CategoryTable) -> Result<(), PolicyError> {
    let names = Class::ALL.map(Class::name);
    let class = Class::from_name(table.gate_class.get_ref())
        .ok_or_else(|| place.unknown(&table.gate_class, "gate class", names))?;
    let Some(known) = Category::find(id.get_ref()) else {
        if !id.get_ref().starts_with("x.") {
            return Err(unknown_category(policy, place, id));
        }
        policy.classes.insert(id.get_ref().clone(), class);
        return Ok(());
    };
    if class.severity() < known.severity {
        let message = format!(
            "`{}` is `{}` and cannot be lowered to `{}` everywhere; a volume can say what is public there, with a reason",
            known.id,
            known.gate_class,
            class.name()
        );
        return Err(place.refuse(&table.gate_class, message));
    }
    policy.classes.insert(known.id.to_owned(), class);
    Ok(())
}

fn unknown_category(policy: &Policy, place: &Text<'_>, id: &Key) -> PolicyError {
    let own = policy.classes.keys().map(String::as_str).filter(|id| id.starts_with("x."));
    place.unknown(id, "category", Category::all().iter().map(|category| category.id).chain(own))
}

fn destination(policy: &mut Policy, place: &Text<'_>, id: &Key, table: DestinationTable) -> Result<(), PolicyError> {
    let like = table.iter().find(|(name, _)| name.get_ref() == "like");
    let base = match like {
        None => policy.destinations.get(id.get_ref()),
        Some(_) if policy.destinations.contains_key(id.get_ref()) => {
            return Err(place.refuse(id, format!("`{}` is shipped and is like itself", id.get_ref())));
        }
        Some(_) if !id.get_ref().starts_with("x.") => {
            return Err(place.refuse(id, format!("a destination of your own begins with `x.`: `x.{}`", id.get_ref())));
        }
        Some((key, Entry::Fact(Fact::Text(like)))) => match policy.destinations.get(like) {
            None => {
                let like = Spanned::new(key.span(), like.clone());
                return Err(place.unknown(&like, "destination", policy.destinations.keys().map(String::as_str)));
            }
            found => found,
        },
        Some((key, _)) => return Err(place.refuse(key, "`like` must name a destination")),
    };
    let Some(base) = base else {
        return Err(place.unknown(id, "destination", policy.destinations.keys().map(String::as_str)));
    };
    let mut own = base.clone();
    own.id.clone_from(id.get_ref());
    for (name, entry) in table {
        match (name.get_ref().as_str(), entry) {
            ("like", _) => {}
            ("names", Entry::Table(names)) => own.names.extend(names),
            ("matrix", Entry::Table(cells)) => {
                for (class, cell) in cells {
                    let (class, cell) = check_cell(place, &name, class, cell)?;
                    own.set_cell(class, cell);
                }
            }
            ("names" | "matrix", _) => {
                return Err(place.refuse(&name, format!("`{}` must be a table of strings", name.get_ref())));
            }
            (known, Entry::Fact(fact)) if own.attributes.contains(known) => {
                check_fact(policy, place, &name, &fact)?;
                own.facts.insert(name.into_inner(), fact);
            }
            (known, Entry::Table(_)) if own.attributes.contains(known) => {
                return Err(place.refuse(&name, format!("`{known}` must not be a table")));
            }
            _ => {
                let known = own.attributes.iter().map(String::as_str).chain(["like", "matrix", "names"]);
                return Err(place.unknown(&name, "fact", known));
            }
        }
    }
    policy.destinations.insert(own.id.clone(), own);
    Ok(())
}

fn check_cell(place: &Text<'_>, key: &Key, class: String, cell: String) -> Result<(Class, Cell), PolicyError> {
    let known = Class::from_name(&class);
    let word = Cell::ALL.into_iter().find(|own| own.name() == cell);
    match (known, word) {
        (None, _) => Err(place.unknown(&Spanned::new(key.span(), class), "gate class", Class::ALL.map(Class::name))),
        (_, None) => Err(place.unknown(&Spanned::new(key.span(), cell), "decision", Cell::ALL.map(Cell::name))),
        (Some(Class::Secret), Some(Cell::Allow)) => {
            Err(place.refuse(key, "a secret is never let pass as it is; `redact` removes it"))
        }
        (Some(class), Some(cell)) => Ok((class, cell)),
    }
}

fn check_fact(policy: &Policy, place: &Text<'_>, name: &Key, fact: &Fact) -> Result<(), PolicyError> {
    let wrong = |what: &str| Err(place.refuse(name, format!("`{}` must be {what}", name.get_ref())));
    match (Form::of(name.get_ref()), fact) {
        (Form::Country, Fact::Text(code)) if Country::from_code(code).is_some() => Ok(()),
        (Form::Country, _) => wrong("a country code of ISO 3166-1, such as \"KZ\""),
        (Form::Flag, Fact::Flag(_)) | (Form::Number, Fact::Number(_)) | (Form::Text, Fact::Text(_) | Fact::List(_)) => {
            Ok(())
        }
        (Form::Flag, _) => wrong("true or false"),
        (Form::Number, _) => wrong("a whole number"),
        (Form::Text, _) => wrong("a text in quotes: a name, or what a document is known by"),
        (Form::Categories, Fact::List(ids)) => {
            let known = |glob: &str| match glob.strip_suffix('*') {
                Some(start) => {
                    let mut own = policy.classes.keys();
                    own.any(|id| id.starts_with(start))
                        || Category::all().iter().any(|category| category.id.starts_with(start))
                }
                None => policy.has_category(glob),
            };
            match ids.iter().find(|id| !known(id)) {
                None => Ok(()),
                Some(id) => Err(PolicyError::Overlay {
                    line: place.line(name.span().start),
                    message: format!("there is no category `{id}`"),
                    known: Category::all().iter().map(|category| category.id.to_owned()).collect(),
                }),
            }
        }
        (Form::Categories, _) => wrong("a list of categories"),
    }
}

/// What lies in a place belongs to one volume: two that name the same one would each be asked for half of it.
fn one_holder_each(place: &Text<'_>, volumes: &BTreeMap<Key, VolumeTable>) -> Result<(), PolicyError> {
    let mut holders = BTreeMap::new();
    for (id, table) in volumes {
        let Some(paths) = &table.paths else { continue };
        if paths.get_ref().is_empty() {
            return Err(place.refuse(paths, "`paths` names nothing; leave it out if the volume has none"));
        }
        for path in paths.get_ref() {
            if path.get_ref().as_os_str().is_empty() {
                return Err(place.refuse(path, "a path is empty; `.` is the folder of the config file"));
            }
            let holder: &Key = holders.entry(plain(path.get_ref(), Path::new(""))).or_insert(id);
            if holder != id {
                let message = format!("`{}` belongs to the volume `{}`", path.get_ref().display(), holder.get_ref());
                return Err(place.refuse(path, message));
            }
        }
    }
    Ok(())
}

fn volume(policy: &Policy, place: &Text<'_>, id: &Key, table: VolumeTable) -> Result<Volume, PolicyError> {
    let codes = Jurisdiction::ALL.map(Jurisdiction::code);
    let jurisdiction = place.choice(table.jurisdiction.as_ref(), "jurisdiction", &codes)?;
    let role = place.choice(table.role.as_ref(), "role", &["operator", "processor"])?;
    if let Some(purpose) = table.purposes.iter().find(|purpose| policy.purpose(purpose.get_ref()).is_none()) {
        let known = policy.purposes.iter().map(|purpose| purpose.id.as_str());
        return Err(place.unknown(purpose, "purpose", known));
    }
    for (category, reason) in &table.public {
        let id = category.get_ref().as_str();
        if !policy.has_category(id) {
            return Err(unknown_category(policy, place, category));
        }
        let class = policy.class(id, Category::find(id).map_or("", |known| known.gate_class));
        if class >= Class::Special {
            return Err(place.refuse(category, format!("`{id}` is {} and never public", class.name())));
        }
        if reason.trim().is_empty() {
            return Err(place.refuse(category, format!("why `{id}` is public must be written down")));
        }
    }
    Ok(Volume {
        id: id.get_ref().clone(),
        paths: table.paths.into_iter().flat_map(Spanned::into_inner).map(Spanned::into_inner).collect(),
        country: place.country(table.country.as_ref())?,
        jurisdiction: jurisdiction.map(str::to_owned),
        role: role.map(str::to_owned),
        purposes: table.purposes.into_iter().map(Spanned::into_inner).collect(),
        tenant: place.stated("tenant", table.tenant)?,
        instruction_ref: place.stated("instruction_ref", table.instruction_ref)?,
        primary_copy_country: place.country(table.primary_copy_country.as_ref())?,
        basis: place.stated("basis", table.basis)?,
        measures: place.stated("measures", table.measures)?,
        responsible: place.stated("responsible", table.responsible)?,
        since: place.since(table.since)?,
        public: table.public.into_iter().map(|(id, reason)| (id.into_inner(), reason)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use crate::policy::{Cell, Class, Policy, PolicyError};

    #[test]
    fn an_operator_adds_raises_and_lowers() {
        let policy = Policy::with_overlay(
            "lang = \"ru\"\n[destination.copilot]\ncountry = \"US\"\nmay_train = false\nterms_ref = \"t\"\nmatrix = { strong_id = \"allow\" }\n\
             [destination.\"x.courier\"]\nlike = \"third-party\"\nname = \"Courier\"\n\
             [category.\"contact.phone\"]\ngate_class = \"strong_id\"\n\
             [category.\"x.badge\"]\ngate_class = \"ordinary\"\n\
             [volume.hr]\ncountry = \"KZ\"\njurisdiction = \"kz\"\nrole = \"operator\"\npurposes = [\"kz.recruitment\"]\n\
             public = { \"contact.email\" = \"published on the site\" }\n\
             [consent]\nregister = \"consents.jsonl\"\nmax_age_days = 7\n",
        )
        .expect("in order");
        let copilot = policy.destination("copilot").expect("there");
        assert_eq!(copilot.country().map(|place| place.code().to_owned()).as_deref(), Some("US"));
        assert_eq!(copilot.loosened().collect::<Vec<_>>(), [(Class::StrongId, Cell::Redact, Cell::Allow)]);
        assert_eq!(policy.destination("x.courier").expect("there").kind, "third-party");
        assert_eq!(policy.class("contact.phone", "ordinary"), Class::StrongId);
        assert_eq!(policy.own_categories().into_iter().collect::<Vec<_>>(), [("x.badge".into(), "ordinary".into())]);
        assert_eq!(policy.volume("hr").expect("there").purposes, ["kz.recruitment"]);
        assert_eq!(policy.register().expect("there").max_age_days, 7);
        assert_ne!(policy.digest(), Policy::shipped().expect("in order").digest());
        assert!(policy.overlay_digest().is_some());
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        for (text, at, expected) in [
            ("[destination.copilot]\ncountry = \"XX\"\n", 2, "`country` must be a country code"),
            ("[destination.copilot]\nterms_ref = false\n", 2, "`terms_ref` must be a text in quotes"),
            ("[destination.copilot]\n\nmodel_owner = 0\n", 3, "`model_owner` must be a text in quotes"),
            ("[destination.\"cross-border\"]\nnotice_ref = true\n", 2, "`notice_ref` must be a text in quotes"),
            ("[destination.archive]\nretention_days = \"90\"\n", 2, "`retention_days` must be a whole number"),
            ("[destination.archive]\nencrypted = \"yes\"\n", 2, "`encrypted` must be true or false"),
            ("[destination.copilott]\ncountry = \"US\"\n", 1, "there is no destination `copilott`"),
            ("[destination.copilot]\n\ncuontry = \"US\"\n", 3, "there is no fact `cuontry`"),
            ("[destination.copilot]\nmatrix = { strong = \"hold\" }\n", 2, "there is no gate class `strong`"),
            ("[destination.copilot]\nmatrix = { special = \"maybe\" }\n", 2, "there is no decision `maybe`"),
            ("[destination.copilot]\nmatrix = { secret = \"allow\" }\n", 2, "a secret is never let pass"),
            ("[destination.courier]\nlike = \"third-party\"\n", 1, "begins with `x.`"),
            ("[destination.\"x.a\"]\nlike = \"nowhere\"\n", 2, "there is no destination `nowhere`"),
            ("[destination.copilot]\nlike = \"public\"\n", 1, "is shipped"),
            (
                "[destination.\"market-app\"]\ndeclared_categories = [\"contact.fax\"]\n",
                2,
                "there is no category `contact.fax`",
            ),
            ("[category.\"nid.kz_inn\"]\ngate_class = \"special\"\n", 1, "there is no category `nid.kz_inn`"),
            ("[category.\"nid.kz_iin\"]\ngate_class = \"ordinary\"\n", 2, "cannot be lowered"),
            ("[category.\"nid.kz_iin\"]\ngate_class = \"vip\"\n", 2, "there is no gate class `vip`"),
            ("[volume.hr]\npurposes = [\"kz.hiring\"]\n", 2, "there is no purpose `kz.hiring`"),
            ("[volume.hr]\njurisdiction = \"fr\"\n", 2, "there is no jurisdiction `fr`"),
            ("[volume.hr]\nrole = \"owner\"\n", 2, "there is no role `owner`"),
            ("[volume.hr]\ncountry = \"kz\"\n", 2, "no country code"),
            ("[volume.hr]\npublic = { \"special.health\" = \"x\" }\n", 2, "never public"),
            ("[volume.hr]\npublic = { \"secret.password\" = \"x\" }\n", 2, "never public"),
            ("[volume.hr]\npublic = { \"contact.phone\" = \" \" }\n", 2, "must be written down"),
            ("[volume.hr]\npaths = []\n", 2, "names nothing"),
            ("[volume.hr]\npaths = [\"/srv\",\n \"\"]\n", 3, "a path is empty"),
            (
                "[volume.a]\npaths = [\"./srv/\", \"srv/tg\"]\n[volume.b]\npaths = [\"srv\"]\n",
                4,
                "`srv` belongs to the volume `a`",
            ),
            ("[volume.hr]\ncolour = \"red\"\n", 2, "unknown field `colour`"),
            ("[volume.hr]\ntenant = \"\"\n", 2, "`tenant` is empty"),
            ("[volume.hr]\n\ninstruction_ref = \" \"\n", 3, "`instruction_ref` is empty"),
            ("[volume.hr]\nsince = \"yesterday\"\n", 2, "`since` is `yesterday`: no day"),
            ("[volume.hr]\nsince = \"2024-02-30\"\n", 2, "`since` is `2024-02-30`: no day"),
            ("[volume.hr]\nsince = \"2024-05-01T10:00:00\"\n", 2, "`since` is `2024-05-01T10:00:00`: no day"),
            ("[volume.hr]\nsince = \"2024-5-01\"\n", 2, "`since` is `2024-5-01`: no day"),
            ("[volume.hr]\nsince = \"2024-05-01-01\"\n", 2, "`since` is `2024-05-01-01`: no day"),
            ("[consent]\nregister = \"r\"\nmax_age_days = 0\n", 3, "`max_age_days` is 0"),
            ("[consent]\nregister = \"r\"\n", 1, "missing field `max_age_days`"),
        ] {
            match Policy::with_overlay(text) {
                Err(PolicyError::Overlay { line, message, known }) => {
                    assert!(message.contains(expected), "{text}: {message}");
                    assert_eq!(line, at, "{text}: {message}");
                    assert_eq!(message.starts_with("there is no "), !known.is_empty(), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
