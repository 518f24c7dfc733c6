//! Drives the finder over a block and decides each candidate: check, surroundings, rivals.

use super::address;
use super::calls;
use super::catalog::file::Class;
use super::catalog::{Catalog, Rule, RuleIndex};
use super::cells::CellMeanings;
use super::context::{self, Border, Looker};
use super::joined::NamePart;
use super::names::{self, Judged, Labels, Proof};
use super::normal;
use super::number::{self, Run};
use super::population::Counter;
use super::simd::{self, Kind as TriggerKind, Level, Trigger, Triggers};
use super::words::is_family;
use crate::check::kz::iin_born;
use crate::check::{self, Day, Input, Verdict, phone};
use crate::finding::{Confidence, Evidence};
use crate::score::{self, Case};
use crate::text::field::{Meaning, Meanings};
use crate::text::hash::spread;
use crate::text::layout::Layout;
use crate::text::statement::{Statement, Tables};
use crate::text::view::Stretch;
use crate::text::word::{Case as Letters, Script, Word, Words, is_capital_at};
use crate::text::{at, before, slice};
use std::cmp::Reverse;
use std::ops::Range;

/// Bytes the finder looks at in one go: its list of triggers stays in the cache.
const STEP: usize = 64 << 10;
/// How far behind the last own byte a trigger of an own value may fire.
pub(super) const REACH: usize = 512;
/// Values that are noted out of order at the most: others are sorted at the end.
const NEAR: usize = 8;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Whether it stands in several cells or fields, and so holds what stands between them.
    pub joined: bool,
}

impl Hit {
    /// By place, the longer first, then by kind, the surer first.
    fn order(&self) -> (u64, Reverse<(Confidence, u8)>) {
        // One number, which compares in one step.
        let place = u64::from(self.start) << 32 | u64::from(u16::MAX - self.len) << 16 | u64::from(self.kind);
        (place, Reverse((self.confidence, self.evidence.bits())))
    }

    /// The bytes of the value in [`Block::bytes`].
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.start as usize + usize::from(self.len)
    }
}

/// Order of rivals for one span: the smaller one wins.
type Order = (bool, bool, u32);

/// Rules, a bit each; those behind the last bit count as members.
#[derive(Default)]
struct RuleBits([u64; 4]);

impl RuleBits {
    fn add(&mut self, rule: RuleIndex) {
        if let Some(bits) = self.0.get_mut(usize::from(rule / 64)) {
            *bits |= 1 << (rule % 64);
        }
    }

