//! `report register`: the record of processing, what is declared beside what was observed.
//!
//! One row a purpose that a volume declares; volumes and roots without a purpose share a row of their own at the end. Where
//! nothing is declared the cell is empty: the program does not make up a legal basis.

use super::coverage::{Coverage, ScanPart, coverage, scans};
use super::holdings::{Holding, Holdings};
use super::paper::Paper;
use super::table::Table;
use super::words::{CategoryWords, categories};
use crate::lang::{Lang, Message};
use crate::policy::{Policy, Purpose, Term};
use crate::taxonomy::Category;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A row: a purpose, declared and observed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Entry<'h> {
    /// Id of the purpose; `None`: these volumes have none.
    pub purpose: Option<&'h str>,
    /// Its names.
    pub names: BTreeMap<&'h str, &'h str>,
    /// What is declared.
    pub declared: Declared<'h>,
    /// What was observed.
    pub observed: Observed<'h>,
}

/// What purpose and volumes say.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Declared<'h> {
    /// Volumes.
    pub volumes: Vec<&'h str>,
    /// `operator` or `processor`.
    pub roles: BTreeSet<&'h str>,
    /// Ids of the subjects.
    pub subjects: Vec<&'h str>,
    /// Categories that may be kept; `*`: any.
    pub categories: BTreeSet<&'h str>,
    /// What is done with the data.
    pub actions: Vec<&'h str>,
    /// The destination that the purpose belongs to.
    pub recipient: Option<&'h str>,
    /// Countries of the volumes.
    pub countries: BTreeSet<String>,
    /// How long they may be kept.
    pub retention: Vec<Kept<'h>>,
    /// Legal grounds, as the volumes state them.
    pub basis: BTreeSet<&'h str>,
    /// Measures of protection.
    pub measures: BTreeSet<&'h str>,
    /// Who answers for it.
    pub responsible: BTreeSet<&'h str>,
    /// Since when.
    pub since: BTreeSet<&'h str>,
}

/// A term of the declared retention.
#[derive(Clone, Debug, Serialize)]
pub struct Kept<'h> {
    /// `until`, `after`, `law`.
    pub kind: &'h str,
    /// The event.
    pub event: &'h str,
    /// Days after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Years after it.
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    pub years: &'h [u32],
}

/// What scans found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Observed<'h> {
    /// Categories of people's data that the purpose allows.
    pub categories: BTreeMap<&'h str, u64>,
    /// And those that no purpose of the volume allows.
    pub outside: BTreeMap<&'h str, u64>,
    /// Items with findings or a gap.
    pub items: u64,
    /// When the volumes were scanned last.
    pub last_scan: Option<&'h str>,
}

/// The record.
#[derive(Debug, Serialize)]
pub struct Register<'h> {
    schema: &'static str,
    /// Scans that it comes from.
    pub scans: Vec<ScanPart<'h>>,
    /// What was read.
    pub coverage: Coverage<'h>,
    /// One row a purpose.
    pub register: Vec<Entry<'h>>,
    /// Names of the categories.
    pub categories: Vec<CategoryWords>,
}

/// Puts the record together.
pub fn register<'h>(holdings: &'h Holdings<'_>) -> Register<'h> {
    let policy = holdings.policy();
    let last = holdings.runs.iter().map(|run| run.head.started.as_str()).max();
    let purposes_of = |holding: &'h Holding| -> &'h [String] {
        holding.volume.as_ref().map_or(&[], |volume| volume.purposes.as_slice())
    };
    let mut entries: Vec<Entry<'h>> = Vec::new();
    for purpose in policy.purposes() {
        let mut entry = declare(purpose);
        for (id, holding) in &holdings.by_volume {
            if purposes_of(holding).contains(&purpose.id) {
                entry.add(policy, id, holding, purposes_of(holding), Some(purpose), last);
            }
        }
        if !entry.declared.volumes.is_empty() {
            entries.push(entry);
        }
    }
    let mut bare = Entry::default();
    for (id, holding) in holdings.by_volume.iter().filter(|(_, holding)| purposes_of(holding).is_empty()) {
        bare.add(policy, id, holding, &[], None, last);
    }
    if !bare.declared.volumes.is_empty() {
        entries.push(bare);
    }
    let named: BTreeSet<&str> = entries.iter().flat_map(Entry::named).collect();
    let categories = categories(policy, named.into_iter());
    Register {
        schema: "elek.report.register/1",
        scans: scans(holdings),
        coverage: coverage(holdings),
        register: entries,
        categories,
    }
}

