//! Metrics in Prometheus' text form: counters since the start, without a label that could be a name or a value.

use super::Api;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// The page.
pub(crate) fn page(api: &Api, jobs: &BTreeMap<String, u64>) -> String {
    let shared = &api.shared;
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let own = &shared.counters;
    let (walks, paths, logs) = shared.backlog();
    let progress = shared.progress();
    let mut text = String::new();
    let mut row = |name: &str, kind: &str, help: &str, value: u64| {
        // Writing to a string cannot fail.
        writeln!(text, "# HELP elek_{name} {help}\n# TYPE elek_{name} {kind}\nelek_{name} {value}").ok();
    };
    row("bytes_total", "counter", "Bytes looked at.", read(&progress.bytes));
    row("items_total", "counter", "Items that ended.", read(&progress.items));
    row("findings_total", "counter", "Findings counted.", read(&progress.findings));
    row("walks_total", "counter", "Volumes walked.", read(&own.walks));
    row("walks_failed_total", "counter", "Walks that failed.", read(&own.walks_failed));
    row("files_looked_at_total", "counter", "Changed files looked at.", read(&own.files_looked_at));
    row("log_looks_total", "counter", "Looks at logs that grow.", read(&own.looks_at_logs));
    row("logs_read_anew_total", "counter", "Logs read from their beginning.", read(&own.logs_read_anew));
    row("truncations_seen_total", "counter", "Logs that were cut.", read(&own.truncations_seen));
    row("events_lost_total", "counter", "Times that events of the file system were lost.", read(&own.events_lost));
    row("stalls_total", "counter", "Times that a volume did not answer.", read(&own.stalls));
    row("reloads_total", "counter", "Configurations put in force.", read(&own.reloads));
    row("reloads_failed_total", "counter", "Configurations refused.", read(&own.reloads_failed));
    row("waiting_walks", "gauge", "Walks that wait or run.", walks as u64);
    row("waiting_paths", "gauge", "Changed paths that wait.", paths as u64);
    row("waiting_logs", "gauge", "Logs that wait.", logs as u64);
    row("volumes_stalled", "gauge", "Volumes that do not answer.", shared.stalled() as u64);
    row("volumes", "gauge", "Volumes served.", shared.setup().plan.volumes.len() as u64);
    text.push_str("# HELP elek_jobs Jobs by state.\n# TYPE elek_jobs gauge\n");
    for (state, count) in jobs {
        writeln!(text, "elek_jobs{{state=\"{state}\"}} {count}").ok();
    }
    text.push_str("# HELP elek_answers_total Answers by class of status.\n# TYPE elek_answers_total counter\n");
    for (class, count) in (1..).zip(&api.answers) {
        writeln!(text, "elek_answers_total{{class=\"{class}xx\"}} {}", read(count)).ok();
    }
    text
}
