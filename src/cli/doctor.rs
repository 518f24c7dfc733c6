//! `elek doctor`: what the service needs, what is there, and what to do about the rest.

use super::args::Common;
use super::failure::Failure;
use super::serve::{key, own_user, plan, state};
use super::settings::Settings;
use crate::serve::api;
use crate::serve::api::plan::ApiPlan;
use crate::serve::watch::gives_events;
use elek::report::escape;
use elek::report::outcome::Code;
use elek::store::{Store, StoreError};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// Room in the state folder below which it is said.
const ROOM_BYTES: u64 = 1 << 30;

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Mind,
    Bad,
}

/// The checks, in order.
#[derive(Default)]
struct Report {
    text: String,
    bad: u32,
}

impl Report {
    fn say(&mut self, verdict: Verdict, what: &str, to_do: &str) {
        let word = match verdict {
            Verdict::Good => "ok  ",
            Verdict::Mind => "mind",
            Verdict::Bad => "BAD ",
        };
        self.bad += u32::from(verdict == Verdict::Bad);
        // Writing to a string cannot fail.
        writeln!(self.text, "{word}  {}", escape::text(what)).ok();
        if !to_do.is_empty() && verdict != Verdict::Good {
            writeln!(self.text, "      {}", escape::text(to_do)).ok();
        }
    }
}

pub(crate) fn run(common: &Common) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    super::config::check(&settings)?;
    let plan = plan(&settings)?;
    let state = state(&plan)?;
    let mut report = Report::default();
    match settings.file() {
        Some(file) => report.say(Verdict::Good, &format!("configuration: {}", file.display()), ""),
        None => {
            report.say(
                Verdict::Bad,
                "there is no config file",
                "name one with --config, or make /etc/elek/config.toml",
            );
        }
    }
    if plan.volumes.is_empty() {
        report.say(Verdict::Bad, "no volume is served", "add `[volume.logs]` with `paths = [\"/var/log\"]`");
    }
    for volume in &plan.volumes {
        paths(&mut report, &volume.name, &volume.paths);
    }
    for volume in &plan.uninstructed {
        let what = format!("volume {volume} has no instruction: nobody looks into it");
        let to_do = format!("`instruction_ref` in `[volume.{volume}]` names the instruction of whose data it is");
        report.say(Verdict::Mind, &what, &to_do);
    }
    if let Some(register) = settings.policy().register() {
        let what = format!("register of consents: {}", register.path.display());
        match fs::File::open(&register.path) {
            Ok(_) => report.say(Verdict::Good, &what, ""),
            Err(error) => {
                let to_do = "`elek serve` and `elek gate` deny what needs a consent until `register` in `[consent]` can be read";
                report.say(Verdict::Bad, &format!("{what}: {error}"), to_do);
            }
        }
    }
    let is_running = folder(&mut report, &state);
    if let Some(address) = plan.api.as_ref().and_then(|api| api.listen).filter(|_| !is_running) {
        match TcpListener::bind(address) {
            Ok(_) => report.say(Verdict::Good, &format!("listen: {address}"), ""),
            Err(error) => {
                let (verdict, to_do) = unbound(error.kind());
                report.say(verdict, &format!("listen: {address}: {error}"), to_do);
            }
        }
    }
    match key(&settings, &state) {
        Ok(key) => match key.warning() {
            Some(warning) => {
                report.say(Verdict::Mind, &warning.to_string(), "others could try values against fingerprints");
            }
            None => report.say(Verdict::Good, "key of fingerprints", ""),
        },
        Err(failure) => report.say(
            Verdict::Bad,
            &failure.in_one_line(),
            "`key_file` names one; without it the state folder must be writable",
        ),
    }
    match api::access(plan.api.as_ref(), own_user()) {
        Ok(_) if plan.api.is_none() => report.say(Verdict::Good, "no request is answered (`off` in `[serve.api]`)", ""),
        Ok(access) if access.has_tokens() => report.say(Verdict::Good, "requests: by account and by token", ""),
        Ok(_) => report.say(Verdict::Good, "requests: by account, over the socket", ""),
        Err(why) => {
            report.say(Verdict::Bad, &why, "a line each: ROLE NAME TOKEN, mode 0600, owned by who runs the service");
        }
    }
    certificate(&mut report, plan.api.as_ref());
    let watched: Vec<&PathBuf> =
        plan.volumes.iter().filter(|volume| volume.watch).flat_map(|volume| &volume.paths).collect();
    watches(&mut report, &watched);
    sandbox(&mut report);
    report.say(
        if plan.notice.is_some() { Verdict::Good } else { Verdict::Mind },
        if plan.notice.is_some() { "notices go to `notify_command`" } else { "nobody is told of new findings" },
        "`notify_command` in `[serve]` names a program that gets them as JSON",
    );
    let end = match report.bad {
        0 => "the service can run\n".to_owned(),
        count => format!("{count} to be put right before the service runs\n"),
    };
    super::print(&(report.text + &end))?;
    Ok(if report.bad == 0 { Code::Ok } else { Code::Findings })
}

