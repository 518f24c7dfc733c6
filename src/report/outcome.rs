//! One function decides what a scan's end means: exit code, completeness and last line come from the same place.

use super::baseline::Covered;
use super::escape;
use crate::finding::{Confidence, Kind};
use crate::lang::{Lang, Message, Noun};
use crate::ledger::{KindTotal, Ledger};
use crate::problem::State;
use crate::sink::Stop;

/// Exit codes of the program. The numbers are a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Code {
    /// Finished and complete.
    Ok = 0,
    /// The answer is no: `--fail-on` reached, a verification failed.
    Findings = 1,
    /// Bad arguments, config or pattern file; nothing was done.
    Usage = 2,
    /// Finished, but not everything could be read.
    Incomplete = 3,
    /// The profile may not see this.
    NotPermitted = 4,
    /// A bug or a full disk; what was written is valid or absent.
    Internal = 5,
    /// Gate: a redacted, re-scanned copy was written.
    Redacted = 10,
    /// Gate: waits for a named person.
    Hold = 20,
    /// Gate: must not leave.
    Deny = 30,
}

impl Code {
    /// The number given to the operating system.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// How a scan ended, as its parts report it.
#[derive(Clone, Copy)]
pub struct End<'a> {
    /// Coverage and totals.
    pub ledger: &'a Ledger,
    /// Findings that `--fail-on` names.
    pub failing: u64,
    /// Why a sink wanted no more.
    pub stopped: Option<&'a Stop>,
    /// Whether a signal ended the scan.
    pub interrupted: bool,
}

/// What a scan's end means.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: Code,
    /// Whether the answer covers everything that was asked for.
    pub complete: bool,
    last: Last,
    read: u64,
    listed: u64,
    findings: u64,
    gaps: u64,
    accepted: u64,
    /// How the findings stand to a baseline, if there is one.
    pub baseline: Option<Covered>,
}

#[derive(Clone, Debug)]
enum Last {
    Silent,
    Output(String),
    State { folder: String, cause: String },
    Unbalanced,
    Findings { failing: u64, interrupted: bool },
    Interrupted,
    NothingRead,
    Incomplete,
    Complete,
}

/// Decides exit code, completeness and last line.
pub fn resolve(end: &End<'_>) -> Outcome {
    let ledger = end.ledger;
    let read = ledger.state(State::ScannedFull) + ledger.state(State::ScannedPartial);
    let whole = ledger.complete() && !end.interrupted && end.stopped.is_none();
    let (code, last) = match end.stopped {
        Some(Stop::Output(error)) => (Code::Internal, Last::Output(error.to_string())),
        Some(Stop::State { folder, cause }) => {
            (Code::Internal, Last::State { folder: escape::path(folder), cause: escape::text(cause) })
        }
        Some(Stop::Closed) if end.failing > 0 => (Code::Findings, Last::Silent),
        Some(Stop::Closed) => (Code::Incomplete, Last::Silent),
        None if !ledger.adds_up() => (Code::Internal, Last::Unbalanced),
        None if end.failing > 0 => {
            (Code::Findings, Last::Findings { failing: end.failing, interrupted: end.interrupted })
        }
        None if end.interrupted => (Code::Incomplete, Last::Interrupted),
        None if whole => (Code::Ok, Last::Complete),
        None if ledger.gaps() == 0 => (Code::Incomplete, Last::NothingRead),
        None => (Code::Incomplete, Last::Incomplete),
    };
    Outcome {
        code,
        complete: whole,
        last,
        read,
        listed: ledger.listed(),
        findings: ledger.totals.iter().map(|total| total.count).sum(),
        gaps: ledger.gaps(),
        accepted: ledger.accepted(),
        baseline: None,
    }
}