fn kept(term: &Term) -> Kept<'_> {
    Kept { kind: &term.kind, event: &term.event, days: term.days, years: &term.years }
}

fn declare(purpose: &Purpose) -> Entry<'_> {
    Entry {
        purpose: Some(&purpose.id),
        names: purpose.names.iter().map(|(lang, name)| (lang.as_str(), name.as_str())).collect(),
        declared: Declared {
            subjects: purpose.subjects().iter().map(|subject| subject.id.as_str()).collect(),
            categories: purpose.subjects().iter().flat_map(|one| &one.allowed).map(String::as_str).collect(),
            actions: purpose.actions.iter().map(String::as_str).collect(),
            recipient: purpose.destination.as_deref(),
            retention: purpose.terms().iter().map(kept).collect(),
            ..Declared::default()
        },
        observed: Observed::default(),
    }
}

impl<'h> Entry<'h> {
    fn add(
        &mut self, policy: &'h Policy, id: &'h str, holding: &'h Holding, purposes: &[String],
        purpose: Option<&Purpose>, last: Option<&'h str>,
    ) {
        self.declared.volumes.push(id);
        if let Some(volume) = &holding.volume {
            self.declared.roles.extend(volume.role.as_deref());
            self.declared.basis.extend(volume.basis.as_deref());
            self.declared.measures.extend(volume.measures.as_deref());
            self.declared.responsible.extend(volume.responsible.as_deref());
            self.declared.since.extend(volume.since.as_deref());
            self.declared.countries.extend(volume.country.map(|country| country.code().to_owned()));
        }
        self.observed.items += holding.items;
        if holding.scanned {
            self.observed.last_scan = last;
        }
        for (category, held) in holding.held.iter().filter(|(_, held)| held.count > 0) {
            if !super::holdings::class(policy, category).is_personal() {
                continue;
            }
            let covered = |id: &String| policy.purpose(id).is_some_and(|purpose| purpose.covers(category));
            if purpose.is_some_and(|purpose| purpose.covers(category)) {
                *self.observed.categories.entry(category).or_default() += held.count;
            } else if !purposes.iter().any(covered) {
                *self.observed.outside.entry(category).or_default() += held.count;
            }
        }
    }

    fn named(&self) -> impl Iterator<Item = &'h str> {
        let declared = self.declared.categories.iter().filter(|id| Category::find(id).is_some()).copied();
        let observed = self.observed.categories.keys().chain(self.observed.outside.keys()).copied();
        declared.chain(observed).collect::<Vec<_>>().into_iter()
    }

    /// The cells of a row, in words.
    fn cells(&self, policy: &Policy, lang: Lang) -> Vec<String> {
        let purpose = self.purpose.and_then(|id| policy.purpose(id));
        let list = |ids: &mut dyn Iterator<Item = &'h str>| -> String {
            ids.map(|id| super::words::name(id, lang)).collect::<Vec<_>>().join("; ")
        };
        let counted = |found: &BTreeMap<&str, u64>| -> String {
            let part =
                |(id, count): (&&str, &u64)| format!("{} ({})", super::words::name(id, lang), lang.number(*count));
            found.iter().map(part).collect::<Vec<_>>().join("; ")
        };
        let role = |id: &'h str| match id {
            "operator" => lang.text(Message::RoleOperator),
            "processor" => lang.text(Message::RoleProcessor),
            other => other,
        };
        let words = |stated: &BTreeSet<&str>| stated.iter().copied().collect::<Vec<_>>().join("; ");
        let subjects = purpose.map(|purpose| purpose.subjects().iter().map(|one| one.name(lang)).collect::<Vec<_>>());
        let recipient = self
            .declared
            .recipient
            .map(|id| policy.destination(id).and_then(|known| known.names.get(lang.code())).map_or(id, String::as_str));
        let actions = self.declared.actions.iter().map(|id| lang.action(id).unwrap_or(id)).collect::<Vec<_>>();
        vec![
            purpose.map_or_else(|| lang.text(Message::VerdictUndeclared).to_owned(), |one| one.name(lang).to_owned()),
            self.declared.volumes.join(", "),
            self.declared.roles.iter().map(|id| role(id)).collect::<Vec<_>>().join("; "),
            subjects.unwrap_or_default().join("; "),
            list(&mut self.declared.categories.iter().copied()),
            actions.join("; "),
            recipient.unwrap_or_default().to_owned(),
            self.declared.countries.iter().cloned().collect::<Vec<_>>().join(", "),
            self.declared.retention.iter().map(|term| term.text(lang)).collect::<Vec<_>>().join("; "),
            words(&self.declared.basis),
            words(&self.declared.measures),
            words(&self.declared.responsible),
            words(&self.declared.since),
            counted(&self.observed.categories),
            counted(&self.observed.outside),
            lang.number(self.observed.items),
            self.observed.last_scan.map(|time| lang.date(time)).unwrap_or_default(),
        ]
    }
}

