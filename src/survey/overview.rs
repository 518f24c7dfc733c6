//! `report render`: what lies where, volumes by categories, the most urgent first.

use super::coverage::{Coverage, ScanPart, coverage, scans};
use super::holdings::{Held, Holdings, Noted, class};
use super::paper::Paper;
use super::purposes::{self, Verdict};
use super::table::Table;
use super::words::{self, CategoryWords, categories};
use crate::lang::{Lang, Message};
use crate::policy::Country;
use serde::Serialize;
use std::collections::BTreeMap;

/// A category in a volume.
#[derive(Clone, Debug, Serialize)]
pub struct Cell<'h> {
    /// Category.
    pub category: &'h str,
    /// Findings of medium or high confidence.
    pub count: u64,
    /// Findings of low confidence.
    pub candidates: u64,
    /// Distinct values.
    pub distinct: u64,
    /// Whether that is an estimate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub distinct_estimated: bool,
    /// Items.
    pub items: u64,
    /// Items that every local user may read, as far as it is known.
    pub open_items: u64,
    /// Class by law.
    pub law: BTreeMap<&'static str, &'static str>,
    /// What the purposes say; nothing: they allow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Masks of at most five.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub samples: &'h [String],
}

/// A volume, or a root that no volume holds.
#[derive(Clone, Debug, Serialize)]
pub struct VolumePart<'h> {
    /// Id, or the root.
    pub id: &'h str,
    /// Whether it is declared.
    pub declared: bool,
    /// Whether a scan touched it.
    pub scanned: bool,
    /// Whether it may be looked into.
    pub instructed: bool,
    /// Country.
    pub country: Option<&'h str>,
    /// Law.
    pub jurisdiction: Option<&'h str>,
    /// `operator` or `processor`.
    pub role: Option<&'h str>,
    /// Declared purposes.
    pub purposes: &'h [String],
    /// Items with findings or a gap.
    pub items: u64,
    /// Items not read in full or left out, by reason.
    pub reasons: &'h BTreeMap<String, u64>,
    /// What lies there, most urgent first.
    pub held: Vec<Cell<'h>>,
}

/// All of it.
#[derive(Debug, Serialize)]
pub struct Overview<'h> {
    schema: &'static str,
    /// Scans that it comes from.
    pub scans: Vec<ScanPart<'h>>,
    /// What was read.
    pub coverage: Coverage<'h>,
    /// The volume with the most urgent findings first.
    pub volumes: Vec<VolumePart<'h>>,
    /// Categories, most urgent first.
    pub categories: Vec<CategoryWords>,
    /// Up to 2,000 items with data of people that every local user may read.
    pub open: &'h [Noted],
    /// How many there are.
    pub open_total: u64,
    /// Whether the scan file says who may read items with findings.
    pub modes_known: bool,
}

/// Puts it together.
pub fn overview<'h>(holdings: &'h Holdings<'_>) -> Overview<'h> {
    let policy = holdings.policy();
    let judged = purposes::judge(holdings);
    let verdicts: BTreeMap<(&str, &str), Verdict> = judged
        .purpose_findings
        .iter()
        .filter_map(|finding| Some(((finding.volume, finding.category?), finding.verdict)))
        .collect();
    let severity = |id: &str| class(policy, id).severity();
    let mut volumes: Vec<VolumePart<'h>> = Vec::new();
    for (id, holding) in &holdings.by_volume {
        let cell = |(category, held): (&'h String, &'h Held)| Cell {
            category,
            count: held.count,
            candidates: held.candidates,
            distinct: held.distinct.0,
            distinct_estimated: held.distinct.1,
            items: held.items,
            open_items: held.open_items,
            law: purposes::laws(holding, category, held),
            verdict: verdicts.get(&(id.as_str(), category.as_str())).copied(),
            samples: &held.samples,
        };
        let mut held: Vec<Cell<'_>> = holding.held.iter().map(cell).collect();
        held.sort_by(|a, b| severity(b.category).cmp(&severity(a.category)).then(b.count.cmp(&a.count)));
        let volume = holding.volume.as_ref();
        volumes.push(VolumePart {
            id,
            declared: volume.is_some(),
            scanned: holding.scanned,
            instructed: holding.instructed,
            country: volume.and_then(|volume| volume.country.as_ref()).map(Country::code),
            jurisdiction: volume.and_then(|volume| volume.jurisdiction.as_deref()),
            role: volume.and_then(|volume| volume.role.as_deref()),
            purposes: volume.map_or(&[], |volume| volume.purposes.as_slice()),
            items: holding.items,
            reasons: &holding.reasons,
            held,
        });
    }
    let urgent = |volume: &VolumePart<'_>| {
        let worst = volume.held.iter().filter(|cell| cell.count > 0).map(|cell| severity(cell.category)).max();
        (worst, volume.held.iter().map(|cell| cell.count).sum::<u64>())
    };
    volumes.sort_by_key(|volume| std::cmp::Reverse(urgent(volume)));
    Overview {
        schema: "elek.report.overview/1",
        scans: scans(holdings),
        coverage: coverage(holdings),
        volumes,
        categories: categories(policy, holdings.categories().into_iter().map(|(id, _)| id)),
        open: &holdings.open,
        open_total: holdings.open_total,
        modes_known: holdings.modes_known,
    }
}

