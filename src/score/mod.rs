//! Confidence is a lookup: the class of a detector and the evidence for one value give a level, or nothing.
//!
//! | class | check | context | confidence |
//! |---|---|---|---|
//! | A | holds, or there is none | none | `alone` |
//! | A | holds, or there is none | keyword, field, column, population | high |
//! | A | holds, or there is none | a common word against it | `alone`, one level down |
//! | B | holds, distinctive form | none | `alone` |
//! | B | holds | keyword, field, column, population | high |
//! | C | holds | keyword, field, column, population | high |
//! | C | there is none | field, column; keyword with distinctive form | high |
//! | C | there is none | keyword | medium |
//! | any | only the looser check holds | keyword, field, column | medium |
//! | any | fails, `failed = "weaken"` | keyword, field, column | low |
//! | any | fails, `failed = "confirm"` | field, column, words on both sides | medium |
//! | any | fails, `failed = "confirm"` | keyword | low |
//!
//! A field whose name says that it holds something else lowers class A two levels. In every other case there is no finding. A word of the detector's own that speaks against it outweighs everything
//! but a field that names it or a keyword that stands nearer.

pub mod distinct;
pub mod people;
pub mod population;

use crate::check::Verdict;
use crate::detect::catalog::file::{Class, Failed};
use crate::finding::{Confidence, Evidence};

/// What speaks for a value through its surroundings.
pub const CONTEXT: Evidence = Evidence::CONTEXT;

/// What is known of one value.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Class of the detector.
    pub class: Class,
    /// Confidence with shape and check only.
    pub alone: Option<Confidence>,
    /// What happens when the check fails.
    pub failed: Failed,
    /// The check.
    pub verdict: Verdict,
    /// The looser check, where a keyword or field names the detector.
    pub labelled: Verdict,
    /// Form and surroundings.
    pub evidence: Evidence,
    /// A word of the detector's own speaks against it.
    pub refused: bool,
    /// The field that it stands in names something else.
    pub misplaced: bool,
    /// Words for it stand on both sides.
    pub twice: bool,
}

impl Case {
    /// The confidence, and the evidence it rests on.
    pub fn confidence(&self) -> Option<(Confidence, Evidence)> {
        let named = self.evidence.has_any(CONTEXT);
        if self.refused && !named {
            return None;
        }
        let evidence = match self.verdict {
            Verdict::Holds => self.evidence.with(Evidence::CHECK),
            Verdict::NotCheckable => self.evidence,
            Verdict::Fails if named && self.failed == Failed::Confirm => {
                let confirmed = self.twice || self.evidence.has_any(Evidence::FIELD.with(Evidence::COLUMN));
                let level =
                    if confirmed && self.labelled != Verdict::Fails { Confidence::Medium } else { Confidence::Low };
                return Some((level, self.evidence));
            }
            Verdict::Fails if named && self.labelled == Verdict::Holds => {
                return Some((Confidence::Medium, self.evidence.with(Evidence::CHECK)));
            }
            Verdict::Fails if named && self.labelled == Verdict::NotCheckable => {
                return Some((Confidence::Medium, self.evidence));
            }
            Verdict::Fails if named && self.failed == Failed::Weaken => return Some((Confidence::Low, self.evidence)),
            Verdict::Fails => return None,
        };
        let against = evidence.has(Evidence::NEGATIVE);
        let alone = if against { self.alone.map(Confidence::lowered) } else { self.alone };
        let alone = if self.misplaced { alone.map(Confidence::lowered) } else { alone };
        let checked = evidence.has(Evidence::CHECK);
        let level = match (self.class, named) {
            (Class::A, false) => alone,
            (Class::B, false) if evidence.has(Evidence::FORMAT) => alone,
            (Class::B | Class::C, false) => None,
            (Class::A | Class::B, true) => Some(Confidence::High),
            (Class::C, true) if checked => Some(Confidence::High),
            (Class::C, true) => {
                let sure = evidence.has_any(Evidence::FIELD.with(Evidence::COLUMN)) || evidence.has(Evidence::FORMAT);
                Some(if sure { Confidence::High } else { Confidence::Medium })
            }
        };
        level.map(|level| (level, evidence))
    }
}

/// Order of rivals for one span (identifiers 2.8): who has context of its own first, then who passes its full check, then
/// who is named by the field and not by words alone, then the stronger rule.
pub fn rival_order(evidence: Evidence, verdict: Verdict, rank: u32) -> (bool, bool, u32) {
    let named = evidence.has_any(Evidence::FIELD.with(Evidence::COLUMN));
    (!evidence.has_any(CONTEXT), verdict == Verdict::Fails, rank >> 1 | u32::from(!named) << 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(class: Class, verdict: Verdict, labelled: Verdict, evidence: Evidence) -> Option<Confidence> {
        let alone = Some(Confidence::High);
        Case {
            class,
            alone,
            failed: Failed::Weaken,
            verdict,
            labelled,
            evidence,
            refused: false,
            misplaced: false,
            twice: false,
        }
        .confidence()
        .map(|(level, _)| level)
    }

    #[test]
    fn the_table_holds() {
        use Confidence::{High, Low, Medium};
        use Verdict::{Fails, Holds, NotCheckable};
        let none = Evidence::none();
        let (keyword, field, format, negative) =
            (Evidence::KEYWORD, Evidence::FIELD, Evidence::FORMAT, Evidence::NEGATIVE);
        for (class, verdict, evidence, want) in [
            (Class::A, Holds, none, Some(High)),
            (Class::A, Holds, negative, Some(Medium)),
            (Class::A, Holds, keyword, Some(High)),
            (Class::A, Fails, none, None),
            (Class::A, Fails, keyword, Some(Low)),
            (Class::B, Holds, none, None),
            (Class::B, Holds, format, Some(High)),
            (Class::B, Holds, format.with(negative), Some(Medium)),
            (Class::B, Holds, keyword, Some(High)),
            (Class::B, Holds, negative, None),
            (Class::C, NotCheckable, none, None),
            (Class::C, NotCheckable, format, None),
            (Class::C, NotCheckable, keyword, Some(Medium)),
            (Class::C, NotCheckable, field, Some(High)),
            (Class::C, Holds, keyword, Some(High)),
        ] {
            assert_eq!(level(class, verdict, Fails, evidence), want, "{class:?} {verdict:?} {evidence:?}");
        }
        assert_eq!(level(Class::A, Fails, Holds, keyword), Some(Medium));
        assert_eq!(level(Class::A, Fails, Holds, none), None);
    }
}
