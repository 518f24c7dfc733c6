//! `report purposes`: what volumes hold beyond what they were declared for.
//!
//! The rule stands in `patterns/purposes.toml`. A category outside of the declared purposes is a violation, or a question
//! (`review`) where the purpose is open-ended or there are too few to tell a habit from an accident. Special, biometric and
//! secret data are never a mere question. Neither is a register: identifiers and accounts of people that come in numbers are
//! not what somebody happened to write into a CV, so an open end does not cover them.

use super::holdings::{Held, Holding, Holdings, Locator, class};
use super::paper::Paper;
use super::table::Table;
use super::words::{self, CategoryWords, categories};
use crate::lang::{Lang, Message};
use crate::policy::{Class, Policy, Purpose};
use crate::taxonomy::{Category, Jurisdiction};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is said of a category in a volume, or of the volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is not allowed.
    Violation,
    /// The volume has no declared purpose.
    PurposeUndeclared,
    /// A processor has no instruction for the volume; it was not looked into.
    InstructionMissing,
    /// A person has to say.
    Review,
}

impl Verdict {
    /// The verdict in words.
    pub fn text(self, lang: Lang) -> &'static str {
        lang.text(match self {
            Self::Violation => Message::VerdictViolation,
            Self::PurposeUndeclared => Message::VerdictUndeclared,
            Self::InstructionMissing => Message::VerdictUninstructed,
            Self::Review => Message::VerdictReview,
        })
    }

    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::PurposeUndeclared => "purpose_undeclared",
            Self::InstructionMissing => "instruction_missing",
            Self::Review => "review",
        }
    }
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No declared purpose allows it.
    NotAllowed,
    /// Its class is never covered by an open end.
    NeverOpen,
    /// A purpose is open-ended.
    OpenEnded,
    /// There are few.
    Few,
    /// Nothing is declared.
    Undeclared,
    /// Nothing is instructed.
    Uninstructed,
}

impl Why {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::NeverOpen => "never_open",
            Self::OpenEnded => "open_ended",
            Self::Few => "few",
            Self::Undeclared => "undeclared",
            Self::Uninstructed => "uninstructed",
        }
    }

    /// The reason in words.
    pub fn text(self, lang: Lang) -> &'static str {
        lang.text(match self {
            Self::NotAllowed => Message::WhyNotAllowed,
            Self::NeverOpen => Message::WhyNeverOpen,
            Self::OpenEnded => Message::WhyOpenEnded,
            Self::Few => Message::WhyFew,
            Self::Undeclared => Message::WhyUndeclared,
            Self::Uninstructed => Message::WhyUninstructed,
        })
    }
}

/// One line of the answer.
#[derive(Clone, Debug, Serialize)]
pub struct PurposeFinding<'h> {
    /// What is said.
    pub verdict: Verdict,
    /// Why.
    pub why: Why,
    /// Volume, or root.
    pub volume: &'h str,
    /// Declared purposes.
    pub purposes: &'h [String],
    /// Category; of a volume without purposes there is a line for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'h str>,
    /// Gate class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate_class: Option<&'static str>,
    /// Class by law: that of the volume and those of the numbers' countries.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub law: BTreeMap<&'static str, &'static str>,
    /// Findings.
    pub count: u64,
    /// Distinct values.
    pub distinct: u64,
    /// Items.
    pub items: u64,
    /// Masks of at most five.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub samples: &'h [String],
    /// Where; at most a thousand.
    pub locators: &'h [Locator],
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct Purposes<'h> {
    schema: &'static str,
    /// Scans that it comes from.
    pub scans: Vec<super::coverage::ScanPart<'h>>,
    /// What was read.
    pub coverage: super::coverage::Coverage<'h>,
    /// Violations first.
    pub purpose_findings: Vec<PurposeFinding<'h>>,
    /// Names of the categories.
    pub categories: Vec<CategoryWords>,
}

