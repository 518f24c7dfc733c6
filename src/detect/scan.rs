//! Drives the finder over a block and decides each candidate: check, surroundings, rivals.

use super::address;
use super::catalog::file::Failed;
use super::catalog::picture;
use super::catalog::{Catalog, Rule, RuleIndex};
use super::context::{self, Border, Looker};
use super::normal;
use super::number::{self, Gap, Group, Run};
use super::population::Counter;
use super::simd::{self, Kind as TriggerKind, Level, Trigger, Triggers};
use crate::check::kz::iin_is_minor;
use crate::check::{Day, Input, Verdict, phone};
use crate::finding::{Confidence, Evidence};
use crate::score::{self, Case};
use crate::text::field::{Meaning, Meanings};
use crate::text::hash::spread;
use crate::text::layout::Layout;
use crate::text::statement::{Statement, Tables};
use crate::text::{at, before, slice};
use std::ops::Range;

/// Bytes the finder looks at in one go: its list of triggers stays in the cache.
const STEP: usize = 64 << 10;
/// How far behind the last own byte a trigger of an own value may fire.
pub(super) const REACH: usize = 512;
/// Longest value, in bytes.
const LONGEST: usize = u16::MAX as usize;

/// Text to scan, with context.
#[derive(Clone, Debug)]
pub struct Block<'b> {
    /// The block with bytes before and behind it: UTF-8. Bytes that are none of it read as gaps.
    pub bytes: &'b [u8],
    /// Values that begin here belong to this block.
    pub own: Range<usize>,
    /// Offset of the first of `bytes` in the text of the stream. Only offsets of blocks that follow each other are
    /// compared.
    pub base: u64,
    /// What stands before the block.
    pub before: Before<'b>,
    /// Whether the last call scanned the bytes just before this block's own.
    pub goes_on: bool,
    /// Layout of the stream.
    pub layout: &'b Layout,
}

/// What stands before a block of SQL; nothing for anything else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before<'b> {
    /// The bytes, as far back as a statement in force may begin.
    pub bytes: &'b [u8],
    /// Where they end in the stream.
    pub end: u64,
    /// Tables created in the stream so far.
    pub tables: Option<&'b Tables>,
}

/// A value found, in few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Hash of the normal form, for counting distinct values.
    pub hash: u64,
    /// First byte, counted from the first byte of [`Block::bytes`].
    pub start: u32,
    /// Bytes.
    pub len: u16,
    /// Index in [`Catalog::kinds`].
    pub kind: u16,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Evidence,
    /// Number of the derived view that shows it, from 1; 0 if the text itself does. Set by who makes views.
    pub view: u16,
    /// Where its record begins; told when the block is done, for counting people.
    pub record: u32,
    /// Whether it says that its owner is under eighteen.
    pub minor: bool,
}

impl Hit {
    /// The bytes of the value in [`Block::bytes`].
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.start as usize + usize::from(self.len)
    }
}

/// Order of rivals for one span: the smaller one wins.
type Order = (bool, bool, u32);

/// A rule that may own a span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) rule: RuleIndex,
    pub(super) kind: Option<u16>,
    pub(super) verdict: Verdict,
    pub(super) labelled: Verdict,
    pub(super) evidence: Evidence,
}

/// Scans blocks; one for each thread. Holds buffers, no results.
#[derive(Debug)]
pub struct Scanner<'c> {
    pub(super) catalog: &'c Catalog,
    today: Day,
    level: Level,
    triggers: Triggers,
    run: Run,
    pub(super) looker: Looker,
    /// What labels met so far mean.
    pub(super) labels: Meanings,
    normal: Vec<u8>,
    pub(super) candidates: Vec<Candidate>,
    /// What the last candidates were decided to be.
    decided: Option<(RuleIndex, Evidence)>,
    pub(super) counter: Counter,
    hits: Vec<Hit>,
    statement: Option<Statement>,
    /// Numbers before this byte are decided.
    number_done: usize,
    /// Other shapes before this byte are decided.
    pub(super) shape_done: usize,
    /// Words before this byte are part of a value.
    pub(super) words_done: usize,
    /// Words read as parts of names.
    pub(super) readings: super::names::Readings,
    /// Addresses before this byte are decided.
    pub(super) address_done: usize,
    pub(super) addresses: address::Finder,
}