    fn may_have(&self, rule: RuleIndex) -> bool {
        self.0.get(usize::from(rule / 64)).is_none_or(|bits| bits >> (rule % 64) & 1 != 0)
    }
}

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
    pub(super) level: Level,
    pub(super) triggers: Triggers,
    pub(super) run: Run,
    pub(super) looker: Looker,
    /// What labels met so far mean.
    pub(super) labels: Meanings,
    pub(super) normal: Vec<u8>,
    pub(super) candidates: Vec<Candidate>,
    /// What the last candidates were decided to be.
    pub(super) decided: Option<(RuleIndex, Evidence)>,
    pub(super) counter: Counter,
    pub(super) hits: Vec<Hit>,
    /// Names in fields and cells, and what their labels say.
    pub(super) parts: Vec<NamePart>,
    /// What the labels of names say, and what stood in such fields.
    pub(super) field_labels: Labels,
    pub(super) judged: Judged,
    /// Whether names in several cells stay parted.
    pub(super) keeps_parts: bool,
    /// What the columns of the statement at hand mean to the rules whose values only a label tells.
    pub(super) cell_meanings: CellMeanings,
    /// Where names are noted beside the block's own bytes: their neighbours are looked at.
    pub(super) near: Range<usize>,
    statement: Option<Statement>,
    /// Numbers before this byte are decided.
    pub(super) number_done: usize,
    /// Other shapes before this byte are decided.
    pub(super) shape_done: usize,
    /// Words before this byte are part of a value.
    pub(super) words_done: usize,
    /// Words read as parts of names.
    pub(super) readings: super::names::Readings,
    /// Full names met, for whoever is called by a part of one again.
    pub(super) met: super::names::Met,
    /// Addresses before this byte are decided.
    /// The head of a column of dates that was found last.
    pub(super) last_head: super::dates::LastHead,
    pub(super) address_done: usize,
    pub(super) addresses: address::Finder,
    /// Encoded text in the last block.
    pub(super) stretches: Vec<Stretch>,
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
            parts: Vec::new(),
            field_labels: Labels::default(),
            judged: Judged::default(),
            keeps_parts: false,
            cell_meanings: CellMeanings::default(),
            near: 0..0,
            statement: None,
            number_done: 0,
            shape_done: 0,
            words_done: 0,
            readings: super::names::Readings::default(),
            met: super::names::Met::default(),
            last_head: super::dates::LastHead::default(),
            address_done: 0,
            addresses: address::Finder::default(),
            stretches: Vec::new(),
        }
    }

    /// Whether surname, given name and patronymic in cells or fields of their own stay parted from here on; else they are
    /// one value where they stand beside each other.
    pub fn keep_parts(&mut self, keep: bool) {
        self.keeps_parts = keep;
    }

    /// All values that begin in the block's own bytes, sorted by place.
    pub fn scan(&mut self, block: &Block<'_>) -> &[Hit] {
        self.hits.clear();
        self.parts.clear();
        self.counter.undecided.clear();
        self.met.begin(block.base, block.own.start, block.goes_on);
        if block.goes_on {
            self.looker.go_on();
        } else {
            self.looker.reset(block, &self.catalog.label_ends);
            self.last_head.reset();
        }
        self.statement = block.layout.sql.then(|| self.looker.statement().clone());
        self.number_done = 0;
        self.shape_done = 0;
        self.words_done = 0;
        self.address_done = 0;
        let end = (block.own.end + REACH).min(block.bytes.len());
        self.near = block.own.end..end;
        let mut triggers = std::mem::take(&mut self.triggers);
        let mut start = block.own.start;
        while start < end {
            let stop = (start + STEP).min(end);
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
        self.address_rows(block);
        self.beginnings(block);
        self.settle();
        let count = self.hits.len();
        self.cells(block);
        if self.hits.len() > count {
            self.settle();
        }
        self.join_names(block);
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
        if phone && confidence > Confidence::Low {
            self.person_beside(block, &span, None);
        }
        self.push(block, span, candidate.rule, candidate.kind, confidence, evidence);
        true
    }

    fn winner(
        &mut self, block: &Block<'_>, span: &Range<usize>, outer: usize, left: Border, candidates: &[Candidate],
    ) -> Option<(Candidate, Confidence, Evidence)> {
        if candidates.is_empty() {
            return None;
        }
        if self.lacks_words(block, span, candidates) {
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
        let addressed = bare && !named && self.is_addressed(block, span, candidates);
        let field = self.looker.meaning(around.field);
        let groups = &self.catalog.groups;
        let raises =
            |group: u16, rule: RuleIndex| groups.get(usize::from(group)).is_some_and(|m| m.raise.contains(&rule));
        let mut spoken_for = RuleBits::default();
        for (near, _) in around.near() {
            groups
                .get(usize::from(near.group))
                .into_iter()
                .flat_map(|m| &m.raise)
                .for_each(|rule| spoken_for.add(*rule));
        }
        // A number that holds a check of its own: a word for phones nearby makes no phone of a far country of it. Those of
        // Ukraine look like the IIN of who was born in 1938.
        let proven = !plus
            && rival(phone)
            && !slice(block.bytes, span.start, span.end).starts_with(b"380")
            && candidates.iter().any(|candidate| {
                let sure = |rule: &Rule| rule.class == Class::A && rule.alone == Some(Confidence::High);
                candidate.verdict == Verdict::Holds && self.rule(candidate.rule).is_some_and(sure)
            });
        let mut best: Option<(Order, Candidate, Confidence, Evidence)> = None;
        for candidate in candidates {
            let Some(rule) = self.rule(candidate.rule) else { continue };
            let mut evidence = candidate.evidence;
            let (mut refused, mut misplaced) = (false, false);
            let named = field.is_some_and(|meaning| meaning.raise.contains(&candidate.rule));
            // Most rules need words or a field, and have none.
            let form = evidence.has(Evidence::FORMAT) || Some(candidate.rule) == phone;
            let spoken = named || spoken_for.may_have(candidate.rule) || evidence.has_any(score::CONTEXT);
            if rule.class != Class::A && !form && !spoken {
                continue;
            }
            let reach = |near: &context::Near| {
                let window = if near.forward { rule.forward_chars } else { rule.back_chars };
                near.chars <= window && !(rule.near && (near.forward || near.words(block.bytes) > 1))
            };
            let speaks_for = around.near().find(|(near, _)| raises(near.group, candidate.rule) && reach(near));
            // A nearer keyword that names a rival and not this one takes the value away.
            let rival = around.near().find(|(near, _)| {
                !raises(near.group, candidate.rule)
                    && candidates.iter().any(|other| other.rule != candidate.rule && raises(near.group, other.rule))
            });
            // `Cake orders: +7 (7292) 33-18-40`: what is written as a phone number is one beside words for other numbers, too.
            let shaped = Some(candidate.rule) == phone && evidence.has(Evidence::FORMAT);
            let against = around.near().find(|(near, _)| {
                let meaning = groups.get(usize::from(near.group));
                meaning.is_some_and(|m| {
                    m.lower.contains(&candidate.rule) || (m.cancels && !shaped && !m.raise.contains(&candidate.rule))
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
                let cancels = meaning.cancels && !shaped;
                misplaced = cancels;
                if meaning.lower.contains(&candidate.rule) {
                    refused = true;
                }
                let other = meaning.raise.iter().any(|other| candidates.iter().any(|rival| rival.rule == *other));
                if cancels || meaning.lower.contains(&candidate.rule) || (other && !meaning.raise.is_empty()) {
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
            let labelled = evidence.has_any(Evidence::FIELD.with(Evidence::COLUMN).with(Evidence::FORMAT));
            // `to:123456789,` in a program: a number of nine digits has no prefix that tells it.
            let member = Some(candidate.rule) == phone && is_member(block.bytes, span);
            if member || (proven && Some(candidate.rule) == phone && !labelled) {
                continue;
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
            if Some(candidate.rule) == card && is_published(slice(block.bytes, span.start, span.end)) {
                confidence = Confidence::Low;
            }
            let order = score::rival_order(evidence, candidate.verdict, rule.rank);
            if best.as_ref().is_none_or(|(known, ..)| order < *known) {
                best = Some((order, *candidate, confidence, evidence));
            }
        }
        best.map(|(_, candidate, confidence, evidence)| (candidate, confidence, evidence))
    }

    /// Whether words or a field alone could tell any of these candidates, and none can stand here.
    fn lacks_words(&mut self, block: &Block<'_>, span: &Range<usize>, candidates: &[Candidate]) -> bool {
        let phone = self.catalog.known.phone;
        let needs_words = |candidate: &Candidate| {
            self.catalog.needs_words(candidate.rule)
                && !candidate.evidence.has_any(Evidence::FORMAT.with(score::CONTEXT))
        };
        if !candidates.iter().all(needs_words) {
            return false;
        }
        let mut rules = candidates.iter().map(|candidate| candidate.rule);
        let named = self.looker.may_be_named(self.catalog, block, span, rules.clone());
        let stands_alone =
            named || (rules.any(|rule| Some(rule) == phone) && self.is_addressed(block, span, candidates));
        !stands_alone
    }

    /// Whether a mobile number without context stands behind an arrow or a name: `-> 7701…`, `Анна Петрова, 8701…`.
    fn is_addressed(&mut self, block: &Block<'_>, span: &Range<usize>, candidates: &[Candidate]) -> bool {
        let bytes = block.bytes;
        let value = slice(bytes, span.start, span.end);
        // The digits, behind a place for the code of the country.
        let (mut own, mut digits) = ([b'7'; 13], 0);
        for &digit in value.iter().filter(|byte| byte.is_ascii_digit()) {
            digits += 1;
            let Some(slot) = own.get_mut(digits) else { return false };
            *slot = digit;
        }
        // `747 822 03 16`, `9161234567`: Kazakh and Russian numbers without the code, if no check digit says what else they are.
        let own_rule = self.catalog.known.phone;
        let other = |candidate: &Candidate| {
            let class = self.rule(candidate.rule).map(|rule| rule.class);
            Some(candidate.rule) != own_rule && candidate.verdict == Verdict::Holds && class == Some(Class::A)
        };
        let national = digits == 10 && phone::is_mobile(slice(&own, 0, 11)) && !candidates.iter().any(other);
        let mobile = national
            || matches!(
                (digits, slice(&own, 1, 3)),
                (11, [b'7' | b'8', b'9' | b'7' | b'0']) | (10, [b'0', b'1'..=b'9']) | (12, [b'3', b'7' | b'8'])
            );
        // `(342) 212-05-67`, `916 123-45-67`, `(416) 555-0142`: nothing else is grouped so.
        let open = before(bytes, span.start) == b'(';
        let grouped = digits == 10
            && match slice(value, value.len().saturating_sub(6), value.len()) {
                [b'-', _, _, b'-', _, _] => open || national,
                [b'0'..=b'9', b'-', _, _, _, _] => open,
                _ => false,
            };
        let arrow = || {
            let head = slice(bytes, span.start.saturating_sub(4), span.start);
            ARROWS.iter().any(|arrow| head.ends_with(arrow.as_bytes()))
                || slice(bytes, span.end, span.end + 4) == b" -> "
        };
        // `"Кашуба Лілія","0635508841"`: the cell behind a full name.
        let beside = |scanner: &mut Self| {
            matches!(slice(bytes, span.start.saturating_sub(3), span.start), b"\",\"" | b"\";\"")
                && at(bytes, span.end) == b'"'
                && scanner.name_ends(block, span.start - 2)
        };
        // `79035518842 — Горохов Вячеслав Сергеевич`
        let owned = |scanner: &mut Self| {
            let rest = slice(bytes, span.end, span.end + 5);
            let dash = [" — ", " – ", " - "].into_iter().find(|dash| rest.starts_with(dash.as_bytes()));
            dash.is_some_and(|dash| scanner.name_begins(block, span.end + dash.len()))
        };
        // `"Анна Петрова" <79165550123>`: who calls.
        let caller = || {
            matches!(span.len(), 10..=12)
                && matches!(
                    slice(bytes, span.start.saturating_sub(3), span.start),
                    [b'"' | b'\'', b' ', b'<'] | [.., b'"', b'<']
                )
                && at(bytes, span.end) == b'>'
        };
        caller()
            || grouped
            || calls::is_called(bytes, span)
            || (mobile
                && (arrow()
                    || self.is_behind_name(block, span.start)
                    || self.is_number_of_somebody(block, span.start)
                    || beside(self)
                    || owned(self)
                    || is_told_by_text(bytes, span)
                    || own_rule.is_some_and(|rule| self.is_answer(block, span.start, rule))))
    }

    /// `Петров Сергей Иванович 89165550123`, `сусідка Дарина 0661180493`, `Віталь Шчэрба: 80447713205`: whether a full name,
    /// or a given name that is no other word, ends before the blanks at `start`, a colon or dash between them.
    fn is_number_of_somebody(&mut self, block: &Block<'_>, start: usize) -> bool {
        let bytes = block.bytes;
        let blanks = |mut end: usize| {
            let from = end;
            while before(bytes, end) == b' ' && from - end < 3 {
                end -= 1;
            }
            end
        };
        let gap = blanks(start);
        let mark = match slice(bytes, gap.saturating_sub(3), gap) {
            [.., b':' | b'-'] => 1,
            [0xE2, 0x80, 0x93 | 0x94] => 3,
            _ => 0,
        };
        let end = if mark > 0 { blanks(gap - mark) } else { gap };
        if end == start {
            return false;
        }
        if self.name_ends(block, end) {
            return true;
        }
        let word = Word::read_before(bytes, end).filter(|word| word.end == end);
        // In a chat whoever speaks is somebody, known or not.
        if let Some(word) = word.as_ref().filter(|word| mark == 1 && word.case == Letters::Title) {
            let first = word.start.checked_sub(1).and_then(|end| Word::read_before(bytes, end));
            let speaker = |first: &Word| {
                let cyrillic = [first, word].iter().all(|word| word.script == Script::Cyrillic);
                first.case == Letters::Title
                    && cyrillic
                    && first.end + 1 == word.start
                    && before(bytes, first.start) != b'.'
            };
            if first.as_ref().is_some_and(speaker) {
                return true;
            }
        }
        // `мама: 87015550123`: before the number of a relative nothing else need stand.
        word.is_some_and(|word| {
            names::is_relative(&word)
                || is_family(slice(bytes, word.start, word.end))
                || names::related(bytes, &word, false, &mut self.readings)
        })
    }

    /// Whether a full name begins at `start`.
    fn name_begins(&mut self, block: &Block<'_>, start: usize) -> bool {
        let Some(words) = Words::around(block.bytes, start).filter(|_| is_capital_at(block.bytes, start)) else {
            return false;
        };
        let found = names::find(block.bytes, &words, &mut self.readings);
        found.is_some_and(|name| name.range.start == start && matches!(name.proof, Proof::Patronymic | Proof::Pair))
    }

    /// Notes a value, if it begins in the block's own bytes and its rule is selected.
    pub(super) fn push(
        &mut self, block: &Block<'_>, span: Range<usize>, index: RuleIndex, kind: Option<u16>, confidence: Confidence,
        evidence: Evidence,
    ) {
        let Some(rule) = self.rule(index).filter(|_| self.is_noted(block, &span, index)) else { return };
        normal::normal_form(rule, slice(block.bytes, span.start, span.end), &mut self.normal);
        let born = match Some(index) {
            of if of == self.catalog.known.iin => iin_born(&self.normal),
            of if of == self.catalog.known.birth_date => self.named_day(),
            _ => None,
        };
        let minor = born.is_some_and(|born| born.is_under_age(self.today));
        let (hash, kind) = (spread(&self.normal), kind.unwrap_or(rule.kind));
        self.note(block, &span, Hit { hash, kind, confidence, evidence, minor, ..Hit::default() });
    }

    /// Whether a value of a rule is noted here.
    pub(super) fn is_noted(&self, block: &Block<'_>, span: &Range<usize>, index: RuleIndex) -> bool {
        let near = Some(index) == self.catalog.known.name && self.near.contains(&span.start);
        (near || block.own.contains(&span.start))
            && span.len() <= LONGEST
            && self.rule(index).is_some_and(|rule| rule.on)
    }

    /// Puts a value in its place among the last ones.
    pub(super) fn note(&mut self, block: &Block<'_>, span: &Range<usize>, hit: Hit) {
        let mut evidence = hit.evidence.with(Evidence::SHAPE);
        if evidence.has(Evidence::COLUMN) && block.layout.table.as_ref().is_some_and(|table| table.guessed) {
            evidence = Evidence::from_bits(evidence.bits() & !Evidence::COLUMN.bits()).with(Evidence::POPULATION);
        }
        let hit = Hit { start: span.start as u32, len: span.len() as u16, evidence, ..hit };
        let behind = self.hits.iter().rev().take(NEAR).take_while(|other| other.order() > hit.order()).count();
        self.hits.insert(self.hits.len() - behind, hit);
    }

    /// The day that a date in normal form names.
    fn named_day(&self) -> Option<Day> {
        if self.normal.len() != 10 {
            return None;
        }
        let number = |range: Range<usize>| number::number(&self.normal, range);
        Day::real(number(0..4) as u16, number(5..7) as u8, number(8..10) as u8)
    }

    /// Sorts hits, and drops those that lie inside a longer one of another shape. Of two readings of one value the surer
    /// one stays, whichever trigger fired first: that hangs on where windows begin.
    pub(super) fn settle(&mut self) {
        if !self.hits.is_sorted_by_key(Hit::order) {
            self.hits.sort_by_key(Hit::order);
        }
        let catalog = self.catalog;
        let transparent = |kind: u16| {
            let rule = catalog.kind_rules.get(usize::from(kind)).copied();
            rule.is_some()
                && (rule == catalog.known.messenger || rule == catalog.known.ipv6 || catalog.rule_is_cookie(rule))
        };
        let mut cover: Option<(Range<usize>, u16)> = None;
        let mut last: Option<(Range<usize>, u16)> = None;
        self.hits.retain(|hit| {
            let range = hit.range();
            let again = last.as_ref().is_some_and(|(known, kind)| *known == range && *kind == hit.kind);
            if again {
                return false;
            }
            if let Some((outer, kind)) = &cover {
                let inside = range.start >= outer.start && range.end <= outer.end;
                let same = range == *outer && hit.kind == *kind;
                if same || (inside && !transparent(*kind)) {
                    return false;
                }
            }
            if cover.as_ref().is_none_or(|(outer, _)| range.end > outer.end) {
                cover = Some((range.clone(), hit.kind));
            }
            last = Some((range, hit.kind));
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

/// Whether nine digits are the value of a member of an object in a program: neither key nor value in quotes.
fn is_member(bytes: &[u8], span: &Range<usize>) -> bool {
    span.len() == 9
        && before(bytes, span.start) == b':'
        && before(bytes, span.start - 1).is_ascii_alphabetic()
        && matches!(at(bytes, span.end), b',' | b'}')
}

/// Whether a card is one that schemes and payment services publish for tests.
pub(super) fn is_published(card: &[u8]) -> bool {
    let mut digits = [0u8; 19];
    let mut count = 0;
    for &digit in card.iter().filter(|byte| byte.is_ascii_digit()) {
        let Some(slot) = digits.get_mut(count) else { return false };
        *slot = digit;
        count += 1;
    }
    check::card_is_published_test(slice(&digits, 0, count))
}

/// What points at who is called, or who calls.
const ARROWS: [&str; 9] = ["-> ", "<- ", "=> ", "→", "←", "⇒", "→ ", "← ", "⇒ "];

/// Whether digits that are a mobile number by their operator stand in a text in Cyrillic letters as a part of its own:
/// `мектеп мұғалімі, 87759018823`, `Гурына (80291174405)`, `принять у Ордабека 87473019265`; or as the part of a list that a
/// number of their country begins: `1) 375336120947 |`.
fn is_told_by_text(bytes: &[u8], span: &Range<usize>) -> bool {
    let mut digits = [0u8; 12];
    let mut count = 0;
    for &digit in slice(bytes, span.start, span.end).iter().filter(|byte| **byte != b'-') {
        let Some(slot) = digits.get_mut(count) else { return false };
        *slot = digit;
        count += 1;
    }
    // Amounts are grouped by blanks.
    if !phone::is_mobile(slice(&digits, 0, count)) {
        return false;
    }
    let right = match at(bytes, span.end) {
        b' ' => matches!(at(bytes, span.end + 1), 0x80..|b'('| b'|'),
        b':' => at(bytes, span.end + 1) == b' ',
        byte => matches!(byte, b'\n' | b'\r' | 0 | b',' | b'.' | b';' | b')' | b'<' | b'"' | b'!' | b'?'),
    };
    if !right {
        return false;
    }
    // The word before, and what parts the number from it.
    let head = slice(bytes, span.start.saturating_sub(5), span.start);
    let (gap, parted) = match head {
        [.., 0x80.. | b')', b',' | b';', b' '] | [.., 0x80.. | b'.', b' ', b'('] => (2, true),
        [.., 0x80..=0xFF, b':', b' '] if count > 10 => (2, true),
        [.., 0x80..=0xFF, b' ', b'-', b' '] => (3, true),
        [0x80..=0xFF, b' ', 0xE2, 0x80, 0x93 | 0x94] => (4, true),
        [.., 0x80..=0xFF, b' '] => (1, false),
        [.., b'0'..=b'9', b')', b' '] => return count == 12 && matches!(at(bytes, span.end + 1), b'|' | b'\n' | 0),
        _ => return false,
    };
    let Some(word) = Word::read_before(bytes, span.start - gap) else { return parted };
    let text = String::from_utf8_lossy(slice(bytes, word.start, word.end)).to_lowercase();
    // Names begin like the shortest of them: Инна, Лота.
    let numbered = NUMBERED.iter().any(|stem| text == *stem || stem.len() > 8 && text.starts_with(stem));
    // Behind a zero a number of a part has as many digits: a small word leads to whom it belongs.
    let named = head.ends_with(b"(") || (parted && word.is_capital()) || LEADING.contains(&text.as_str());
    let told = count != 10 || named;
    let behind = slice(bytes, span.end + 1, span.end + 16);
    let money = MONEY.iter().any(|money| behind.starts_with(money.as_bytes()));
    told && !numbered && !money
}

/// What amounts are counted in.
const MONEY: [&str; 6] = ["тенге", "теңге", "тг", "руб", "грн", "бел"];

/// Small words before a number that is called.
const LEADING: [&str; 8] = ["на", "за", "по", "від", "от", "до", "для", "з"];

/// Words for what else is numbered, before its number: whole, or the beginnings of longer ones.
const NUMBERED: [&str; 77] = [
    "счет",
    "счёт",
    "рахун",
    "шоты",
    "код",
    "кода",
    "кодом",
    "кодо",
    "шот",
    "транз",
    "опера",
    "плате",
    "плать",
    "плаці",
    "төлем",
    "лицев",
    "карта",
    "карты",
    "карте",
    "карту",
    "карт",
    "полис",
    "поліс",
    "инн",
    "іпн",
    "ипн",
    "иин",
    "жсн",
    "бин",
    "бсн",
    "унп",
    "снилс",
    "паспорт",
    "пашпарт",
    "артик",
    "артык",
    "модел",
    "мадэл",
    "серия",
    "серии",
    "серія",
    "серыя",
    "парти",
    "партыя",
    "сумм",
    "тираж",
    "иденти",
    "іденти",
    "ідэнт",
    "индекс",
    "індекс",
    "штрих",
    "штрых",
    "трек",
    "трэк",
    "посыл",
    "посил",
    "пасыл",
    "отправ",
    "відправ",
    "ттн",
    "обращен",
    "звернен",
    "зварот",
    "тикет",
    "задач",
    "лот",
    "лота",
    "чек",
    "чека",
    "дело",
    "дела",
    "догов",
    "дагав",
    "контракт",
    "заяв",
    "заказ",
];

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

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn mobile_numbers_are_told_by_their_text() {
        for (text, want) in [
            ("Званіла Гурына (80291174405), скардзілася", "80291174405"),
            ("10:04:11  →77019183347  «Құрметті клиент»", "77019183347"),
            ("1) 375297714402 | дастаўлена", "375297714402"),
            ("ключи у Марата 87017733145", "87017733145"),
            ("забирает Инна 87017733145", "87017733145"),
            ("вихідний на 0671184402: відповіла", "0671184402"),
            ("сестра Зарема, 067-1184402.", "067-1184402"),
            ("\"Отримувач\",\"Кашуба Лілія\",\"0671184402\",,\"Львів\"", "0671184402"),
            ("# 79031184402 — Горохов Вячеслав Сергеевич", "79031184402"),
            ("Ответственный ЗИМИН П.О., (8412) 55-31-70 доб. 12", "(8412) 55-31-70"),
            ("11:03 bot   \"Пакіньце нумар тэлефона\"\n11:03 user  \"029 711 84 02 мой\"", "029 711 84 02"),
            ("Исп.: Лядова М.В., (342) 211-84-02", "(342) 211-84-02"),
            ("Our newest member runs a bakery on the bank. Cake orders: +7 (7292) 31-84-02", "+7 (7292) 31-84-02"),
            ("(342) 211-84-02", "(342) 211-84-02"),
            ("please ring me on (416) 555-0142 or write", "(416) 555-0142"),
            ("әріптесі Дәурен Ысқақ 7471184402", "7471184402"),
            ("Дәурен Ысқақ, 747 118 44 02", "747 118 44 02"),
            ("жена Ира 916 118-44-02", "916 118-44-02"),
            ("Лаура Иванова 8 7011184402", "8 7011184402"),
            ("оның личный номері осы 87011184402, звонить", "87011184402"),
            ("сакратарка, мтс 8 029 7 114 402", "8 029 7 114 402"),
        ] {
            assert_eq!(all_found(text, "phone"), [want], "{text}");
        }
    }

    #[test]
    fn what_else_is_numbered_is_none() {
        for text in [
            "Заявка 87015550123 закрыта",
            "счёт 80296550123 оплачен",
            "Транзакция 77015550123 проведена",
            "код операции 79015550123",
            "Фильтр 0986452041 в наличии",
            "Бюджет 79 261 108 844 руб.",
            "Заказ 916 118 4402 принят",
            "Model no. 701-555-1010/B, serial range",
            "Партия 9161184402",
            "ООО Ромашка Иванов Иван 7707083893",
            "\"нөмірі\": \"KSP-771184402\"",
        ] {
            assert_eq!(all_found(text, "phone"), Vec::<String>::new(), "{text}");
        }
    }
}