impl Purposes<'_> {
    /// Whether the answer is no: something is not as declared, or nothing is declared.
    pub fn refuses(&self) -> bool {
        self.purpose_findings.iter().any(|finding| finding.verdict != Verdict::Review)
    }

    /// For people.
    pub fn paper(&self, lang: Lang) -> Paper {
        let mut paper = Paper::new(lang.text(Message::ReportPurposes));
        self.coverage.describe(&self.scans, &mut paper, lang);
        if self.purpose_findings.is_empty() {
            paper.text(lang.text(Message::NoPurposeFindings));
        } else {
            paper.heading(lang.text(Message::HeadFindings));
            let heads = [
                Message::HeadVerdict,
                Message::HeadVolume,
                Message::HeadCategory,
                Message::HeadLaw,
                Message::HeadFound,
                Message::HeadDistinct,
                Message::HeadItems,
                Message::HeadSample,
                Message::HeadWhy,
            ];
            let rows = self.purpose_findings.iter().map(|finding| finding.cells(lang)).collect();
            paper.table(heads.map(|head| lang.text(head)), rows);
        }
        for finding in self.purpose_findings.iter().filter(|finding| !finding.locators.is_empty()) {
            let category = finding.category.map_or_else(String::new, |id| format!(" · {}", words::name(id, lang)));
            paper.heading(format!("{} · {}{category}", finding.verdict.text(lang), finding.volume));
            let rows = finding.locators.iter().map(|place| place.cells(lang)).collect();
            paper.table([Message::HeadWhere, Message::HeadFound].map(|head| lang.text(head)), rows);
            let more = finding.items.saturating_sub(finding.locators.len() as u64);
            if more > 0 {
                paper.text(lang.format(Message::More, &[("count", &lang.number(more))]));
            }
        }
        paper.text(lang.text(Message::ReportHint));
        paper
    }

    /// One row a place.
    pub fn csv(&self, lang: Lang) -> Vec<u8> {
        let mut table = Table::new(&[
            "verdict",
            "why",
            "volume",
            "purposes",
            "category",
            "category_name",
            "gate_class",
            "law",
            "count",
            "distinct",
            "items",
            "path",
            "member",
            "at",
            "line",
            "count_here",
        ]);
        let nowhere = [None];
        for finding in &self.purpose_findings {
            let laws: Vec<String> = finding.law.iter().map(|(law, class)| format!("{law}={class}")).collect();
            let places: Vec<Option<&Locator>> = finding.locators.iter().map(Some).collect();
            for place in if places.is_empty() { &nowhere[..] } else { &places } {
                let of = |get: fn(&Locator) -> Option<String>| place.and_then(get).unwrap_or_default();
                table.row([
                    finding.verdict.name(),
                    finding.why.name(),
                    finding.volume,
                    &finding.purposes.join(" "),
                    finding.category.unwrap_or_default(),
                    finding.category.map_or("", |id| words::name(id, lang)),
                    finding.gate_class.unwrap_or_default(),
                    &laws.join(" "),
                    &finding.count.to_string(),
                    &finding.distinct.to_string(),
                    &finding.items.to_string(),
                    &of(|place| Some(place.path.clone())),
                    &of(|place| place.member.clone()),
                    &of(|place| place.at.clone()),
                    &of(|place| place.line.map(|line| line.to_string())),
                    &of(|place| Some(place.count.to_string())),
                ]);
            }
        }
        table.into_bytes()
    }
}

impl PurposeFinding<'_> {
    fn cells(&self, lang: Lang) -> Vec<String> {
        let category = self.category.map_or_else(String::new, |id| format!("{} ({id})", words::name(id, lang)));
        let number = |count: u64| if self.category.is_some() { lang.number(count) } else { String::new() };
        vec![
            self.verdict.text(lang).to_owned(),
            self.volume.to_owned(),
            category,
            words::laws(&self.law, lang),
            number(self.count),
            number(self.distinct),
            lang.number(self.items),
            self.samples.join(" "),
            self.why.text(lang).to_owned(),
        ]
    }
}

/// What the volumes' purposes say about what was found.
pub fn judge<'h>(holdings: &'h Holdings<'_>) -> Purposes<'h> {
    let policy = holdings.policy();
    let mut found = Vec::new();
    for (id, holding) in &holdings.by_volume {
        volume(policy, id, holding, &mut found);
    }
    let severity = |finding: &PurposeFinding<'_>| finding.category.map_or(0, |id| class(policy, id).severity());
    found.sort_by(|a, b| {
        a.verdict
            .cmp(&b.verdict)
            .then(severity(b).cmp(&severity(a)))
            .then(b.count.cmp(&a.count))
            .then(a.volume.cmp(b.volume))
    });
    let named = found.iter().filter_map(|finding| finding.category);
    let categories = categories(policy, named);
    Purposes {
        schema: "elek.report.purposes/1",
        scans: super::coverage::scans(holdings),
        coverage: super::coverage::coverage(holdings),
        purpose_findings: found,
        categories,
    }
}

