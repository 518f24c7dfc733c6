//! Scans objects and makes copies that scan clean.

use super::assess::Assessment;
use super::content::{Builder, Intake, Object};
use super::crowd::Share;
use super::evidence::{Collector, Evidence, Found};
use super::reason::Reason;
use crate::detect::Catalog;
use crate::engine::{self, Options, Passwords, Progress};
use crate::finding::Confidence;
use crate::policy::{Cell, Class, sha256_name};
use crate::problem;
use crate::read::Reader;
use crate::redact::{Cut, Format, Map, Method, Numbers, Plan, RedactError};
use crate::source::{Item, One};
use crate::span::RawSpan;
use crate::taxonomy::Category;
use crate::text::encoding::Encoding;
use crate::text::transfer::{Part, Transfer};
use crate::unpack;
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Times that a copy is scanned and what is left in it is taken out as well.
const ROUNDS: usize = 5;
/// Messages in each other of which copies are made.
const NESTED: usize = 8;
/// What stands for a value in a text.
const HIDDEN: &str = "••••••••";
/// Bytes on either side of a value in which the letters of base64 around it are looked for.
const ENCODED_BYTES: u64 = 64 << 10;
/// Stretches of base64 of one object that are written again; each is scanned for that.
const ENCODED: usize = 1_000;
/// Objects up to this size are scanned on the thread that asks.
const SMALL_BYTES: u64 = 4 << 20;

/// How a copy is to be made.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The method for every category; else the taxonomy says.
    pub method: Option<Method>,
    /// Somebody keeps what the placeholders stand for: the copy is pseudonymised, not anonymous.
    pub keep_map: bool,
    /// Make the map at all.
    pub wants_map: bool,
    /// Take no floor of a class into account: nobody asked whether the copy may leave.
    pub no_floor: bool,
}

/// A clean copy.
pub struct Copy {
    /// The bytes.
    pub object: Object,
    /// What was done.
    pub plan: Plan,
    /// The way back, if it was asked for.
    pub map: Option<Map>,
}

/// A part that is read by itself, of a message or in base64, and its clean copy.
struct Carried {
    /// Where it begins in the whole.
    at: u64,
    part: Part,
    copy: Copy,
}

impl Carried {
    /// Where it ends in the whole.
    fn end(&self) -> u64 {
        self.at + self.part.written_bytes() as u64
    }
}

/// How clean a copy must be, and what has been given to others of the same whole.
struct Task<'t> {
    wishes: &'t Wishes,
    judge: &'t mut dyn FnMut(&Evidence) -> Assessment,
    numbers: Numbers,
}

/// How what may leave is judged, whatever is asked of scans: from `medium` on, no gap is accepted, no password is tried.
pub fn judging(options: Options) -> Options {
    Options {
        min_confidence: options.min_confidence.min(Confidence::Medium),
        accepted: BTreeSet::new(),
        passwords: Passwords::default(),
        ..options
    }
}

/// Detectors, and how they are run.
pub struct Sieve<'s> {
    /// Detectors.
    pub catalog: &'s Catalog,
    /// How they are run.
    pub options: Options,
    /// Key of the hashes that tell values apart; the same as that of fingerprints.
    pub key: &'s [u8; 32],
    /// Where copies are kept.
    pub intake: Intake,
    /// Raised to stop a scan.
    pub stop: &'s AtomicBool,
    /// Room for many findings, where other objects are judged at the same time.
    pub share: Option<Share<'s>>,
}