impl<'c> Scanner<'c> {
    /// A scanner for one thread.
    pub fn new(catalog: &'c Catalog, today: Day, level: Level) -> Self {
        Self {
            catalog,
            today,
            level,
            triggers: Triggers::default(),
            run: Run::default(),
            looker: Looker::default(),
            labels: Meanings::default(),
            normal: Vec::new(),
            candidates: Vec::new(),
            decided: None,
            counter: Counter::default(),
            hits: Vec::new(),
            statement: None,
            number_done: 0,
            shape_done: 0,
            words_done: 0,
            readings: super::names::Readings::default(),
            address_done: 0,
            addresses: address::Finder::default(),
        }
    }

    /// All values that begin in the block's own bytes, sorted by place.
    pub fn scan(&mut self, block: &Block<'_>) -> &[Hit] {
        self.hits.clear();
        self.counter.undecided.clear();
        if block.goes_on {
            self.looker.go_on();
        } else {
            self.looker.reset(block, &self.catalog.label_ends);
        }
        self.statement = block.layout.sql.then(|| self.looker.statement().clone());
        self.number_done = 0;
        self.shape_done = 0;
        self.words_done = 0;
        self.address_done = 0;
        let end = (block.own.end + REACH).min(block.bytes.len());
        let mut triggers = std::mem::take(&mut self.triggers);
        let mut start = block.own.start;
        while start < end {
            let stop = (start + STEP).min(end);
            triggers.clear();
            simd::find(self.level, &self.catalog.wanted, block.bytes, start, stop, &mut triggers);
            for trigger in triggers.iter() {
                self.trigger(block, trigger);
            }
            start = stop;
        }
        self.triggers = triggers;
        if end == block.bytes.len() {
            self.at_end(block, end);
        }
        if let Some(custom) = &self.catalog.custom {
            custom.scan(self, block, end);
        }
        self.counter.undecided.sort_by_key(|undecided| (undecided.hit.start, undecided.rule));
        if block.layout.sql {
            self.looker.read_to(block, block.own.end);
        }
        self.cells(block);
        self.settle();
        &self.hits
    }

    /// The statement that was in force where the last block began, if it was SQL.
    pub fn statement(&self) -> Option<&Statement> {
        self.statement.as_ref()
    }

    fn trigger(&mut self, block: &Block<'_>, trigger: Trigger) {
        let at = trigger.offset();
        match trigger.kind() {
            TriggerKind::Number => {
                self.postal_code(block, at);
                if at >= self.number_done {
                    self.number(block, at, false);
                }
            }
            TriggerKind::Dots => {
                if !self.dotted(block, at) && at >= self.number_done {
                    self.number(block, at, true);
                }
            }
            TriggerKind::Plate => self.plate(block, at),
            TriggerKind::WordEnd => self.word(block, at),
            TriggerKind::Iban => self.iban(block, at),
            TriggerKind::At => self.at_sign(block, at),
            TriggerKind::Mrz => self.mrz(block, at),
            TriggerKind::Colons => self.colons(block, at),
            TriggerKind::Mac => self.mac(block, at),
            TriggerKind::Equals => {
                if !self.cookie(block, at) {
                    self.labelled(block, at);
                }
            }
            TriggerKind::Jwt => self.jwt(block, at),
            TriggerKind::Messenger => self.messenger(block, at),
            TriggerKind::Uuid => self.uuid(block, at),
            TriggerKind::Word => self.capital(block, at),
            TriggerKind::Patronymic => self.patronymic(block, at),
            TriggerKind::House => self.house(block, at),
            TriggerKind::Date => self.date(block, at),
            TriggerKind::Year => self.year(block, at),
            TriggerKind::Secret => self.secret(block, at),
        }
    }