fn volume<'h>(policy: &Policy, id: &'h str, holding: &'h Holding, found: &mut Vec<PurposeFinding<'h>>) {
    let declared: &[String] = holding.volume.as_ref().map_or(&[], |volume| volume.purposes.as_slice());
    let bare = |verdict, why| PurposeFinding {
        verdict,
        why,
        volume: id,
        purposes: declared,
        category: None,
        gate_class: None,
        law: BTreeMap::new(),
        count: 0,
        distinct: 0,
        items: holding.items,
        samples: &[],
        locators: &[],
    };
    if !holding.instructed {
        found.push(bare(Verdict::InstructionMissing, Why::Uninstructed));
        return;
    }
    let purposes: Vec<&Purpose> = declared.iter().filter_map(|id| policy.purpose(id)).collect();
    let personal = |held: &&Held| held.count > 0;
    let mut listed = 0;
    for (category, held) in holding.held.iter().filter(|(_, held)| personal(held)) {
        let class = class(policy, category);
        if class == Class::Org {
            continue;
        }
        let (verdict, why) = if purposes.is_empty() {
            (Verdict::PurposeUndeclared, Why::Undeclared)
        } else if purposes.iter().any(|purpose| purpose.covers(category)) {
            continue;
        } else {
            weigh(class, held.count, policy.review_below(), purposes.iter().any(|purpose| purpose.open_ended))
        };
        listed += 1;
        found.push(PurposeFinding {
            category: Some(category),
            gate_class: Some(class.name()),
            law: laws(holding, category, held),
            count: held.count,
            distinct: held.distinct.0,
            samples: &held.samples,
            locators: &held.places,
            items: held.items,
            ..bare(verdict, why)
        });
    }
    if purposes.is_empty() && listed == 0 {
        found.push(bare(Verdict::PurposeUndeclared, Why::Undeclared));
    }
}

/// Whether a category outside of the purposes is a violation or a question.
fn weigh(class: Class, count: u64, review_below: u64, open_ended: bool) -> (Verdict, Why) {
    if class >= Class::Special {
        (Verdict::Violation, Why::NeverOpen)
    } else if count < review_below {
        (Verdict::Review, if open_ended { Why::OpenEnded } else { Why::Few })
    } else if open_ended && !matches!(class, Class::StrongId | Class::Financial) {
        (Verdict::Review, Why::OpenEnded)
    } else {
        (Verdict::Violation, Why::NotAllowed)
    }
}

/// The class of a category by the law of its volume, and by that of the countries whose numbers were found.
pub fn laws(holding: &Holding, category: &str, held: &Held) -> BTreeMap<&'static str, &'static str> {
    let own = holding.volume.as_ref().and_then(|volume| volume.jurisdiction.as_deref());
    let public = holding.volume.as_ref().is_some_and(|volume| volume.public.contains_key(category));
    let Some(known) = Category::find(category) else { return BTreeMap::new() };
    let wanted = |law: &Jurisdiction| match own {
        None => true,
        Some(own) => law.code() == own || held.countries.contains(law.code()),
    };
    let class = |law: Jurisdiction| match known.law(law) {
        "special" | "biometric" | "risk" | "criminal" | "none" => known.law(law),
        _ if public && own == Some(law.code()) => "public",
        other => other,
    };
    Jurisdiction::ALL.into_iter().filter(wanted).map(|law| (law.code(), class(law))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Verdict, Why, weigh};
    use crate::policy::Class;

    #[test]
    fn an_open_end_covers_no_register() {
        for (class, count, open, expected) in [
            (Class::StrongId, 40, true, (Verdict::Violation, Why::NotAllowed)),
            (Class::StrongId, 2, true, (Verdict::Review, Why::OpenEnded)),
            (Class::Ordinary, 40, true, (Verdict::Review, Why::OpenEnded)),
            (Class::Ordinary, 40, false, (Verdict::Violation, Why::NotAllowed)),
            (Class::Ordinary, 2, false, (Verdict::Review, Why::Few)),
            (Class::Special, 1, true, (Verdict::Violation, Why::NeverOpen)),
            (Class::Secret, 1, false, (Verdict::Violation, Why::NeverOpen)),
        ] {
            assert_eq!(weigh(class, count, 3, open), expected, "{class:?} {count} {open}");
        }
    }
}