impl Sieve<'_> {
    /// What is in an object; whatever keeps it from being read in full is in the answer.
    pub fn scan(&self, object: &Object, name: &str) -> Evidence {
        let scanned = catch_unwind(AssertUnwindSafe(|| {
            let mut options = self.options.clone();
            if object.size() <= SMALL_BYTES {
                options.jobs = 1;
            }
            options.accepted.clear();
            options.limits.findings_per_item = None;
            let room = self.share.as_ref().map(|share| (share, self.stop));
            let mut collector = Collector::new(self.key, options.today, room);
            let mut source = One::new(Item::held(name));
            let reader = Reader::new().held(Arc::clone(object.bytes()));
            let progress = Progress::default();
            let ended =
                engine::scan(self.catalog, &mut source, &reader, &mut collector, &options, &progress, self.stop);
            let mut evidence = collector.evidence;
            if ended.interrupted {
                evidence.problem = Some(Reason::Interrupted);
            } else if object.was_changed() {
                evidence.problem = Some(Reason::Scan(problem::Reason::ChangedDuringScan));
            } else if !ended.ledger.complete() {
                evidence.problem.get_or_insert(Reason::Scan(problem::Reason::Internal));
            }
            evidence
        }));
        // Evidence of nothing is incomplete.
        scanned.unwrap_or_default()
    }

    /// A name without the values in it.
    pub fn hidden_name(&self, name: &str) -> String {
        shown(name, &self.scan(&Object::of_text(""), name))
    }

    /// A text that somebody wrote, without the values in it: those of a text, and those of a name. It may end as a name of a
    /// file does, and is none.
    pub fn hidden_text(&self, text: &str) -> String {
        let (evidence, of_name) = (self.scan(&Object::of_text(text), ""), self.scan(&Object::of_text(""), text));
        if evidence.incomplete().is_some() || !of_name.saw_name() {
            return HIDDEN.to_owned();
        }
        let within = |found: &Found| found.span.map_or((0, text.len() as u64), |span| (span.start, span.end));
        let places: Vec<_> = of_name.in_name.iter().copied().chain(evidence.found.iter().map(within)).collect();
        hide(text, &places)
    }

    /// Whether a text that somebody wrote for a record holds values.
    pub fn holds_values(&self, text: &str) -> bool {
        self.hidden_text(text) != text
    }

    /// A copy of which `judge` says that it may go, as often as it takes.
    ///
    /// # Errors
    ///
    /// Why there is none: `not_rewritable`, `rescan_found`, or what kept the copy from being made.
    pub fn copy(
        &self, object: &Object, evidence: &Evidence, assessment: &Assessment, wishes: &Wishes,
        judge: &mut dyn FnMut(&Evidence) -> Assessment,
    ) -> Result<Copy, Reason> {
        let mut task = Task { wishes, judge, numbers: Numbers::default() };
        // No number is given that stands in the source already, here or in a part.
        task.numbers.note(object.bytes().as_ref()).map_err(|error| refused(object, &error))?;
        self.copied(object, evidence, assessment, &mut task, NESTED)
    }

    fn copied(
        &self, object: &Object, evidence: &Evidence, assessment: &Assessment, task: &mut Task<'_>, nested: usize,
    ) -> Result<Copy, Reason> {
        let mut parts = if evidence.composite { self.parts(object, assessment, task, nested)? } else { Vec::new() };
        let wishes = task.wishes;
        let treated: Vec<Option<(Arc<str>, Method)>> = assessment
            .groups
            .iter()
            .map(|group| {
                let usual = || method(&group.category, group.class, wishes);
                let method = if group.undeclared { Method::Remove } else { usual() };
                (group.cell == Cell::Redact).then(|| (group.category.as_str().into(), method))
            })
            .collect();
        let mut found_cuts = Vec::new();
        for (found, group) in evidence.found.iter().zip(&assessment.group_of) {
            let Some((category, method)) = treated.get(*group).and_then(Option::as_ref) else { continue };
            // What has no place of its own stands in a part; the scan of the copy tells whether it is gone.
            let Some(span) = found.span else { continue };
            found_cuts.push((cut(found, span, Arc::clone(category), *method), found.in_base64));
        }
        let place = |(cut, _): &(Cut, bool)| (cut.span.start, cut.span.end);
        if !found_cuts.is_sorted_by_key(place) {
            found_cuts.sort_by_key(place);
        }
        let encoded = self.encoded(object, assessment, &found_cuts, task, nested)?;
        let is_left = |cut: &Cut| {
            let next = encoded.partition_point(|part| part.end() <= cut.span.start);
            encoded.get(next).is_none_or(|part| cut.span.end <= part.at)
        };
        let mut cuts: Vec<Cut> = found_cuts.into_iter().map(|(cut, _)| cut).filter(is_left).collect();
        parts.extend(encoded);
        for _ in 0..ROUNDS {
            let mut numbers = task.numbers.clone();
            let (copy, plan) = self.rewritten(object, &mut cuts, &parts, &mut numbers)?;
            let again = self.scan(&copy, "");
            let verdict = (task.judge)(&again);
            if let Some(reason) = again.incomplete() {
                return Err(reason);
            }
            if verdict.decision == Cell::Allow {
                task.numbers = numbers;
                let map = if wishes.wants_map || wishes.keep_map {
                    let name = sha256_name(copy.sha256());
                    let mut map = Map::new(object.bytes().as_ref(), &plan, &name).map_err(|_| changed(object))?;
                    parts.iter_mut().filter_map(|carried| carried.copy.map.take()).for_each(|own| map.adopt(own));
                    Some(map)
                } else {
                    None
                };
                return Ok(Copy { object: copy, plan, map });
            }
            let before = cuts.len();
            for (found, group) in again.found.iter().zip(&verdict.group_of) {
                let Some(group) = verdict.groups.get(*group).filter(|group| group.cell > Cell::Allow) else { continue };
                let span = plan.source_of(found.span.ok_or(Reason::NotRewritable)?);
                // What still shows through a replacement goes whole.
                cuts.push(cut(found, span, group.category.as_str().into(), Method::Remove));
            }
            if cuts.len() == before {
                break;
            }
        }
        Err(Reason::RescanFound)
    }

    /// Copies of the parts of a message that hold something. A message holds its parts as text; any other container would be
    /// broken by a change of length.
    fn parts(
        &self, object: &Object, assessment: &Assessment, task: &mut Task<'_>, nested: usize,
    ) -> Result<Vec<Carried>, Reason> {
        let is_mail = Format::sniff(object.bytes().as_ref()).is_ok_and(|(format, _)| format == Format::Mail);
        if !is_mail || nested == 0 || object.size() > self.intake.memory_bytes {
            return Err(Reason::NotRewritable);
        }
        let raw = object.range(0, object.size()).map_err(|_| changed(object))?;
        let mut parts = Vec::new();
        for (range, transfer) in unpack::stretches(&raw) {
            let part = Part::read(raw.get(range.clone()).unwrap_or_default(), transfer);
            let own = Object::from_memory(part.bytes()).map_err(|_| Reason::LimitExceeded)?;
            // No number is given that stands in another part.
            task.numbers.note(own.bytes().as_ref()).map_err(|error| refused(&own, &error))?;
            parts.push((range.start as u64, part, own));
        }
        let mut carried = Vec::new();
        for (at, part, own) in parts {
            let evidence = self.scan(&own, "");
            if let Some(reason) = evidence.incomplete() {
                return Err(reason);
            }
            let within = within((task.judge)(&evidence), assessment);
            if within.groups.iter().any(|group| group.cell > Cell::Allow) {
                let copy = self.copied(&own, &evidence, &within, task, nested - 1)?;
                carried.push(Carried { at, part, copy });
            }
        }
        Ok(carried)
    }

    /// Copies of the stretches of base64 that hold something, in order, so that they stay base64. Where a copy cannot be made
    /// that way, values are cut out of the letters. `cuts`, in order: each, and whether it stands in base64.
    fn encoded(
        &self, object: &Object, assessment: &Assessment, cuts: &[(Cut, bool)], task: &mut Task<'_>, nested: usize,
    ) -> Result<Vec<Carried>, Reason> {
        let is_wide = Format::sniff(object.bytes().as_ref()).is_ok_and(|(_, width)| width != Encoding::Utf8);
        if nested == 0 || is_wide || !cuts.iter().any(|(_, in_base64)| *in_base64) {
            return Ok(Vec::new());
        }
        // How far the cuts up to each reach.
        let mut far = 0;
        let reach = cuts.iter().map(|(cut, _)| {
            far = far.max(cut.span.end);
            far
        });
        let reach: Vec<u64> = reach.collect();
        let mut stretches = Vec::new();
        let (mut until, mut looked) = (0, 0);
        for (cut, _) in cuts.iter().filter(|(_, in_base64)| *in_base64) {
            if cut.span.start < until || looked == ENCODED {
                continue;
            }
            looked += 1;
            let first = cut.span.start.saturating_sub(ENCODED_BYTES);
            let near = object.range(first, cut.span.end + ENCODED_BYTES).map_err(|_| changed(object))?;
            let own = (cut.span.start - first) as usize..(cut.span.end - first) as usize;
            let Some(range) = stretch(&near, own) else { continue };
            let (from, to) = (first + range.start as u64, first + range.end as u64);
            if from < until {
                continue;
            }
            until = to;
            let is_inside = |(other, in_base64): &(Cut, bool)| {
                *in_base64 && from <= other.span.start && other.span.end <= to || other.span.end <= from
            };
            let reaching = reach.partition_point(|far| *far <= from);
            let others = cuts.iter().skip(reaching).take_while(|(other, _)| other.span.start < to);
            if !others.into_iter().all(is_inside) {
                continue;
            }
            let part = Part::read(near.get(range).unwrap_or_default(), Transfer::Base64);
            let own = Object::from_memory(part.bytes()).map_err(|_| Reason::LimitExceeded)?;
            let evidence = self.scan(&own, "");
            if evidence.incomplete().is_some() {
                continue;
            }
            let within = within((task.judge)(&evidence), assessment);
            if !within.groups.iter().any(|group| group.cell > Cell::Allow) {
                continue;
            }
            task.numbers.note(own.bytes().as_ref()).map_err(|error| refused(&own, &error))?;
            stretches.push((from, part, own, evidence, within));
        }
        let mut carried = Vec::new();
        for (at, part, own, evidence, within) in stretches {
            if let Ok(copy) = self.copied(&own, &evidence, &within, task, nested - 1) {
                carried.push(Carried { at, part, copy });
            }
        }
        Ok(carried)
    }

    fn rewritten(
        &self, object: &Object, cuts: &mut [Cut], parts: &[Carried], numbers: &mut Numbers,
    ) -> Result<(Object, Plan), Reason> {
        let refused_by = |error: RedactError| refused(object, &error);
        let mut plan = Plan::after(object.bytes().as_ref(), cuts, numbers).map_err(refused_by)?;
        for Carried { at, part, copy } in parts {
            let now = copy.object.range(0, copy.object.size()).map_err(|_| changed(object))?;
            plan.carry(*at, part, &copy.plan, &now).map_err(refused_by)?;
        }
        let mut builder = Builder::new(&self.intake);
        let mut refused = None;
        let written = plan.write(object.bytes().as_ref(), |piece| {
            builder.push(piece).map_err(|reason| {
                refused = Some(reason);
                io::Error::other("no room")
            })
        });
        written.map_err(|_| refused.unwrap_or_else(|| changed(object)))?;
        let copy = builder.finish()?;
        if plan.is_whole(copy.bytes().as_ref()) { Ok((copy, plan)) } else { Err(Reason::NotRewritable) }
    }
}

