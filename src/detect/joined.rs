//! A person's name in several cells or fields: surname, given name and patronymic beside each other in one record are one
//! name, from the first to the last of them.
//!
//! Each part was found by itself, told by its own column or key. Two of them belong together if nothing but the structure
//! of the record stands between, if their labels name different parts, and if they name the same owner:
//! `student_last_name` and `teacher_first_name` are two people. At least half of what is joined must be name: behind long
//! keys the parts stay findings of their own, so that a finding is never mostly structure.
//!
//! What is joined depends on the bytes around alone: names just outside of a block's own bytes are looked at as well, and
//! the block in which the first part begins has the finding. Where rows are lines or tuples, blocks end with them.

use super::catalog::RuleIndex;
use super::names::{Label, Part};
use super::normal;
use super::scan::{Block, Hit, Scanner};
use super::simd::{self, Kind};
use crate::finding::{Confidence, Evidence};
use crate::text::hash::spread;
use crate::text::neighbour::next_value;
use crate::text::slice;
use std::ops::Range;

/// Parts of a name.
const MOST: usize = 3;
/// How far apart two parts may begin, in bytes. So many parts reach no further than the finder looks behind a block.
const APART_BYTES: usize = 160;
/// How far before a block's own bytes parts are looked for that its first one may belong to, in bytes.
const BEFORE_BYTES: usize = MOST * APART_BYTES;

/// A part of a name in a field or cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamePart {
    start: u32,
    len: u16,
    part: Part,
    owner: u64,
    /// Place of its hit in the list.
    hit: u32,
}

impl NamePart {
    fn end(self) -> usize {
        self.start as usize + usize::from(self.len)
    }

    /// Whether `next` stands beside this part and goes on with it.
    fn goes_on(self, next: Self, bytes: &[u8]) -> bool {
        (next.start - self.start) as usize <= APART_BYTES
            && self.part != next.part
            && self.owner == next.owner
            && next_value(bytes, self.end()) == Some(next.start as usize)
    }
}

/// Whether parts that stand beside each other are one name: each once, and no more structure between them than name.
fn is_name(parts: &[NamePart]) -> bool {
    let [first, .., last] = parts else { return false };
    let distinct = |index: usize, part: &NamePart| parts.iter().skip(index + 1).all(|other| other.part != part.part);
    let name_bytes: usize = parts.iter().map(|part| usize::from(part.len)).sum();
    parts.len() <= MOST
        && parts.iter().enumerate().all(|(index, part)| distinct(index, part))
        && 2 * name_bytes >= last.end() - first.start as usize
}