    /// The day the scan runs on.
    pub(super) fn today(&self) -> Day {
        self.today
    }

    pub(super) fn rule(&self, rule: RuleIndex) -> Option<&'c Rule> {
        self.catalog.rules.get(usize::from(rule))
    }

    pub(super) fn is_on(&self, rule: Option<RuleIndex>) -> Option<RuleIndex> {
        rule.filter(|rule| self.rule(*rule).is_some_and(|rule| rule.on))
    }

    // ------------------------------------------------------------------------------------------ numbers

    /// Decides all runs of digits up to the trigger.
    ///
    /// Numbers grouped with dots have three of them, and so a trigger of their own (`dotted`); a single dot makes a fraction.
    fn number(&mut self, block: &Block<'_>, trigger: usize, dotted: bool) {
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
                if !number::joins_behind(bytes, end) {
                    // Most numbers stand alone.
                    self.number_done = end;
                    self.lone_group(block, Group { start, end, gap: Gap::Start });
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
            b'+' => {
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
        if !plus && (long || !phone::may_stand_bare(digits, at(bytes, first.start), at(bytes, second))) {
            return None;
        }
        let closes = part.get(1).is_some_and(|group| group.gap == Gap::Close);
        if open && !closes {
            start = if plus { start } else { first.start };
        }
        let gaps = |gap: Gap| part.iter().skip(1).any(|group| group.gap == gap);
        // `16:15:29.173  2626`: a clock goes on with a fraction, and nobody mixes dots and spaces.
        let clock = outer == first.start && before(bytes, outer) == b':' && before(bytes, outer - 1).is_ascii_digit();
        if (gaps(Gap::Dot) && gaps(Gap::Space)) || clock {
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
        &mut self, block: &Block<'_>, part: &[Group], uses: &[super::catalog::LayoutUse],
        phone: Option<&(usize, phone::Standing)>,
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
        let input = Input { normal: slice(&own, 0, filled), today: self.today };
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
            let input = Input { normal: &normal, today: self.today };
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
        let fitting = catalog.picture_sides.get(digits.len()).copied().unwrap_or(0);
        if fitting == 0 {
            return false;
        }
        let sides = picture::sides(block.bytes, &digits);
        if fitting & picture::side_bit(sides) == 0 {
            return false;
        }
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
        for &(index, format) in rivals {
            let Some(rule) = self.rule(index) else { continue };
            let (verdict, labelled) = self.verdict(block, &span, index);
            if verdict == Verdict::Fails && labelled == Verdict::Fails && rule.failed == Failed::Drop {
                continue;
            }
            let evidence = if format { Evidence::FORMAT } else { Evidence::none() };
            if !self.candidates.iter().any(|known| known.rule == index) {
                self.candidates.push(Candidate { rule: index, kind: None, verdict, labelled, evidence });
            }
        }
        self.decide(block, span.clone(), span.start, left)
    }

    // ------------------------------------------------------------------------------------------ deciding

    /// Decides between the candidates for a span: who has context of its own first, then the stronger rule.
    /// `outer` is where a phone number with its plus begins. Gives whether one was accepted.
    pub(super) fn decide(&mut self, block: &Block<'_>, span: Range<usize>, outer: usize, left: Border) -> bool {
        let candidates = std::mem::take(&mut self.candidates);
        let winner = self.winner(block, &span, outer, left, &candidates);
        self.candidates = candidates;
        let Some((candidate, confidence, evidence)) = winner else { return false };
        self.decided = Some((candidate.rule, evidence));
        let phone = Some(candidate.rule) == self.catalog.known.phone;
        let span = if phone { outer..span.end } else { span };
        self.push(block, span, candidate.rule, candidate.kind, confidence, evidence);
        true
    }

    fn winner(
        &mut self, block: &Block<'_>, span: &Range<usize>, outer: usize, left: Border, candidates: &[Candidate],
    ) -> Option<(Candidate, Confidence, Evidence)> {
        if candidates.is_empty() {
            return None;
        }
        let plus = outer < span.start && before(block.bytes, span.start) == b'+';
        // A value glued to a word needs that word, whatever its field says.
        let enough = |field: &Meaning| {
            left == Border::Clear && candidates.iter().any(|candidate| field.raise.contains(&candidate.rule))
        };
        let around = self.looker.around(self.catalog, block, span, enough);
        let known = &self.catalog.known;
        let (card, phone) = (known.card, known.phone);
        let rival = |rule: Option<RuleIndex>| candidates.iter().any(|candidate| Some(candidate.rule) == rule);
        let in_row = span.len() == 19 && rival(card) && is_in_row(block.bytes, span);
        // Most numbers stand in a field that names them: the words before the others are read.
        let bare = candidates
            .iter()
            .any(|candidate| Some(candidate.rule) == phone && !candidate.evidence.has(Evidence::FORMAT));
        let named = self
            .looker
            .meaning(around.field)
            .is_some_and(|field| phone.is_some_and(|phone| field.raise.contains(&phone)));
        let addressed = bare && !named && self.is_addressed(block, span);
        let field = self.looker.meaning(around.field);
        let groups = &self.catalog.groups;
        let raises =
            |group: u16, rule: RuleIndex| groups.get(usize::from(group)).is_some_and(|m| m.raise.contains(&rule));
        let mut best: Option<(Order, Candidate, Confidence, Evidence)> = None;
        for candidate in candidates {
            let Some(rule) = self.rule(candidate.rule) else { continue };
            let mut evidence = candidate.evidence;
            let (mut refused, mut misplaced) = (false, false);
            let named = field.is_some_and(|meaning| meaning.raise.contains(&candidate.rule));
            let reach = |near: &context::Near| {
                let window = if near.forward { rule.forward_chars } else { rule.back_chars };
                near.chars <= window && !(rule.near && (near.words > 1 || near.forward))
            };
            let speaks_for = around.near().find(|(near, _)| raises(near.group, candidate.rule) && reach(near));
            // A nearer keyword that names a rival and not this one takes the value away.
            let rival = around.near().find(|(near, _)| {
                !raises(near.group, candidate.rule)
                    && candidates.iter().any(|other| other.rule != candidate.rule && raises(near.group, other.rule))
            });
            let against = around.near().find(|(near, _)| {
                let meaning = groups.get(usize::from(near.group));
                meaning.is_some_and(|m| {
                    m.lower.contains(&candidate.rule) || (m.cancels && !m.raise.contains(&candidate.rule))
                }) && (!near.forward || near.chars <= 3)
            });
            let farther =
                |other: Option<(&context::Near, u16)>, distance: u16| other.is_none_or(|(_, d)| d >= distance);
            match speaks_for {
                Some((near, distance)) if farther(rival, distance) && farther(against, distance) => {
                    evidence = evidence.with(Evidence::KEYWORD);
                    if left == Border::Letter && !near.attached && !attached(&around, groups, candidate.rule) {
                        continue;
                    }
                }
                _ if left == Border::Letter => continue,
                _ => {}
            }
            if named {
                evidence = evidence.with(if around.column { Evidence::COLUMN } else { Evidence::FIELD });
            } else if let Some(meaning) = field {
                misplaced = meaning.cancels;
                if meaning.lower.contains(&candidate.rule) {
                    refused = true;
                }
                let other = meaning.raise.iter().any(|other| candidates.iter().any(|rival| rival.rule == *other));
                if meaning.cancels || meaning.lower.contains(&candidate.rule) || (other && !meaning.raise.is_empty()) {
                    evidence =
                        Evidence::from_bits(evidence.bits() & !Evidence::KEYWORD.bits()).with(Evidence::NEGATIVE);
                }
            }
            if !named
                && !evidence.has(Evidence::KEYWORD)
                && let Some((near, _)) = against
            {
                evidence = evidence.with(Evidence::NEGATIVE);
                refused |= groups.get(usize::from(near.group)).is_some_and(|m| m.lower.contains(&candidate.rule));
            }
            if !evidence.has_any(score::CONTEXT) {
                if Some(candidate.rule) == self.catalog.known.card && in_row {
                    evidence = Evidence::none();
                } else if Some(candidate.rule) == self.catalog.known.phone
                    && addressed
                    && !evidence.has(Evidence::NEGATIVE)
                {
                    evidence = evidence.with(Evidence::FORMAT);
                }
            }
            // A plus belongs to phone numbers only.
            if plus && Some(candidate.rule) != self.catalog.known.phone {
                continue;
            }
            let case = Case {
                class: rule.class,
                alone: rule.alone,
                failed: rule.failed,
                verdict: candidate.verdict,
                labelled: candidate.labelled,
                evidence,
                refused,
                misplaced,
                twice: evidence.has(Evidence::KEYWORD)
                    && [true, false].into_iter().all(|forward| {
                        around.near().any(|(near, _)| {
                            near.forward == forward && raises(near.group, candidate.rule) && reach(near)
                        })
                    }),
            };
            let Some((mut confidence, evidence)) = case.confidence() else { continue };
            if Some(candidate.rule) == self.catalog.known.account {
                match Self::bank_key(block, span) {
                    Some(true) => confidence = Confidence::High,
                    Some(false) => continue,
                    None => {}
                }
            }
            let order = score::rival_order(evidence, candidate.verdict, rule.rank);
            if best.as_ref().is_none_or(|(known, ..)| order < *known) {
                best = Some((order, *candidate, confidence, evidence));
            }
        }
        best.map(|(_, candidate, confidence, evidence)| (candidate, confidence, evidence))
    }

    /// Whether a mobile number without context stands behind an arrow or a name: `-> 7701…`, `Анна Петрова, 8701…`.
    fn is_addressed(&mut self, block: &Block<'_>, span: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let mobile = matches!(
            (span.len(), slice(bytes, span.start, span.start + 2)),
            (11, [b'7' | b'8', b'9' | b'7' | b'0']) | (10, [b'0', _])
        );
        let arrow = || matches!(slice(bytes, span.start.saturating_sub(3), span.start), b"-> " | b"<- " | b"=> ");
        mobile && (arrow() || self.is_behind_name(block, span.start))
    }

    /// Notes a value, if it begins in the block's own bytes and its rule is selected.
    pub(super) fn push(
        &mut self, block: &Block<'_>, span: Range<usize>, index: RuleIndex, kind: Option<u16>, confidence: Confidence,
        evidence: Evidence,
    ) {
        let Some(rule) = self.rule(index) else { return };
        if !rule.on || !block.own.contains(&span.start) || span.len() > LONGEST {
            return;
        }
        let value = slice(block.bytes, span.start, span.end);
        let guessed = evidence.has(Evidence::COLUMN) && block.layout.table.as_ref().is_some_and(|table| table.guessed);
        let evidence = if guessed {
            Evidence::from_bits(evidence.bits() & !Evidence::COLUMN.bits()).with(Evidence::POPULATION)
        } else {
            evidence
        };
        normal::normal_form(rule, value, &mut self.normal);
        self.hits.push(Hit {
            hash: spread(&self.normal),
            start: span.start as u32,
            len: span.len() as u16,
            kind: kind.unwrap_or(rule.kind),
            confidence,
            evidence: evidence.with(Evidence::SHAPE),
            view: 0,
            record: 0,
            minor: Some(index) == self.catalog.known.iin && iin_is_minor(&self.normal, self.today),
        });
    }

    /// Sorts hits, and drops those that lie inside a longer one of another shape. Of two readings of one value the surer
    /// one stays, whichever trigger fired first: that hangs on where windows begin.
    fn settle(&mut self) {
        // By place, the longer first, then by kind: one number, which compares in one step.
        let place = |hit: &Hit| u64::from(hit.start) << 32 | u64::from(u16::MAX - hit.len) << 16 | u64::from(hit.kind);
        let order = |hit: &Hit| (place(hit), std::cmp::Reverse((hit.confidence, hit.evidence.bits())));
        if !self.hits.is_sorted_by_key(order) {
            self.hits.sort_by_key(order);
        }
        let catalog = self.catalog;
        let transparent = |kind: u16| {
            let rule = catalog.kind_rules.get(usize::from(kind)).copied();
            rule.is_some()
                && (rule == catalog.known.messenger || rule == catalog.known.ipv6 || catalog.rule_is_cookie(rule))
        };
        let mut cover: Option<(Range<usize>, u16)> = None;
        self.hits.retain(|hit| {
            let range = hit.range();
            if let Some((outer, kind)) = &cover {
                let inside = range.start >= outer.start && range.end <= outer.end;
                let same = range == *outer && hit.kind == *kind;
                if same || (inside && !transparent(*kind)) {
                    return false;
                }
            }
            if cover.as_ref().is_none_or(|(outer, _)| range.end > outer.end) {
                cover = Some((range, hit.kind));
            }
            true
        });
    }

    /// Class, check and context of a value whose form is proof: no keyword is looked for.
    pub(super) fn form_is_proof(&mut self, block: &Block<'_>, span: Range<usize>, index: RuleIndex, kind: Option<u16>) {
        let Some(rule) = self.rule(index) else { return };
        let confidence = rule.alone.unwrap_or(Confidence::High);
        self.push(block, span, index, kind, confidence, Evidence::FORMAT);
    }

    /// Runs a rule's own check on a span.
    pub(super) fn verdict(&mut self, block: &Block<'_>, span: &Range<usize>, index: RuleIndex) -> (Verdict, Verdict) {
        let Some(rule) = self.rule(index) else { return (Verdict::Fails, Verdict::Fails) };
        let mut normal = std::mem::take(&mut self.normal);
        normal::normal_form(rule, slice(block.bytes, span.start, span.end), &mut normal);
        let input = Input { normal: &normal, today: self.today };
        let verdict = (rule.check)(&input);
        let labelled = match rule.labelled {
            Some(check) if verdict == Verdict::Fails => check(&input),
            _ => verdict,
        };
        self.normal = normal;
        (verdict, labelled)
    }

    /// The confidence and evidence of one candidate, not noted yet.
    pub(super) fn weigh(
        &mut self, block: &Block<'_>, span: Range<usize>, candidate: Candidate,
    ) -> Option<(Confidence, Evidence)> {
        let start = span.start;
        let winner = self.winner(block, &span, start, Border::Clear, &[candidate]);
        winner.map(|(_, confidence, evidence)| (confidence, evidence))
    }

    /// Decides one candidate of a shape that needs context.
    pub(super) fn decide_one(&mut self, block: &Block<'_>, span: Range<usize>, candidate: Candidate) -> bool {
        self.candidates.clear();
        self.candidates.push(candidate);
        self.decide(block, span.clone(), span.start, Border::Clear)
    }
}

impl Catalog {
    fn rule_is_cookie(&self, rule: Option<RuleIndex>) -> bool {
        rule.is_some_and(|rule| self.cookies.values().next().is_some_and(|cookie| cookie.rule == rule))
    }
}

/// Whether a further group of four digits stands before or behind four groups of four.
fn is_in_row(bytes: &[u8], span: &Range<usize>) -> bool {
    let digit = |i: usize| at(bytes, i).is_ascii_digit();
    let gap = |byte: u8| matches!(byte, b' ' | b'\n' | b'-' | b'\t');
    let left = span.start.wrapping_sub(1);
    let before = gap(at(bytes, left)) && (1..=4).all(|n| digit(left.wrapping_sub(n))) && !digit(left.wrapping_sub(5));
    let behind = gap(at(bytes, span.end)) && (1..=4).all(|n| digit(span.end + n)) && !digit(span.end + 5);
    before || behind
}

/// Whether a keyword of the rule ends where the value begins.
fn attached(around: &context::Around, groups: &[crate::text::field::Meaning], rule: RuleIndex) -> bool {
    around.near().any(|(near, _)| {
        near.attached && groups.get(usize::from(near.group)).is_some_and(|meaning| meaning.raise.contains(&rule))
    })
}
