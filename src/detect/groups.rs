//! Runs of digit groups: a run is cut at group borders, the longest piece first, and each piece is offered to the rules
//! that know its layout, to phone numbers, and to the pictures around it.

use super::catalog::file::Failed;
use super::catalog::{LayoutUse, RuleIndex};
use super::context::{self, Border};
use super::normal;
use super::number::{self, Gap, Group, Run};
use super::population::Counted;
use super::scan::{Block, Candidate, Scanner};
use super::vehicles;
use crate::check::{Input, Verdict, phone};
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use std::ops::Range;

impl Scanner<'_> {
    /// Decides all runs of digits up to the trigger.
    ///
    /// Numbers grouped with dots have three of them, and so a trigger of their own (`dotted`); a single dot makes a fraction.
    pub(super) fn number(&mut self, block: &Block<'_>, trigger: usize, dotted: bool) {
        let bytes = block.bytes;
        if at(bytes, trigger).is_ascii_digit() {
            let start = number::digits_start(bytes, trigger);
            let fraction = before(bytes, start) == b'.' && at(bytes, start.wrapping_sub(2)).is_ascii_digit();
            // The trigger of a number grouped with dots may come behind this one: triggers go window by window.
            if fraction && !dotted && before(bytes, number::digits_start(bytes, start - 1)) != b'.' {
                self.number_done = self.number_done.max(number::digits_end(bytes, trigger));
                return;
            }
            if start >= self.number_done && !number::joins_before(bytes, start) {
                let end = number::digits_end(bytes, trigger);
                let group = Group { start, end, gap: Gap::Start };
                if !number::joins_behind(bytes, end) {
                    // Most numbers stand alone.
                    self.number_done = end;
                    self.lone_group(block, group);
                    return;
                }
                // `880727346701.0`: a program read the column as numbers.
                if !dotted && number::is_float(bytes, end) && self.looker.field(self.catalog, block, start).0 != 0 {
                    self.number_done = end + 2;
                    self.lone_group(block, group);
                    return;
                }
                if !dotted && let Some(fraction) = self.fraction_behind(block, &group) {
                    self.number_done = fraction;
                    if (6..=14).contains(&group.len()) {
                        self.pictures(block, start..end);
                    }
                    return;
                }
            }
        }
        let floor = self.number_done.max(trigger.saturating_sub(96));
        let mut i = number::reach_back(bytes, trigger, floor);
        if before(bytes, i).is_ascii_digit() && i > self.number_done {
            i = number::digits_end(bytes, i);
        }
        while i <= trigger {
            if !at(bytes, i).is_ascii_digit() {
                i += 1;
                continue;
            }
            let mut run = std::mem::take(&mut self.run);
            run.read(bytes, i);
            i = self.run_of_groups(block, &run);
            self.number_done = i;
            self.run = run;
        }
    }

    /// The end of the short fraction behind a group that is no phone number and no layout together with it, and nothing
    /// behind that: `ts=1767450863.077`.
    fn fraction_behind(&self, block: &Block<'_>, group: &Group) -> Option<usize> {
        let bytes = block.bytes;
        if at(bytes, group.end) != b'.' {
            return None;
        }
        let end = number::digits_end(bytes, group.end + 1);
        let digits = end - group.end - 1;
        let short = (1..6).contains(&digits) && !number::joins_behind(bytes, end);
        // Without a plus, a first group this long belongs to no phone number.
        let plain =
            group.len() > phone::LONGEST_PREFIX && matches!(before(bytes, group.start), b'=' | b':' | b'"' | b'[');
        (short && plain && !self.catalog.has_layout(2, group.len() + digits)).then_some(end)
    }

    /// Decides a group of digits that nothing joins to another one.
    fn lone_group(&mut self, block: &Block<'_>, group: Group) {
        let catalog = self.catalog;
        let length = group.len();
        if self.pictures(block, group.start..group.end) {
            return;
        }
        if at(block.bytes, group.end) == b':'
            && at(block.bytes, group.end + 1) == b'A'
            && self.bot_token(block, &(group.start..group.end))
        {
            return;
        }
        if (13..=19).contains(&length) && self.card_by_its_rest(block, group.start..group.end) {
            return;
        }
        let rows = block.layout.sql || block.layout.table.is_some();
        let pads = catalog.pads_digits(length) && (length >= 8 || rows);
        let uses = catalog.lone.get(length).map_or(&[][..], Vec::as_slice);
        let phones = (9..=15).contains(&length) && catalog.known.phone.is_some();
        if !pads && !phones && uses.is_empty() {
            return;
        }
        if context::right_border(block, group.end) != Border::Clear {
            return;
        }
        let border = context::left_border(block, group.start);
        if border == Border::Inside {
            return;
        }
        let phone = if phones { self.phone_in(block, &[group], length) } else { None };
        if phone.is_none() && self.is_unnamed(block, &group, uses) {
            if pads {
                self.padded(block, group.start..group.end);
            }
            return;
        }
        let plus = phone.as_ref().map_or(group.start, |(start, _)| *start);
        self.decided = None;
        let found = self.gather(block, &[group], uses, phone.as_ref())
            && self.decide(block, group.start..group.end, plus, border);
        if !uses.is_empty() {
            self.count(block, group.start..group.end, self.decided);
        }
        if !found && pads {
            self.padded(block, group.start..group.end);
        }
    }

    /// Whether only words or a field could tell what a group is, and none can stand here: its digits need no check then.
    fn is_unnamed(&mut self, block: &Block<'_>, group: &Group, uses: &[LayoutUse]) -> bool {
        let catalog = self.catalog;
        if catalog.counted.get(group.len()).is_some_and(Counted::is_any)
            || !uses.iter().all(|layout| !layout.format && catalog.needs_words(layout.rule))
        {
            return false;
        }
        let rules = uses.iter().map(|layout| layout.rule);
        !self.looker.may_be_named(catalog, block, &(group.start..group.end), rules)
    }

    /// Decides the groups of a run; gives the byte at which reading goes on.
    fn run_of_groups(&mut self, block: &Block<'_>, run: &Run) -> usize {
        let groups = run.groups.as_slice();
        // Nothing shorter than eight digits is grouped, and nothing shorter than five is looked for at all.
        let (digits, most) =
            groups.iter().fold((0, 0), |(digits, most), group| (digits + group.len(), group.len().max(most)));
        if digits < 8 && most < 5 && !run.more {
            return run.end();
        }
        let last = if run.more { groups.len().saturating_sub(number::GROUPS + 1) } else { groups.len() };
        let mut g = 0;
        while g < last {
            let Some(rest) = groups.get(g..) else { break };
            if rest.len() >= 3 && before(block.bytes, rest.first().map_or(0, |group| group.start)) != b'+' {
                let dated = number::date_groups(block.bytes, rest);
                if dated > 0 {
                    g += dated;
                    continue;
                }
            }
            let taken = self.groups_at(block, groups, g);
            g += taken.max(1);
        }
        if run.more { groups.get(g).map_or(run.end(), |group| group.start) } else { run.end() }
    }

    /// Tries values that begin with group `g`, the longest first; gives the number of groups taken.
    fn groups_at(&mut self, block: &Block<'_>, groups: &[Group], g: usize) -> usize {
        let Some(first) = groups.get(g) else { return 0 };
        if (6..=14).contains(&first.len()) && self.pictures(block, first.start..first.end) {
            return 1;
        }
        if (13..=19).contains(&first.len()) && self.card_by_its_rest(block, first.start..first.end) {
            return 1;
        }
        let catalog = self.catalog;
        let most = groups.len().min(g + number::GROUPS);
        let mut pieces = [(0u64, 0usize); number::GROUPS];
        let (mut signature, mut digits, mut count) = (0u64, 0usize, 0usize);
        for (group, slot) in groups.iter().take(most).skip(g).zip(&mut pieces) {
            digits += group.len();
            if digits > number::DIGITS || group.len() > 31 {
                break;
            }
            signature = number::extend(signature, if count == 0 { Gap::Start } else { group.gap }, group.len());
            *slot = (signature, digits);
            count += 1;
        }
        let mut left = None;
        for n in (1..=count).rev() {
            let Some(&(signature, digits)) = pieces.get(n - 1) else { continue };
            if digits < if n == 1 { 5 } else { 8 } {
                continue;
            }
            let uses = if catalog.has_layout(n, digits) {
                catalog.layouts.get(&signature).map_or(&[][..], Vec::as_slice)
            } else {
                &[]
            };
            let phones = (9..=15).contains(&digits) && n <= 6 && catalog.known.phone.is_some();
            let pads = n == 1 && catalog.pads_digits(digits);
            if (uses.is_empty() && !phones && !pads) || !Self::right_is_clear(block, groups, g + n) {
                continue;
            }
            let border = *left.get_or_insert_with(|| match first.gap {
                Gap::Dot => Border::Inside,
                Gap::Dash if g > 0 => Border::Inside,
                _ => context::left_border(block, first.start),
            });
            if border == Border::Inside {
                return 0;
            }
            let Some(part) = groups.get(g..g + n) else { continue };
            let end = part.last().map_or(first.end, |group| group.end);
            let phone = if phones { self.phone_in(block, part, digits) } else { None };
            let plus = phone.as_ref().map_or(first.start, |(start, _)| *start);
            self.decided = None;
            let found =
                self.gather(block, part, uses, phone.as_ref()) && self.decide(block, first.start..end, plus, border);
            if n == 1 && !uses.is_empty() {
                self.count(block, first.start..end, self.decided);
            }
            if found {
                return n;
            }
            if pads && self.padded(block, first.start..end) {
                return n;
            }
        }
        0
    }

    fn right_is_clear(block: &Block<'_>, groups: &[Group], next: usize) -> bool {
        match groups.get(next).map(|group| group.gap) {
            Some(Gap::Dot | Gap::Dash) => false,
            Some(_) => true,
            None => {
                let end = groups.get(next.wrapping_sub(1)).map_or(0, |group| group.end);
                context::right_border(block, end) == Border::Clear
            }
        }
    }

    /// The phone number that the groups are, and where it begins with its plus or bracket.
    fn phone_in(&self, block: &Block<'_>, part: &[Group], digits: usize) -> Option<(usize, phone::Standing)> {
        self.catalog.known.phone?;
        let first = part.first()?;
        let bytes = block.bytes;
        let open = before(bytes, first.start) == b'(';
        let outer = if open { first.start - 1 } else { first.start };
        let mut start = outer;
        let plus = match before(bytes, outer) {
            // Behind a digit it parts the elements of a message (EDIFACT) or adds.
            b'+' if !before(bytes, outer - 1).is_ascii_digit() => {
                start = outer - 1;
                true
            }
            b' ' if before(bytes, outer - 1) == b'+' && !before(bytes, outer - 2).is_ascii_alphanumeric() => {
                start = outer - 2;
                true
            }
            b'B' | b'b' if at(bytes, outer.wrapping_sub(3)) == b'%' && at(bytes, outer.wrapping_sub(2)) == b'2' => {
                start = outer - 3;
                true
            }
            _ => false,
        };
        let second =
            if first.len() > 1 { first.start + 1 } else { part.get(1).map_or(first.start, |group| group.start) };
        let long = part.len() > 1 && first.len() > phone::LONGEST_PREFIX;
        let may_be = || {
            let lead = at(bytes, first.start);
            phone::may_stand_bare(digits, lead, at(bytes, second)) || phone::may_be_abroad(digits, lead, part.len())
        };
        if !plus && (long || !may_be()) {
            return None;
        }
        let closes = part.get(1).is_some_and(|group| group.gap == Gap::Close);
        if open && !closes {
            start = if plus { start } else { first.start };
        }
        let gaps = |gap: Gap| part.iter().skip(1).any(|group| group.gap == gap);
        // `16:15:29.173  2626`: a clock goes on with a fraction, and nobody mixes dots and spaces.
        let clock = outer == first.start && before(bytes, outer) == b':' && before(bytes, outer - 1).is_ascii_digit();
        // `8.30 (2018-07-01)`: a version and its day.
        let day = part.iter().position(|group| group.gap == Gap::Open);
        let dated = day.is_some_and(|day| number::date_groups(bytes, part.get(day..).unwrap_or_default()) > 0);
        // `KSP-771184402`
        let numbered = digits == 9 && before(bytes, outer) == b'-' && before(bytes, outer - 1).is_ascii_alphabetic();
        if (gaps(Gap::Dot) && gaps(Gap::Space)) || clock || dated || numbered {
            return None;
        }
        let mut own = [0u8; number::DIGITS];
        let mut sizes = [0u8; number::GROUPS];
        let mut filled = 0;
        for (group, size) in part.iter().zip(&mut sizes) {
            if matches!(group.gap, Gap::Slash | Gap::Sign) && group.start != first.start {
                return None;
            }
            *size = group.len() as u8;
            for &byte in slice(bytes, group.start, group.end) {
                *own.get_mut(filled)? = byte;
                filled += 1;
            }
        }
        let brackets = part.iter().skip(1).any(|group| group.gap == Gap::Open) || (open && closes);
        let written =
            phone::Written { digits: slice(&own, 0, digits), plus, brackets, groups: slice(&sizes, 0, part.len()) };
        phone::parse(&written).map(|phone| (start, phone.standing))
    }

    /// Fills the list of candidates for one span of digit groups; gives whether there are any.
    fn gather(
        &mut self, block: &Block<'_>, part: &[Group], uses: &[LayoutUse], phone: Option<&(usize, phone::Standing)>,
    ) -> bool {
        self.candidates.clear();
        if uses.is_empty() && phone.is_none() {
            return false;
        }
        let mut own = [0u8; number::DIGITS];
        let mut filled = 0;
        for group in part {
            for &byte in slice(block.bytes, group.start, group.end) {
                if let Some(slot) = own.get_mut(filled) {
                    *slot = byte;
                    filled += 1;
                }
            }
        }
        let input = Input { normal: slice(&own, 0, filled), today: self.today() };
        for layout in uses {
            let Some(rule) = self.rule(layout.rule) else { continue };
            let verdict = (rule.check)(&input);
            let labelled = match rule.labelled {
                Some(check) if verdict == Verdict::Fails => check(&input),
                _ => verdict,
            };
            if verdict == Verdict::Fails && labelled == Verdict::Fails && rule.failed == Failed::Drop {
                continue;
            }
            let evidence = if layout.format { Evidence::FORMAT } else { Evidence::none() };
            self.candidates.push(Candidate { rule: layout.rule, kind: None, verdict, labelled, evidence });
        }
        if let (Some((_, standing)), Some(rule)) = (phone, self.catalog.known.phone) {
            let evidence = if *standing == phone::Standing::Alone { Evidence::FORMAT } else { Evidence::none() };
            self.candidates.push(Candidate {
                rule,
                kind: None,
                verdict: Verdict::Holds,
                labelled: Verdict::Holds,
                evidence,
            });
        }
        !self.candidates.is_empty()
    }

    /// A value that has lost its leading zeros, in a field that names it (identifiers 2.6).
    fn padded(&mut self, block: &Block<'_>, span: Range<usize>) -> bool {
        let catalog = self.catalog;
        let (field, column) = self.looker.field(catalog, block, span.start);
        if field == 0 {
            return false;
        }
        for &index in &catalog.pads {
            if !self.looker.meaning(field).is_some_and(|meaning| meaning.raise.contains(&index)) {
                continue;
            }
            let Some(rule) = self.rule(index) else { continue };
            let Some((shortest, longest)) = rule.pad else { continue };
            if !(usize::from(shortest)..usize::from(longest)).contains(&span.len()) {
                continue;
            }
            let mut normal = std::mem::take(&mut self.normal);
            normal::normal_form(rule, slice(block.bytes, span.start, span.end), &mut normal);
            let input = Input { normal: &normal, today: self.today() };
            let holds = (rule.check)(&input) == Verdict::Holds
                || rule.labelled.is_some_and(|check| check(&input) == Verdict::Holds);
            self.normal = normal;
            if holds {
                let field = if column { Evidence::COLUMN } else { Evidence::FIELD };
                self.push(block, span, index, None, Confidence::High, Evidence::CHECK.with(field));
                return true;
            }
        }
        false
    }

    // ----------------------------------------------------------------------------------------- pictures

    /// Tries the pictures around a group of digits, the longest value first.
    pub(super) fn pictures(&mut self, block: &Block<'_>, digits: Range<usize>) -> bool {
        let catalog = self.catalog;
        if digits.len() >= 6 && self.beside(block, &digits) {
            return true;
        }
        let needs = catalog.picture_needs.get(digits.len());
        let Some(sides) = needs.and_then(|needs| needs.sides(block.bytes, &digits)) else { return false };
        let Some(list) = catalog.pictures.get(digits.len()) else { return false };
        let mut spans: Vec<(Range<usize>, RuleIndex, bool)> = Vec::new();
        for picture in list.iter().filter(|picture| picture.may_fit(sides)) {
            if let Some(span) = picture.around(block.bytes, &digits) {
                spans.push((span, picture.rule, picture.format));
            }
        }
        spans.sort_by_key(|(span, rule, _)| (std::cmp::Reverse(span.len()), span.start, *rule));
        let mut i = 0;
        while let Some((span, _, _)) = spans.get(i).cloned() {
            let same = spans.iter().skip(i).take_while(|(other, _, _)| *other == span).count();
            let rivals: Vec<(RuleIndex, bool)> =
                spans.iter().skip(i).take(same).map(|(_, rule, format)| (*rule, *format)).collect();
            i += same;
            if self.picture_rivals(block, span, &rivals) {
                return true;
            }
        }
        false
    }

    fn picture_rivals(&mut self, block: &Block<'_>, span: Range<usize>, rivals: &[(RuleIndex, bool)]) -> bool {
        // A keyword never stands before letters without a gap: only a clear border will do.
        let left = context::left_border(block, span.start);
        if left != Border::Clear || context::right_border(block, span.end) != Border::Clear {
            return false;
        }
        self.candidates.clear();
        let value = slice(block.bytes, span.start, span.end);
        // Found out when they are asked for first.
        let (mut written, mut vehicle) = (None, None);
        for &(index, format) in rivals {
            let Some(rule) = self.rule(index) else { continue };
            let (mut verdict, labelled) = self.verdict(block, &span, index);
            if verdict == Verdict::Fails && labelled == Verdict::Fails && rule.failed == Failed::Drop {
                continue;
            }
            let mut evidence = if format { Evidence::FORMAT } else { Evidence::none() };
            if self.catalog.plates.contains(&index) {
                let written = *written.get_or_insert_with(|| vehicles::written(value));
                if written == vehicles::Written::Words {
                    continue;
                }
                let told =
                    verdict == Verdict::Holds && *vehicle.get_or_insert_with(|| vehicles::are_told(block.bytes, &span));
                if told {
                    evidence = evidence.with(Evidence::KEYWORD);
                }
                if written == vehicles::Written::Small || (!told && vehicles::has_year(value)) {
                    verdict = Verdict::Fails;
                }
            }
            match self.candidates.iter_mut().find(|known| known.rule == index) {
                Some(known) => known.evidence = known.evidence.with(evidence),
                None => self.candidates.push(Candidate { rule: index, kind: None, verdict, labelled, evidence }),
            }
        }
        self.decide(block, span.clone(), span.start, left)
    }
}