impl Outcome {
    /// The last line; `None` when nobody is there to read it.
    pub fn line(&self, lang: Lang) -> Option<String> {
        let items = lang.counted(self.read, Noun::Item);
        let listed = lang.counted(self.listed, Noun::Item);
        let findings = lang.counted(self.findings, Noun::Finding);
        let gaps = lang.number(self.gaps);
        let mut line = match &self.last {
            Last::Silent => return None,
            Last::Output(cause) => lang.format(Message::EndOutput, &[("cause", cause)]),
            Last::State { folder, cause } => lang.format(Message::EndState, &[("folder", folder), ("cause", cause)]),
            Last::Unbalanced => lang.format(Message::EndInternal, &[("listed", &listed)]),
            Last::Findings { failing, interrupted } => {
                let failing = lang.counted(*failing, Noun::Finding);
                let mut line = lang.format(Message::EndFindings, &[("findings", &failing)]);
                if *interrupted {
                    line = lang.format(Message::EndAlsoInterrupted, &[("line", &line)]);
                }
                if self.gaps > 0 {
                    line = lang.format(Message::EndAlsoIncomplete, &[("line", &line), ("gaps", &gaps)]);
                }
                line
            }
            Last::Interrupted => lang.format(Message::EndInterrupted, &[("items", &items), ("findings", &findings)]),
            Last::NothingRead => lang.text(Message::EndNothingRead).to_owned(),
            Last::Incomplete => {
                let listed = lang.number(self.listed);
                lang.format(Message::EndIncomplete, &[("gaps", &gaps), ("listed", &listed), ("findings", &findings)])
            }
            Last::Complete if self.findings == 0 => lang.format(Message::EndClean, &[("items", &items)]),
            Last::Complete => lang.format(Message::EndComplete, &[("items", &items), ("findings", &findings)]),
        };
        let stopped = matches!(self.last, Last::Output(_) | Last::State { .. } | Last::Unbalanced);
        if self.accepted > 0 && !stopped {
            let accepted = lang.counted(self.accepted, Noun::Gap);
            line = lang.format(Message::EndAccepted, &[("line", &line), ("gaps", &accepted)]);
        }
        if let Some(covered) = self.baseline.filter(|_| !stopped) {
            let values =
                [("line", line), ("known", lang.number(covered.accepted)), ("expired", lang.number(covered.expired))];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            line = lang.format(Message::EndBaseline, &values);
        }
        Some(line)
    }
}

/// What `--fail-on` names: a level of confidence, categories, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailOn {
    level: Option<Confidence>,
    categories: Vec<String>,
}

/// A word of `--fail-on` that means nothing.
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is neither none, low, medium, high nor a category; `elek detectors list` shows the categories")]
pub struct FailOnError {
    word: String,
}

impl FailOn {
    /// Reads the words of `--fail-on`; `categories` are the ids that a glob may name.
    ///
    /// # Errors
    ///
    /// A word that is no level and fits no category.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>, categories: &[&str]) -> Result<Self, FailOnError> {
        let mut fail_on = Self::default();
        for word in words {
            if word == "none" {
                continue;
            }
            if let Some(level) = Confidence::from_name(word) {
                fail_on.level = Some(fail_on.level.map_or(level, |other| other.min(level)));
            } else if categories.iter().any(|category| fits(word, category)) {
                fail_on.categories.push(word.to_owned());
            } else {
                return Err(FailOnError { word: word.to_owned() });
            }
        }
        Ok(fail_on)
    }

    /// How many findings of these totals it names.
    pub fn named(&self, kinds: &[Kind], totals: &[KindTotal]) -> u64 {
        let named = kinds.iter().zip(totals).map(|(kind, total)| {
            if self.categories.iter().any(|glob| fits(glob, &kind.category)) {
                return total.count;
            }
            let by_level = Confidence::ALL.into_iter().zip(total.by_confidence);
            by_level.filter(|(at, _)| self.level.is_some_and(|level| *at >= level)).map(|(_, count)| count).sum()
        });
        named.sum()
    }
}