impl Scanner<'_> {
    /// Notes a name that a field or cell holds; its label says what of a name it is.
    pub(super) fn push_part(
        &mut self, block: &Block<'_>, span: Range<usize>, index: RuleIndex, label: Label, confidence: Confidence,
        evidence: Evidence,
    ) {
        let (Some(part), Some(rule)) = (label.single(), self.rule(index)) else {
            return self.push(block, span, index, None, confidence, evidence);
        };
        if self.is_noted(block, &span, index) {
            let (start, len) = (span.start as u32, span.len() as u16);
            self.parts.push(NamePart { start, len, part, owner: label.owner, hit: 0 });
            // What it is together with its neighbours is worked out at the end.
            self.note(block, &span, Hit { kind: rule.kind, confidence, evidence, ..Hit::default() });
        }
    }

    /// Joins names that stand in several cells or fields, and leaves what begins in the block's own bytes.
    pub(super) fn join_names(&mut self, block: &Block<'_>) {
        if self.parts.is_empty() {
            return self.leave_own(block);
        }
        if self.may_go_on(block) {
            self.parts_before(block);
        }
        let mut parts = std::mem::take(&mut self.parts);
        self.with_hits(&mut parts);
        let mut rest = parts.as_slice();
        while !rest.is_empty() {
            let goes_on = |pair: &&[NamePart]| matches!(pair, [left, right] if left.goes_on(*right, block.bytes));
            let count = if self.keeps_parts { 1 } else { 1 + rest.windows(2).take_while(goes_on).count() };
            let (chain, others) = rest.split_at(count);
            if is_name(chain) {
                self.join(block, chain);
            } else {
                chain.chunks(1).for_each(|part| self.join(block, part));
            }
            rest = others;
        }
        self.parts = parts;
        self.leave_own(block);
    }

    /// Drops what begins outside of the block's own bytes, and what is part of another value now.
    fn leave_own(&mut self, block: &Block<'_>) {
        let own = block.own.start as u32..block.own.end as u32;
        self.hits.retain(|hit| hit.len > 0 && own.contains(&hit.start));
    }

    /// Sorts parts, and leaves those that are hits.
    fn with_hits(&self, parts: &mut Vec<NamePart>) {
        let place = |part: &NamePart| (part.start, part.len);
        if !parts.is_sorted_by_key(place) {
            parts.sort_unstable_by_key(place);
        }
        parts.dedup_by_key(|part| (part.start, part.len));
        let kind = self.catalog.known.name.and_then(|rule| self.rule(rule)).map(|rule| rule.kind);
        let mut from = 0;
        parts.retain_mut(|part| {
            let before = |hit: &&Hit| hit.start < part.start;
            from += self.hits.iter().skip(from).take_while(before).count();
            let mut same = self.hits.iter().skip(from).take_while(|hit| hit.start == part.start);
            let hit = same.position(|hit| Some(hit.kind) == kind && hit.len == part.len);
            part.hit = (from + hit.unwrap_or(0)) as u32;
            hit.is_some()
        });
    }

    /// Makes the first of these hits the whole name, and drops the others.
    fn join(&mut self, block: &Block<'_>, chain: &[NamePart]) {
        let (Some((first, others)), Some(last)) = (chain.split_first(), chain.last()) else { return };
        let (mut confidence, mut evidence) = (Confidence::Low, Evidence::none());
        for part in others {
            let Some(hit) = self.hits.get_mut(part.hit as usize) else { continue };
            confidence = confidence.max(hit.confidence);
            evidence = evidence.with(hit.evidence);
            hit.len = 0;
        }
        self.normal.clear();
        for part in chain {
            normal::name(slice(block.bytes, part.start as usize, part.end()), &mut self.normal);
        }
        let Some(hit) = self.hits.get_mut(first.hit as usize) else { return };
        hit.confidence = hit.confidence.max(confidence);
        hit.evidence = hit.evidence.with(evidence);
        hit.len = (last.end() - first.start as usize) as u16;
        hit.hash = spread(&self.normal);
        hit.joined = !others.is_empty();
    }

    /// Whether the first part in the block's own bytes may go on with one before them. Tables and statements are cut
    /// between their rows.
    fn may_go_on(&self, block: &Block<'_>) -> bool {
        let first = block.own.start..block.own.start + APART_BYTES;
        let rows = block.layout.sql || block.layout.table.is_some();
        first.start > 0 && !rows && self.parts.iter().any(|part| first.contains(&(part.start as usize)))
    }

    /// Notes the parts just before the block's own bytes.
    fn parts_before(&mut self, block: &Block<'_>) {
        let end = block.own.start;
        let from = end.saturating_sub(BEFORE_BYTES);
        self.near = from..end;
        self.words_done = 0;
        let mut triggers = std::mem::take(&mut self.triggers);
        simd::find(self.level, &self.catalog.wanted, block.bytes, from, end, &mut triggers);
        for trigger in triggers.iter() {
            match trigger.kind() {
                Kind::Word => self.capital(block, trigger.offset()),
                Kind::Equals => self.labelled(block, trigger.offset()),
                _ => {}
            }
        }
        self.triggers = triggers;
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::Level;
    use super::super::{Before, Block, Catalog, Scanner, Selection};
    use crate::check::Day;
    use crate::finding::Confidence;
    use crate::text::layout::Layout;
    use std::fmt::Write as _;

    /// The names in a text that is cut into blocks at these places.
    fn names(catalog: &Catalog, text: &str, cuts: &[usize]) -> Vec<String> {
        let mut layout = Layout::sniff(text.as_bytes());
        super::super::name_columns(&mut layout, text.as_bytes());
        let mut scanner = Scanner::new(catalog, Day::new(2026, 11, 22), Level::best());
        let mut all = Vec::new();
        let mut start = 0;
        for &end in cuts.iter().chain([&text.len()]) {
            let block = Block {
                bytes: text.as_bytes(),
                own: start..end,
                base: 0,
                before: Before::default(),
                goes_on: start > 0,
                layout: &layout,
            };
            for hit in scanner.scan(&block).iter().filter(|hit| hit.confidence >= Confidence::Medium) {
                if &*catalog.kinds()[usize::from(hit.kind)].detector == "person_name" {
                    all.push(text[hit.range()].to_owned());
                }
            }
            start = end;
        }
        all
    }

    #[test]
    fn parts_beside_each_other_are_one_name() {
        let catalog = Catalog::load(&Selection::default()).unwrap();
        for (text, want) in [
            (r#"{"LAST_NAME":"Петров","NAME":"Сергей","SECOND_NAME":"Иванович"}"#, 1),
            (r#"{"ID":"7","NAME":"Сергей","LAST_NAME":"Петров","SECOND_NAME":"Иванович","X":1}"#, 1),
            ("{\n  \"lastName\": \"Захарова\",\n  \"firstName\": \"Екатерина\"\n}\n", 1),
            ("<ФИО Фамилия=\"Петров\" Имя=\"Сергей\" Отчество=\"Иванович\"/>", 1),
            ("Фамилия: Петров\nИмя: Сергей\nОтчество: Иванович\n", 1),
            ("[LAST_NAME] => Петров\n[NAME] => Сергей\n[SECOND_NAME] => Иванович\n", 1),
            ("INSERT INTO t (ID,LAST_NAME,NAME) VALUES (1,'Петров','Сергей'),(2,'Захарова','Вера');\n", 2),
            ("a;Фамилия;Имя\n1;Петров;Сергей\n2;Захарова;Вера\n3;;Олег\n", 3),
            // Two people, two owners, somebody between, and more structure than name.
            (r#"[{"LAST_NAME":"Петров"},{"NAME":"Сергей"}]"#, 2),
            (r#"{"student_last_name":"Петров","teacher_first_name":"Сергей"}"#, 2),
            (r#"{"LAST_NAME":"Петров","AGE":17,"NAME":"Сергей"}"#, 2),
            (r#"{"last_name":"Petrov","first_name":"Ivan"}"#, 2),
            ("<Фамилия>Петров</Фамилия><Имя>Сергей</Имя><Отчество>Иванович</Отчество>", 3),
        ] {
            let found = names(&catalog, text, &[]);
            assert_eq!(found.len(), want, "{text}: {found:?}");
        }
    }

    #[test]
    fn cuts_change_nothing() {
        let catalog = Catalog::load(&Selection::default()).unwrap();
        let mut text = String::from("[\n");
        for n in 0..12 {
            let (surname, given) = [("Петров", "Сергей"), ("Захарова", "Вера"), ("Ivanova", "Anna")][n % 3];
            let pad = "x".repeat(37 * n % 90);
            writeln!(text, " {{\n \"id\": \"{pad}\",\n \"last_name\": \"{surname}\",").unwrap();
            writeln!(text, " \"first_name\": \"{given}\",\n \"middle_name\": \"Олегович\"\n }},").unwrap();
        }
        let whole = names(&catalog, &text, &[]);
        // Latin letters are too few beside their keys.
        assert_eq!(whole.len(), 8 + 3 * 4, "{whole:?}");
        let lines: Vec<usize> = text.match_indices('\n').map(|(i, _)| i + 1).collect();
        for pair in lines.windows(2) {
            assert_eq!(names(&catalog, &text, &pair[..1]), whole, "cut at {}", pair[0]);
            assert_eq!(names(&catalog, &text, pair), whole, "cut at {pair:?}");
        }
        assert_eq!(names(&catalog, &text, &lines), whole, "cut everywhere");
    }
}
