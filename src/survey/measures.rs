//! `report measures --year`: what was done in a year, for the yearly request for documents.
//!
//! Scans and their coverage, decisions by destination, rules that the operator loosened, holds and how long they waited,
//! the deadlines in force. Of the deadlines the program knows the source and, for holds, how long a person took; clocks of
//! requests and breaches run elsewhere, and the report says so by leaving them empty.

use super::decisions::{Decisions, Hold};
use super::holdings::Run;
use super::paper::Paper;
use super::table::Table;
use crate::lang::{Lang, Message};
use crate::policy::{Deadline, Policy};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// A scan of the year.
#[derive(Clone, Debug, Serialize)]
pub struct Scan<'r> {
    /// Id of the run.
    pub run: &'r str,
    /// When it began.
    pub started: &'r str,
    /// What was scanned.
    pub roots: &'r [String],
    /// Digest of the detectors in force.
    pub rules: &'r str,
    /// Whether it answers for everything asked.
    pub complete: bool,
    /// Items by state.
    pub items: BTreeMap<&'r str, u64>,
    /// Bytes looked at.
    pub bytes: u64,
}

/// What the decision log says of the year.
#[derive(Clone, Debug, Serialize)]
pub struct LogPart {
    /// Whether its chain holds, over all years.
    pub whole: bool,
    /// The first line that does not hold.
    pub broken_line: Option<u64>,
    /// Sums of the year.
    #[serde(flatten)]
    pub sums: Decisions,
    /// How long holds waited for a person.
    pub waited: Waited,
}

/// How long holds waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Waited {
    /// Not approved.
    pub open: u64,
    /// Approved.
    pub approved: u64,
    /// Hours until approval, half of them less.
    pub median_hours: Option<f64>,
    /// The longest, in hours.
    pub longest_hours: Option<f64>,
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Measures<'r> {
    schema: &'static str,
    /// The year.
    pub year: u16,
    /// Its scans.
    pub scans: Vec<Scan<'r>>,
    /// Its decisions; `None`: no log was given.
    pub log: Option<LogPart>,
    /// Deadlines in force.
    pub deadlines: &'r [Deadline],
}

fn hours(hold: &Hold) -> Option<f64> {
    let [from, to] = [&hold.time, &hold.approval.as_ref()?.time].map(|time| time.parse::<Timestamp>().ok());
    Some(to?.duration_since(from?).as_secs_f64() / 3600.0)
}

/// How long holds waited.
pub fn waited(sums: &Decisions) -> Waited {
    let mut waits: Vec<f64> = sums.holds.iter().filter_map(hours).collect();
    waits.sort_by(f64::total_cmp);
    let approved = sums.holds.iter().filter(|hold| hold.approval.is_some()).count() as u64;
    let tenths = |hours: &f64| (hours * 10.0).round() / 10.0;
    Waited {
        open: sums.open().count() as u64,
        approved,
        median_hours: waits.get(waits.len() / 2).map(tenths),
        longest_hours: waits.last().map(tenths),
    }
}

/// Puts the report together. `runs` and `log` may hold more than the year.
pub fn measures<'r>(policy: &'r Policy, year: u16, runs: &'r [Run], log: Option<LogPart>) -> Measures<'r> {
    let prefix = format!("{year:04}-");
    let of_year = runs.iter().filter(|run| run.head.started.starts_with(&prefix));
    let scan = |run: &'r Run| Scan {
        run: &run.head.run,
        started: &run.head.started,
        roots: &run.head.roots,
        rules: &run.head.rules,
        complete: run.summary.as_ref().is_some_and(|summary| summary.complete),
        items: run
            .summary
            .as_ref()
            .map(|summary| summary.items.iter().map(|(name, count)| (name.as_str(), *count)).collect())
            .unwrap_or_default(),
        bytes: run.summary.as_ref().map_or(0, |summary| summary.bytes),
    };
    let mut scans: Vec<Scan<'_>> = of_year.map(scan).collect();
    scans.sort_by_key(|scan| scan.started);
    Measures { schema: "elek.report.measures/1", year, scans, log, deadlines: policy.deadlines() }
}