/// The stretch of base64 around a place: letters of it, over lines if it goes on there; only where the same letters come out
/// of the bytes that they stand for.
fn stretch(text: &[u8], own: Range<usize>) -> Option<Range<usize>> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let around = |inside: &dyn Fn(&u8) -> bool| {
        let before = text.get(..own.start)?.iter().rev().take_while(|byte| inside(byte)).count();
        let behind = text.get(own.end..)?.iter().take_while(|byte| inside(byte)).count();
        let range = own.start - before..own.end + behind;
        let letters = text.get(range.clone())?;
        let (left, right) = (letters.trim_ascii_start().len(), letters.trim_ascii_end().len());
        Some(range.start + letters.len() - left..range.start + right)
    };
    let whole = [around(&|byte| is_letter(byte) || is_end(byte)), around(&is_letter)];
    whole.into_iter().flatten().find(|range| {
        let written = text.get(range.clone()).unwrap_or_default();
        let part = Part::read(written, Transfer::Base64);
        let again = part.rewritten(std::iter::empty(), part.bytes());
        // Some leave out the signs that fill the last letters up.
        let letters =
            |text: &[u8]| text.trim_ascii_end().len() - text.iter().rev().take_while(|byte| **byte == b'=').count();
        matches!(again.as_slice(), [(0, end, same)] if *end == written.len()
            && same.get(..letters(same)) == written.get(..letters(written)))
    })
}