impl Kept<'_> {
    fn text(&self, lang: Lang) -> String {
        let event = lang.event(self.event).unwrap_or(self.event);
        let numbers: Vec<String> = self.years.iter().map(u32::to_string).collect();
        let values = |count: &str, message| lang.format(message, &[("count", count), ("event", event)]);
        match (self.kind, self.days, numbers.is_empty()) {
            ("until", ..) => lang.format(Message::TermUntil, &[("event", event)]),
            (_, Some(days), _) => values(&days.to_string(), Message::TermDays),
            (_, None, false) => values(&numbers.join("/"), Message::TermYears),
            _ => lang.format(Message::TermLaw, &[("event", event)]),
        }
    }
}

/// Columns for programs, in the order of the cells, behind the id of the purpose.
const COLUMNS: [&str; 18] = [
    "purpose",
    "purpose_name",
    "volumes",
    "role",
    "subjects",
    "declared_categories",
    "actions",
    "recipients",
    "countries",
    "retention",
    "basis",
    "measures",
    "responsible",
    "since",
    "observed_categories",
    "outside_purpose",
    "items",
    "last_scan",
];

impl Register<'_> {
    /// For people.
    pub fn paper(&self, policy: &Policy, lang: Lang) -> Paper {
        let mut paper = Paper::new(lang.text(Message::ReportRegister));
        self.coverage.describe(&self.scans, &mut paper, lang);
        paper.heading(lang.text(Message::HeadPurpose));
        let heads = [
            Message::HeadPurpose,
            Message::HeadVolume,
            Message::HeadRole,
            Message::HeadSubjects,
            Message::HeadAllowed,
            Message::HeadActions,
            Message::HeadRecipients,
            Message::HeadCountries,
            Message::HeadTerm,
            Message::HeadBasis,
            Message::HeadMeasures,
            Message::HeadResponsible,
            Message::HeadSince,
            Message::HeadObserved,
            Message::HeadOutside,
            Message::HeadItems,
            Message::HeadLastScan,
        ];
        let rows = self.register.iter().map(|entry| entry.cells(policy, lang)).collect();
        paper.table(heads.map(|head| lang.text(head)), rows);
        paper.text(lang.text(Message::ReportHint));
        paper
    }

    /// One row a purpose, in words.
    pub fn csv(&self, policy: &Policy, lang: Lang) -> Vec<u8> {
        let mut table = Table::new(&COLUMNS);
        for entry in &self.register {
            let cells = entry.cells(policy, lang);
            table.row(
                entry
                    .purpose
                    .iter()
                    .copied()
                    .chain(entry.purpose.is_none().then_some(""))
                    .chain(cells.iter().map(String::as_str)),
            );
        }
        table.into_bytes()
    }
}
