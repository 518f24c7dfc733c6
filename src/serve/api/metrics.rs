//! Metrics in Prometheus' text form: counters since the start, and how it stands now; no label could be a name or a value.

use super::Api;
use elek::finding::Confidence;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// The page. `held`: findings that are kept, by confidence; `unread`: items that were not read in full, by reason.
pub(crate) fn page(api: &Api, jobs: &BTreeMap<String, u64>, held: [u64; 3], unread: &BTreeMap<String, u64>) -> String {
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
    row("items_total", "counter", "Items that ended, without those met again unchanged.", read(&progress.items));
    row("items_unchanged_total", "counter", "Items that were met again unchanged.", read(&progress.unchanged));
    row("findings_total", "counter", "Findings counted in what was looked at.", read(&progress.findings));
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
    let walked = shared.volumes().into_values().map(|volume| volume.walked.map(|(at, ..)| at.as_second()));
    // A volume that was never walked since the start counts as walked never.
    let oldest = walked.map(Option::unwrap_or_default).min().unwrap_or_default();
    row(
        "oldest_walk_timestamp_seconds",
        "gauge",
        "When the volume that waits longest was walked in full, seconds since 1970; 0: not since the start.",
        oldest.unsigned_abs(),
    );
    if let Some(tls) = &shared.setup().api.tls {
        row(
            "certificate_not_after_timestamp_seconds",
            "gauge",
            "When the certificate ends, seconds since 1970.",
            tls.valid.1,
        );
        row("tls_handshakes_failed_total", "counter", "Handshakes that failed.", read(&api.handshakes_failed));
    }
    let (used, free) = room(&shared.setup().state);
    row("state_bytes", "gauge", "What is kept, on the disk.", used);
    row("state_free_bytes", "gauge", "Room on the disk of what is kept.", free);
    text.push_str("# HELP elek_jobs Jobs by state.\n# TYPE elek_jobs gauge\n");
    for (state, count) in jobs {
        writeln!(text, "elek_jobs{{state=\"{state}\"}} {count}").ok();
    }
    text.push_str("# HELP elek_findings Findings that are kept, by confidence.\n# TYPE elek_findings gauge\n");
    for (level, count) in Confidence::ALL.into_iter().zip(held) {
        writeln!(text, "elek_findings{{confidence=\"{}\"}} {count}", level.name()).ok();
    }
    text.push_str("# HELP elek_unread_items Items not read in full, by reason.\n");
    text.push_str("# TYPE elek_unread_items gauge\n");
    for (reason, count) in unread {
        writeln!(text, "elek_unread_items{{reason=\"{reason}\"}} {count}").ok();
    }
    text.push_str("# HELP elek_answers_total Answers by class of status.\n# TYPE elek_answers_total counter\n");
    for (class, count) in (1..).zip(&api.answers) {
        writeln!(text, "elek_answers_total{{class=\"{class}xx\"}} {}", read(count)).ok();
    }
    let process = [
        ("process_resident_memory_bytes", "Memory of the service itself, without its workers.", resident()),
        ("process_open_fds", "Descriptors.", descriptors()),
    ];
    for (name, help, value) in process {
        if let Some(value) = value {
            writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}").ok();
        }
    }
    text
}

/// Bytes of the state, and bytes that are free beside it.
fn room(state: &Path) -> (u64, u64) {
    let size = |name: &str| fs::metadata(state.join(name)).map_or(0, |meta| meta.len());
    let used = ["state.db", "state.db-wal", "decisions.jsonl"].into_iter().map(size).sum();
    let free = rustix::fs::statvfs(state).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    (used, free)
}

/// Resident memory in bytes (proc(5), status).
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn descriptors() -> Option<u64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}