/// What is to happen in a part: what happens to its categories in the whole, and no less than for itself.
fn within(part: Assessment, whole: &Assessment) -> Assessment {
    let mut part = part;
    for group in &mut part.groups {
        for same in whole.groups.iter().filter(|same| same.category == group.category) {
            group.cell = group.cell.max(same.cell);
            group.undeclared |= same.undeclared;
        }
    }
    part
}

/// Why there is no plan.
fn refused(object: &Object, error: &RedactError) -> Reason {
    match error {
        RedactError::NotRewritable => Reason::NotRewritable,
        RedactError::Read(_) => changed(object),
    }
}

/// Why an object that was read once cannot be read again.
fn changed(object: &Object) -> Reason {
    let reason = if object.was_changed() { problem::Reason::ChangedDuringScan } else { problem::Reason::IoError };
    Reason::Scan(reason)
}

fn cut(found: &Found, span: RawSpan, category: Arc<str>, method: Method) -> Cut {
    Cut { span, category, value: found.value, encoding: found.encoding, method }
}

/// How values of a category are replaced.
fn method(category: &str, class: Class, wishes: &Wishes) -> Method {
    let usual = Category::find(category).map_or(Method::Remove, |known| Method::of_taxonomy(known.redact));
    let usual = if usual == Method::None { Method::Placeholder } else { usual };
    let chosen = wishes.method.unwrap_or(usual);
    // What is left of a secret by a mask is half of it.
    let kept = wishes.no_floor && !(class == Class::Secret && chosen == Method::Mask);
    if kept { chosen } else { chosen.at_least(Method::floor(class)) }
}

/// A name without the values that a scan found in it.
pub(super) fn shown(name: &str, evidence: &Evidence) -> String {
    if evidence.saw_name() { hide(name, &evidence.in_name) } else { HIDDEN.to_owned() }
}

/// A name with bullets for the bytes of values.
fn hide(name: &str, places: &[(u64, u64)]) -> String {
    let mut hidden = String::with_capacity(name.len());
    let mut inside = false;
    for (at, letter) in name.char_indices() {
        let at = at as u64;
        let now = places.iter().any(|(start, end)| *start <= at && at < *end);
        match (now, inside) {
            (true, false) => hidden.push_str(HIDDEN),
            (true, true) => {}
            (false, _) => hidden.push(letter),
        }
        inside = now;
    }
    hidden
}