/// What to do where nobody can listen.
fn unbound(why: io::ErrorKind) -> (Verdict, &'static str) {
    match why {
        io::ErrorKind::AddrInUse => (Verdict::Bad, "end what listens there, or name another `listen` in `[serve.api]`"),
        // Whoever asks here may not be who the service runs as.
        io::ErrorKind::PermissionDenied => (
            Verdict::Mind,
            "below port 1024 the service needs CAP_NET_BIND_SERVICE (`AmbientCapabilities` of its unit); or name a higher \
             one as `listen` in `[serve.api]`",
        ),
        _ => (Verdict::Bad, "name an address of this machine as `listen` in `[serve.api]`"),
    }
}

/// Whether the certificate can be used, how long, and for which names.
fn certificate(report: &mut Report, plan: Option<&ApiPlan>) {
    let tls = match api::tls(plan) {
        Ok(None) => return,
        Ok(Some(tls)) => tls,
        Err(why) => return report.say(Verdict::Bad, &why, "`certificate` and `certificate_key` in `[serve.api]`, PEM"),
    };
    let now = Timestamp::now().as_second();
    let day = |second: u64| {
        let second = i64::try_from(second).ok().and_then(|second| Timestamp::from_second(second).ok());
        second.map(|time| time.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default()
    };
    let (begin, end) = (day(tls.valid.0), day(tls.valid.1));
    let left = tls.seconds_left(now);
    let (verdict, what) = match left {
        _ if i64::try_from(tls.valid.0).is_ok_and(|begin| begin > now) => {
            (Verdict::Bad, format!("the certificate is not valid before {begin}"))
        }
        ..=-1 => (Verdict::Bad, format!("the certificate is over since {end}")),
        0..api::CERTIFICATE_ENDS_SOON => {
            (Verdict::Mind, format!("the certificate ends on {end}, in {} days", left / 86_400))
        }
        _ => (Verdict::Good, format!("TLS: the certificate is valid until {end}")),
    };
    report.say(verdict, &what, "renew it and reload the service: the new one is in force at once");
    for host in plan.into_iter().flat_map(|plan| &plan.hosts) {
        if !tls.is_for(host) {
            let what = format!("the certificate is not for `{host}`, one of `hosts`");
            report.say(Verdict::Mind, &what, "who asks for the service by this name will refuse it");
        }
    }
}

fn paths(report: &mut Report, volume: &str, paths: &[PathBuf]) {
    for path in paths {
        let shown = path.display();
        match fs::metadata(path)
            .and_then(|meta| if meta.is_dir() { fs::read_dir(path).map(drop) } else { fs::File::open(path).map(drop) })
        {
            Ok(()) => report.say(Verdict::Good, &format!("volume {volume}: {shown}"), ""),
            Err(error) => {
                let to_do = if error.kind() == io::ErrorKind::PermissionDenied {
                    "the unit's CAP_DAC_READ_SEARCH lets it read everything; by hand, run it as who may"
                } else {
                    "mount it, or name another path in the config file"
                };
                report.say(Verdict::Bad, &format!("volume {volume}: {shown}: {error}"), to_do);
                continue;
            }
        }
        if !gives_events(path) {
            let what = format!("volume {volume}: {shown} lies on a file system without events");
            report.say(Verdict::Mind, &what, "it is walked every `reconcile_s` seconds instead");
        }
    }
}

/// Whether a running service has the state.
fn folder(report: &mut Report, state: &Path) -> bool {
    let mut is_running = false;
    match Store::open(state, Timestamp::now().as_millisecond()) {
        Ok(opened) => {
            report.say(Verdict::Good, &format!("state: {}", state.display()), "");
            if let Some((aside, why)) = opened.moved {
                let what = format!("the state was damaged ({why}) and lies in {} now", aside.display());
                report.say(Verdict::Mind, &what, "everything will be read again");
            }
        }
        Err(StoreError::Locked { .. }) => {
            is_running = true;
            report.say(Verdict::Good, &format!("state: {} (in use by a running service)", state.display()), "");
        }
        Err(error) => report.say(
            Verdict::Bad,
            &format!("state: {}: {error}", state.display()),
            "`state` in `[serve]` must be a local folder that the service may write to",
        ),
    }
    if let Ok(found) = rustix::fs::statvfs(state) {
        let room = found.f_bavail.saturating_mul(found.f_frsize);
        let what = format!("room for the state: {} MiB", room >> 20);
        report.say(
            if room < ROOM_BYTES { Verdict::Mind } else { Verdict::Good },
            &what,
            "a full disk stops nothing but what is kept",
        );
    }
    is_running
}

fn watches(report: &mut Report, paths: &[&PathBuf]) {
    let limit = |name: &str| -> Option<u64> {
        fs::read_to_string(format!("/proc/sys/fs/inotify/{name}")).ok()?.trim().parse().ok()
    };
    let (Some(watches), Some(queue)) = (limit("max_user_watches"), limit("max_queued_events")) else {
        return report.say(
            Verdict::Mind,
            "the system tells no limits of watches",
            "volumes are walked if watches cannot be set",
        );
    };
    let folders: u64 = paths.iter().map(|path| folders(path)).sum();
    let what = format!("watches: {folders} of {watches}, one a folder; {queue} events wait at most");
    let to_do =
        format!("sysctl fs.inotify.max_user_watches={}; until then the volume is walked", (folders * 2).max(65_536));
    report.say(if folders >= watches { Verdict::Mind } else { Verdict::Good }, &what, &to_do);
}

/// Folders below a path, as far as it is worth counting.
fn folders(path: &Path) -> u64 {
    const MOST: u64 = 2_000_000;
    let (mut count, mut open) = (0, vec![path.to_owned()]);
    while let Some(folder) = open.pop().filter(|_| count < MOST) {
        count += 1;
        let Ok(entries) = fs::read_dir(folder) else { continue };
        open.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                .map(|entry| entry.path()),
        );
    }
    count
}

fn sandbox(report: &mut Report) {
    match crate::worker::held_back() {
        Ok(by) => report.say(Verdict::Good, &format!("sandbox of the worker: {by}"), ""),
        Err(error) => report.say(
            Verdict::Bad,
            &format!("the worker cannot be fenced in: {error}"),
            "PDF, 7z and SQLite would end as `worker_crashed`; seccomp and Landlock must be allowed",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, unbound};
    use std::io::ErrorKind;

    #[test]
    fn what_keeps_from_listening_is_told_apart() {
        for (why, is_bad, told) in [
            (ErrorKind::AddrInUse, true, "end what listens there"),
            (ErrorKind::PermissionDenied, false, "CAP_NET_BIND_SERVICE"),
            (ErrorKind::AddrNotAvailable, true, "an address of this machine"),
        ] {
            let (verdict, to_do) = unbound(why);
            assert_eq!(verdict == Verdict::Bad, is_bad, "{to_do}");
            assert!(to_do.contains(told), "{to_do}");
        }
    }
}