/// A time allowed, in words: `PT24H`, `P3BD` (working days), `P30D`, `P3Y`.
fn span(limit: &str, lang: Lang) -> String {
    let units = [
        ("PT", "H", Message::SpanHours),
        ("P", "BD", Message::SpanWorkingDays),
        ("P", "D", Message::SpanDays),
        ("P", "Y", Message::SpanYears),
    ];
    let told = units.iter().find_map(|(start, end, message)| {
        let count = limit.strip_prefix(start)?.strip_suffix(end)?;
        count.bytes().all(|byte| byte.is_ascii_digit()).then(|| lang.format(*message, &[("count", count)]))
    });
    told.unwrap_or_else(|| limit.to_owned())
}

impl Scan<'_> {
    fn state(&self, name: &str) -> u64 {
        self.items.get(name).copied().unwrap_or(0)
    }

    fn read(&self) -> u64 {
        self.state("scanned_full") + self.state("scanned_partial")
    }
}

impl Measures<'_> {
    /// Whether the decision log holds; without one, yes.
    pub fn whole(&self) -> bool {
        self.log.as_ref().is_none_or(|log| log.whole)
    }

    /// For people.
    pub fn paper(&self, lang: Lang) -> Paper {
        let mut paper = Paper::new(lang.format(Message::ReportMeasures, &[("year", &self.year.to_string())]));
        let table = |paper: &mut Paper, heads: &[Message], rows: Vec<Vec<String>>| {
            paper.table(heads.iter().map(|head| lang.text(*head)), rows);
        };
        paper.heading(format!("{}: {}", lang.text(Message::MeasuresScans), lang.number(self.scans.len() as u64)));
        let row = |scan: &Scan<'_>| {
            let cover = if scan.complete { Message::CoverComplete } else { Message::CoverIncomplete };
            vec![
                lang.date(scan.started),
                scan.roots.join(", "),
                format!("{} / {}", lang.number(scan.read()), lang.number(scan.state("listed"))),
                lang.text(cover).to_owned(),
            ]
        };
        let heads = [Message::HeadScanned, Message::HeadWhere, Message::HeadItems, Message::HeadCoverage];
        table(&mut paper, &heads, self.scans.iter().map(row).collect());

        paper.heading(lang.text(Message::MeasuresDecisions));
        match &self.log {
            None => paper.text(lang.text(Message::MeasuresNoLog)),
            Some(log) => log.describe(&mut paper, lang),
        }
        paper.heading(lang.text(Message::MeasuresDeadlines));
        let row = |one: &Deadline| {
            vec![one.id.clone(), span(&one.limit, lang), one.duty(lang).to_owned(), one.source(lang).to_owned()]
        };
        let heads = [Message::HeadRule, Message::HeadDeadline, Message::HeadActions, Message::HeadSource];
        table(&mut paper, &heads, self.deadlines.iter().map(row).collect());
        paper
    }

    /// One row a number.
    pub fn csv(&self) -> Vec<u8> {
        let mut table = Table::new(&["what", "of", "detail", "value"]);
        for scan in &self.scans {
            let complete = if scan.complete { "complete" } else { "incomplete" };
            table.row(["scan", scan.started, complete, &scan.read().to_string()]);
        }
        let Some(log) = &self.log else { return table.into_bytes() };
        table.row(["log", "", if log.whole { "whole" } else { "broken" }, &log.sums.decisions.to_string()]);
        for (destination, decisions) in &log.sums.by_destination {
            for (decision, count) in decisions {
                table.row(["decision", destination, decision, &count.to_string()]);
            }
        }
        for (reason, count) in &log.sums.by_reason {
            table.row(["reason", reason, "", &count.to_string()]);
        }
        for (rule, count) in &log.sums.overridden {
            let change = format!("{}: {} -> {}", rule.what, rule.shipped, rule.now);
            table.row(["override", &rule.destination, &change, &count.to_string()]);
        }
        let hours = |hours: Option<f64>| hours.map(|hours| hours.to_string()).unwrap_or_default();
        table.row(["holds", "open", "", &log.waited.open.to_string()]);
        table.row(["holds", "approved", "", &log.waited.approved.to_string()]);
        table.row(["holds", "median_hours", "", &hours(log.waited.median_hours)]);
        table.row(["holds", "longest_hours", "", &hours(log.waited.longest_hours)]);
        table.into_bytes()
    }
}