impl Overview<'_> {
    /// For people.
    pub fn paper(&self, lang: Lang) -> Paper {
        let mut paper = Paper::new(lang.text(Message::ReportOverview));
        self.coverage.describe(&self.scans, &mut paper, lang);
        paper.heading(lang.text(Message::HeadMatrix));
        let heads = [
            Message::HeadVolume,
            Message::HeadCategory,
            Message::HeadClass,
            Message::HeadLaw,
            Message::HeadFound,
            Message::HeadDistinct,
            Message::HeadItems,
            Message::HeadVerdict,
        ];
        let mut rows = Vec::new();
        for (volume, cell) in self.volumes.iter().flat_map(|volume| volume.held.iter().map(move |cell| (volume, cell)))
        {
            let class = self.class(cell.category);
            rows.push(vec![
                volume.id.to_owned(),
                format!("{} ({})", words::name(cell.category, lang), cell.category),
                lang.gate_class(class).unwrap_or(class).to_owned(),
                words::laws(&cell.law, lang),
                lang.number(cell.count),
                lang.number(cell.distinct),
                lang.number(cell.items),
                cell.verdict.map(|verdict| verdict.text(lang)).unwrap_or_default().to_owned(),
            ]);
        }
        if rows.is_empty() {
            paper.text(lang.text(Message::NothingFound));
        } else {
            paper.table(heads.map(|head| lang.text(head)), rows);
        }
        self.readers(&mut paper, lang);
        let advice = |category: &CategoryWords| {
            let advice = category.advice.get(lang.code())?;
            Some(vec![words::name(&category.id, lang).to_owned(), (*advice).to_owned()])
        };
        let rows: Vec<_> = self.categories.iter().filter_map(advice).collect();
        if !rows.is_empty() {
            paper.heading(lang.text(Message::HeadAdvice));
            paper.table([Message::HeadCategory, Message::HeadAdvice].map(|head| lang.text(head)), rows);
        }
        paper.text(lang.text(Message::ReportHint));
        paper
    }

    /// Who may read.
    fn readers(&self, paper: &mut Paper, lang: Lang) {
        if !self.modes_known && self.coverage.world_readable_strong > 0 {
            let items = lang.counted(self.coverage.world_readable_strong, crate::lang::Noun::Item);
            paper.text(lang.format(Message::WorldReadableCount, &[("items", &items)]));
        }
        if self.open.is_empty() {
            return;
        }
        paper.heading(lang.text(Message::HeadOpen));
        let row = |item: &Noted| {
            let member = item.member.as_ref().map(|member| format!("!{member}")).unwrap_or_default();
            let known = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![item.volume.clone(), format!("{}{member}", item.path), known(&item.owner), known(&item.mode)]
        };
        let heads = [Message::HeadVolume, Message::HeadWhere, Message::HeadOwner, Message::HeadMode];
        paper.table(heads.map(|head| lang.text(head)), self.open.iter().map(row).collect());
        let more = self.open_total - self.open.len() as u64;
        if more > 0 {
            paper.text(lang.format(Message::More, &[("count", &lang.number(more))]));
        }
    }

    /// One row a volume and category.
    pub fn csv(&self, lang: Lang) -> Vec<u8> {
        let mut table = Table::new(&[
            "volume",
            "country",
            "jurisdiction",
            "category",
            "category_name",
            "gate_class",
            "law",
            "count",
            "candidates",
            "distinct",
            "items",
            "open_items",
            "verdict",
        ]);
        for (volume, cell) in self.volumes.iter().flat_map(|volume| volume.held.iter().map(move |cell| (volume, cell)))
        {
            let laws: Vec<String> = cell.law.iter().map(|(law, class)| format!("{law}={class}")).collect();
            table.row([
                volume.id,
                volume.country.unwrap_or_default(),
                volume.jurisdiction.unwrap_or_default(),
                cell.category,
                words::name(cell.category, lang),
                self.class(cell.category),
                &laws.join(" "),
                &cell.count.to_string(),
                &cell.candidates.to_string(),
                &cell.distinct.to_string(),
                &cell.items.to_string(),
                &cell.open_items.to_string(),
                cell.verdict.map(Verdict::name).unwrap_or_default(),
            ]);
        }
        table.into_bytes()
    }

    fn class(&self, category: &str) -> &'static str {
        self.categories.iter().find(|known| known.id == category).map_or("", |known| known.gate_class)
    }
}