/// Whether an id fits a glob: `*` is any run of characters, `?` any one.
fn fits(glob: &str, id: &str) -> bool {
    match glob.chars().next() {
        None => id.is_empty(),
        Some('*') => {
            let rest = glob.trim_start_matches('*');
            rest.is_empty() || id.char_indices().any(|(at, _)| id.get(at..).is_some_and(|tail| fits(rest, tail)))
        }
        Some(first) => {
            let mut letters = id.chars();
            let fitting = letters.next().is_some_and(|letter| first == '?' || first == letter);
            fitting && fits(glob.get(first.len_utf8()..).unwrap_or_default(), letters.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, End, FailOn, fits, resolve};
    use crate::finding::{Confidence, Kind, Mask};
    use crate::lang::Lang;
    use crate::ledger::{KindTotal, Ledger};
    use crate::location::Location;
    use crate::problem::Reason;
    use crate::sink::{ItemMeta, ItemRecord, Stop};
    use std::io;

    /// A ledger where one item was read in full and each reason stopped another one.
    fn ledger(read_in_full: u64, reasons: &[(Reason, bool)], findings: u64) -> Ledger {
        let mut ledger = Ledger::default();
        let full = (0..read_in_full).map(|_| None);
        for reason in full.chain(reasons.iter().copied().map(Some)) {
            ledger.list();
            ledger.end(&ItemRecord {
                location: &Location::file("a"),
                state: reason.map_or(crate::problem::State::ScannedFull, |(reason, _)| reason.state()),
                reason: reason.map(|(reason, _)| reason),
                accepted: reason.is_some_and(|(_, accepted)| accepted),
                bytes_total: None,
                bytes_scanned: 0,
                meta: ItemMeta::default(),
                tallies: &[],
                kinds: &[],
                trace: &[],
                known: None,
            });
        }
        ledger.totals = vec![KindTotal { count: findings, ..KindTotal::default() }];
        ledger
    }

    fn unbalanced() -> Ledger {
        let mut ledger = ledger(2, &[], 0);
        ledger.list();
        ledger
    }

    #[test]
    fn the_whole_table() {
        let full_disk = || Some(Stop::Output(io::Error::other("no space left")));
        let full_state = || Some(Stop::State { folder: "s".into(), cause: "the disk is full".to_owned() });
        let closed = || Some(Stop::Closed);
        let denied = (Reason::PermissionDenied, false);
        let accepted = (Reason::NoText, true);
        let link = (Reason::Link, false);
        // Ledger, findings that --fail-on names, stop, interrupted: exit code, complete, last line.
        #[expect(clippy::type_complexity, reason = "a table of one test")]
        #[rustfmt::skip]
        let rows: [(Ledger, u64, Option<Stop>, bool, Code, bool, Option<&str>); 20] = [
            (ledger(2, &[], 0),         0, None,        false, Code::Ok,         true,  Some("complete: 2 items read, nothing found")),
            (ledger(1, &[link], 0),     0, None,        false, Code::Ok,         true,  Some("complete: 1 item read, nothing found")),
            (ledger(2, &[], 5),         0, None,        false, Code::Ok,         true,  Some("complete: 2 items read, 5 findings")),
            (ledger(2, &[accepted], 1), 0, None,        false, Code::Ok,         true,  Some("complete: 3 items read, 1 finding (1 gap accepted by name)")),
            (ledger(2, &[], 5),         2,  None,        false, Code::Findings,   true,  Some("findings: 2 findings, as --fail-on asks")),
            (ledger(2, &[denied], 5),   2,  None,        false, Code::Findings,   false, Some("findings: 2 findings, as --fail-on asks; not read in full: 1")),
            (ledger(2, &[], 5),         2,  None,        true,  Code::Findings,   false, Some("findings: 2 findings, as --fail-on asks; interrupted")),
            (ledger(2, &[denied], 0),   0, None,        false, Code::Incomplete, false, Some("incomplete: 1 of 3 not read in full, 0 findings")),
            (ledger(0, &[denied], 0),   0, None,        false, Code::Incomplete, false, Some("incomplete: 1 of 1 not read in full, 0 findings")),
            (ledger(0, &[], 0),         0, None,        false, Code::Incomplete, false, Some("incomplete: there was nothing to read")),
            (ledger(0, &[link], 0),     0, None,        false, Code::Incomplete, false, Some("incomplete: there was nothing to read")),
            (ledger(2, &[], 5),         0, None,        true,  Code::Incomplete, false, Some("incomplete: interrupted after 2 items, 5 findings")),
            (ledger(2, &[(Reason::NotReached, false)], 0), 0, None, true, Code::Incomplete, false, Some("incomplete: interrupted after 2 items, 0 findings")),
            (ledger(2, &[], 5),         0, closed(),    false, Code::Incomplete, false, None),
            (ledger(2, &[], 5),         2,  closed(),    false, Code::Findings,   false, None),
            (ledger(2, &[], 5),         0, full_disk(), false, Code::Internal,   false, Some("stopped: the output could not be written: no space left")),
            (ledger(2, &[], 5),         2,  full_state(), false, Code::Internal,  false, Some("stopped: the state in `s` could not be written: the disk is full")),
            (ledger(2, &[], 5),         2,  full_disk(), true,  Code::Internal,   false, Some("stopped: the output could not be written: no space left")),
            (unbalanced(),              0, None,        false, Code::Internal,   false, Some("internal error: 3 items listed, but their ends do not add up; do not rely on this answer")),
            (unbalanced(),              2,  None,        false, Code::Internal,   false, Some("internal error: 3 items listed, but their ends do not add up; do not rely on this answer")),
        ];
        for (row, (ledger, failing, stopped, interrupted, code, complete, line)) in rows.iter().enumerate() {
            let end = End { ledger, failing: *failing, stopped: stopped.as_ref(), interrupted: *interrupted };
            let outcome = resolve(&end);
            assert_eq!((outcome.code, outcome.complete), (*code, *complete), "row {row}");
            assert_eq!(outcome.line(Lang::En).as_deref(), *line, "row {row}");
            assert_eq!(
                outcome.code == Code::Ok,
                outcome.complete && *failing == 0,
                "row {row}: only a complete answer is 0"
            );
        }
    }

    #[test]
    fn every_reason_has_its_effect() {
        for reason in Reason::ALL {
            let ledger = ledger(1, &[(*reason, false)], 0);
            let outcome = resolve(&End { ledger: &ledger, failing: 0, stopped: None, interrupted: false });
            let breaks = reason.breaks() != crate::problem::Breaks::Never;
            assert_eq!(outcome.code == Code::Incomplete, breaks, "{}", reason.name());
        }
    }

    #[test]
    fn fail_on_names_levels_and_categories() {
        let kind = |category: &str| Kind {
            detector: "x".into(),
            category: category.into(),
            gate_class: "ordinary".into(),
            severity: 2,
            mask: Mask::Hidden,
            tallied: false,
        };
        let kinds = [kind("nid.kz_iin"), kind("contact.phone")];
        let totals = |iin_high, phone_medium| {
            [
                KindTotal { count: iin_high, by_confidence: [0, 0, iin_high], ..KindTotal::default() },
                KindTotal { count: phone_medium, by_confidence: [0, phone_medium, 0], ..KindTotal::default() },
            ]
        };
        let known = ["nid.kz_iin", "contact.phone", "contact.email"];
        let named = |words: &str, iin, phone| {
            FailOn::parse(words.split(','), &known).expect("known words").named(&kinds, &totals(iin, phone))
        };
        assert_eq!(named("none", 9, 9), 0);
        assert_eq!(named("high", 1, 0), 1);
        assert_eq!(named("high", 2, 7), 2, "of the nine, those that are named");
        assert_eq!(named("high", 0, 1), 0);
        assert_eq!(named("medium", 0, 1), 1);
        assert_eq!(named("low", 3, 1), 4);
        assert_eq!(named("contact.*", 5, 1), 1);
        assert_eq!(named("contact.*", 1, 0), 0);
        assert_eq!(named("contact.*,high", 1, 2), 3);
        assert_eq!(named("nid.*,high", 2, 0), 2, "each once");
        assert_eq!(named("low", 0, 0), 0);
        assert!(FailOn::parse(["medum"], &known).is_err());
        assert!(FailOn::parse([""], &known).is_err());
        assert_eq!(FailOn::parse(["high", "low"], &known).expect("levels").level, Some(Confidence::Low));
    }

    #[test]
    fn globs() {
        for (glob, id, expected) in [
            ("nid.*", "nid.kz_iin", true),
            ("*iin", "nid.kz_iin", true),
            ("nid.kz_???", "nid.kz_iin", true),
            ("*", "x", true),
            ("nid", "nid.kz_iin", false),
            ("n*d.*n", "nid.kz_iin", true),
            ("?", "", false),
            ("", "", true),
            ("**a", "a", true),
        ] {
            assert_eq!(fits(glob, id), expected, "{glob} {id}");
        }
    }
}