impl LogPart {
    fn describe(&self, paper: &mut Paper, lang: Lang) {
        if let Some(line) = self.broken_line {
            let line = lang.number(line);
            paper.text(lang.format(Message::LogBroken, &[("line", &line), ("why", "elek verify-log")]));
        }
        let heads = |list: &[Message]| list.iter().map(|head| lang.text(*head).to_owned()).collect::<Vec<_>>();
        let row = |(destination, decisions): (&String, &BTreeMap<String, u64>)| {
            let of = |name: &str| lang.number(decisions.get(name).copied().unwrap_or(0));
            let sum: u64 = decisions.values().sum();
            vec![destination.clone(), lang.number(sum), of("allow"), of("redact"), of("hold"), of("deny")]
        };
        let mut columns = heads(&[Message::HeadDestination, Message::HeadDecisions]);
        columns.extend(["ALLOW", "REDACT", "HOLD", "DENY"].map(str::to_owned));
        paper.table(columns, self.sums.by_destination.iter().map(row).collect());
        paper.heading(lang.text(Message::MeasuresOverrides));
        let row = |(rule, count): (&super::decisions::Loosened, &u64)| {
            let change = format!("{}: {} → {}", rule.what, rule.shipped, rule.now);
            vec![rule.destination.clone(), change, lang.number(*count)]
        };
        let columns = heads(&[Message::HeadDestination, Message::HeadRule, Message::HeadCount]);
        paper.table(columns, self.sums.overridden.iter().map(row).collect());
        paper.heading(lang.text(Message::MeasuresHolds));
        let hours = |hours: Option<f64>| hours.map(|hours| hours.to_string()).unwrap_or_default();
        let rows = [
            (Message::HoldsOpen, lang.number(self.waited.open)),
            (Message::HoldsApproved, lang.number(self.waited.approved)),
            (Message::HoldsMedian, hours(self.waited.median_hours)),
            (Message::HoldsLongest, hours(self.waited.longest_hours)),
        ];
        let rows = rows.map(|(name, value)| vec![lang.text(name).to_owned(), value]).to_vec();
        paper.table(heads(&[Message::MeasuresHolds, Message::HeadCount]), rows);
    }
}

#[cfg(test)]
mod tests {
    use super::span;
    use crate::lang::Lang;
    use crate::policy::Policy;
    use std::collections::BTreeSet;

    #[test]
    fn every_deadline_is_told_in_words() {
        assert_eq!(span("P3BD", Lang::Ru), "3 раб. дн.");
        assert_eq!(span("PT24H", Lang::Kk), "24 сағат");
        let policy = Policy::with_overlay("").expect("a policy");
        assert!(policy.deadlines().len() > 20);
        for deadline in policy.deadlines() {
            assert_ne!(span(&deadline.limit, Lang::En), deadline.limit, "{}", deadline.id);
            let duties: BTreeSet<&str> = Lang::ALL.into_iter().map(|lang| deadline.duty(lang)).collect();
            assert_eq!(duties.len(), Lang::ALL.len(), "{}: one language in place of another", deadline.id);
            // A number of a law may stand as it is in several languages.
            let english = deadline.source(Lang::En);
            let others = Lang::ALL.into_iter().filter(|lang| *lang != Lang::En);
            assert!(others.map(|lang| deadline.source(lang)).all(|source| source != english), "{}", deadline.id);
        }
        assert_eq!(span("soon", Lang::En), "soon");
    }
}
