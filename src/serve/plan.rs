//! The tables of the config file that the service reads: `[serve]` and `[serve.volume.*]`.

use super::api::plan::{ApiPlan, ApiTable};
use super::clock::Schedule;
use super::journal::Level;
use elek::policy::Policy;
use elek::source::Glob;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    /// Something in the config file.
    #[error("line {line}: {message}")]
    Refused { line: usize, message: String },
    /// There is nothing to do.
    #[error("no volume has `paths` that this operator may look into")]
    Nothing,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    serve: ServeTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServeTable {
    state: Option<PathBuf>,
    jobs: Option<Spanned<i64>>,
    reconcile_s: Option<Spanned<i64>>,
    settle_ms: Option<Spanned<i64>>,
    stall_s: Option<Spanned<i64>>,
    rate_mib_s: Option<Spanned<i64>>,
    beside_rate_mib_s: Option<Spanned<i64>>,
    nice: Option<Spanned<i64>>,
    idle: Option<bool>,
    log_level: Option<Spanned<String>>,
    notify_command: Option<Spanned<Vec<String>>>,
    notify_severity: Option<Spanned<i64>>,
    #[serde(default)]
    api: ApiTable,
    #[serde(default)]
    volume: BTreeMap<Spanned<String>, VolumeTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct VolumeTable {
    watch: Option<bool>,
    schedule: Option<Spanned<String>>,
    time_zone: Option<String>,
    jitter_s: Option<Spanned<i64>>,
    reconcile_s: Option<Spanned<i64>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    one_file_system: Option<bool>,
}

/// What the service does.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Where it keeps what it finds; the program's own default if not said.
    pub(crate) state: Option<PathBuf>,
    /// Threads that scan in each lane.
    pub(crate) jobs: usize,
    /// How long a file that was just changed is left alone.
    pub(crate) settle: Duration,
    /// How long a volume may not answer before nothing more is asked of it.
    pub(crate) stall: Duration,
    /// Most bytes read in a second.
    pub(crate) rate: Option<u64>,
    /// Bytes a second that are read from a disk while others read from it.
    pub(crate) beside_rate: Option<u64>,
    /// How much the program steps back behind others.
    pub(crate) nice: i32,
    /// Whether what reads volumes leaves the processors to whoever else wants them.
    pub(crate) idle: bool,
    pub(crate) log_level: Level,
    pub(crate) notice: Option<NoticePlan>,
    /// How requests are answered, if they are.
    pub(crate) api: Option<ApiPlan>,
    pub(crate) volumes: Vec<Served>,
    /// Volumes of others that have paths and no instruction: nobody looks into them.
    pub(crate) uninstructed: Vec<String>,
}

/// Who is told of what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoticePlan {
    /// Program and arguments; the notice is its standard input.
    pub(crate) command: Vec<String>,
    /// Categories below this severity are not told.
    pub(crate) severity: u8,
}

/// A volume that is served.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) watch: bool,
    /// Everything that changed is found within this time, events or not.
    pub(crate) reconcile: Duration,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) exclude: Vec<Glob>,
    pub(crate) one_file_system: bool,
}

/// Lines for what is wrong.
struct Text<'t>(&'t str);

impl Text<'_> {
    fn refuse(&self, at: usize, message: String) -> PlanError {
        let line = 1 + self.0.bytes().take(at).filter(|byte| *byte == b'\n').count();
        PlanError::Refused { line, message }
    }

    fn within<T: TryFrom<i64>>(
        &self, value: Option<&Spanned<i64>>, name: &str, (least, most): (i64, i64), default: T,
    ) -> Result<T, PlanError> {
        let Some(value) = value else { return Ok(default) };
        let said = *value.get_ref();
        let fitting = (least..=most).contains(&said).then(|| T::try_from(said).ok()).flatten();
        fitting.ok_or_else(|| {
            self.refuse(value.span().start, format!("`{name}` is {said}; it must be from {least} to {most}"))
        })
    }
}

/// Bytes a second; 0 is no limit.
fn rate_of(mib: u64) -> Option<u64> {
    (mib > 0).then_some(mib << 20)
}

impl Plan {
    /// The plan in a config file. `base`: where relative paths begin.
    ///
    /// # Errors
    ///
    /// What is wrong, with its line.
    pub(crate) fn read(text: &str, policy: &Policy, base: &Path) -> Result<Self, PlanError> {
        let place = Text(text);
        let file: File = toml::from_str(text)
            .map_err(|error| place.refuse(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let table = file.serve;
        let reconcile = place.within(table.reconcile_s.as_ref(), "reconcile_s", (1, 86_400), 300)?;
        let log_level = match table.log_level.as_ref().map(|word| (word.get_ref().as_str(), word.span().start)) {
            None | Some(("info", _)) => Level::Info,
            Some(("debug", _)) => Level::Debug,
            Some(("warning", _)) => Level::Warning,
            Some(("error", _)) => Level::Error,
            Some((word, at)) => {
                return Err(place.refuse(at, format!("`log_level` is `{word}`; known: debug, info, warning, error")));
            }
        };
        let severity = place.within(table.notify_severity.as_ref(), "notify_severity", (0, 255), 0)?;
        let notice = match table.notify_command {
            None => None,
            Some(command) if command.get_ref().first().is_none_or(|program| !program.starts_with('/')) => {
                let message = "`notify_command` must begin with the absolute path of a program".to_owned();
                return Err(place.refuse(command.span().start, message));
            }
            Some(command) => Some(NoticePlan { command: command.into_inner(), severity }),
        };
        let api = table.api.plan(base).map_err(|(at, message)| place.refuse(at, message))?;
        let mut own = table.volume;
        let (mut volumes, mut uninstructed) = (Vec::new(), Vec::new());
        for volume in policy.volumes() {
            let found = own.keys().find(|name| *name.get_ref() == volume.id).cloned();
            let (at, table) = match found.and_then(|name| own.remove_entry(&name)) {
                Some((name, table)) => (Some(name.span().start), table),
                None => (None, VolumeTable::default()),
            };
            if volume.paths.is_empty() || !volume.instructed() {
                if let Some(at) = at {
                    let why = if volume.paths.is_empty() { "has no `paths`" } else { "has no instruction" };
                    return Err(place.refuse(at, format!("the volume `{}` {why}", volume.id)));
                }
                if !volume.paths.is_empty() {
                    uninstructed.push(volume.id.clone());
                }
                continue;
            }
            let schedule = match &table.schedule {
                None => None,
                Some(expression) => {
                    let jitter = place.within(table.jitter_s.as_ref(), "jitter_s", (0, 31_536_000), 0)?;
                    let made = Schedule::new(expression.get_ref(), table.time_zone.as_deref(), jitter);
                    Some(made.map_err(|message| place.refuse(expression.span().start, message))?)
                }
            };
            let glob = |pattern: &Spanned<String>| {
                Glob::new(pattern.get_ref().as_bytes())
                    .map_err(|error| place.refuse(pattern.span().start, error.to_string()))
            };
            let seconds = place.within(table.reconcile_s.as_ref(), "reconcile_s", (1, 86_400), reconcile)?;
            volumes.push(Served {
                name: volume.id.clone(),
                tenant: volume.tenant.clone(),
                paths: volume.paths.iter().map(|path| base.join(path).components().collect()).collect(),
                watch: table.watch.unwrap_or(true),
                reconcile: Duration::from_secs(seconds),
                schedule,
                exclude: table.exclude.iter().map(glob).collect::<Result<_, _>>()?,
                one_file_system: table.one_file_system.unwrap_or(false),
            });
        }
        if let Some(unknown) = own.keys().next() {
            let message = format!("there is no volume `{}`", unknown.get_ref());
            return Err(place.refuse(unknown.span().start, message));
        }
        Ok(Self {
            state: table.state.map(|state| base.join(state).components().collect()),
            jobs: place.within(table.jobs.as_ref(), "jobs", (1, 256), 1)?,
            settle: Duration::from_millis(place.within(
                table.settle_ms.as_ref(),
                "settle_ms",
                (0, 3_600_000),
                1_000,
            )?),
            stall: Duration::from_secs(place.within(table.stall_s.as_ref(), "stall_s", (1, 3_600), 60)?),
            rate: rate_of(place.within(table.rate_mib_s.as_ref(), "rate_mib_s", (0, 1 << 20), 0)?),
            beside_rate: rate_of(place.within(
                table.beside_rate_mib_s.as_ref(),
                "beside_rate_mib_s",
                (0, 1 << 20),
                2,
            )?),
            nice: place.within(table.nice.as_ref(), "nice", (0, 19), 10)?,
            idle: table.idle.unwrap_or(true),
            log_level,
            notice,
            api,
            volumes,
            uninstructed,
        })
    }

    /// The volume with this name.
    pub(crate) fn volume(&self, name: &str) -> Option<&Served> {
        self.volumes.iter().find(|volume| volume.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use elek::policy::Policy;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    fn plan(text: &str) -> Result<Plan, String> {
        let policy = Policy::with_overlay(text).map_err(|error| error.to_string())?;
        Plan::read(text, &policy, Path::new("/etc/elek")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_volume_with_paths_is_watched_unless_said_otherwise() {
        let plan = plan(
            "[serve]\njobs = 2\nreconcile_s = 60\n[volume.logs]\npaths = [\"/var/log\"]\n[volume.crm]\npaths = [\"crm\"]\n\
             [volume.none]\n[volume.theirs]\npaths = [\"theirs\"]\nrole = \"processor\"\n[serve.volume.crm]\nwatch = false\nschedule = \"0 3 * * *\"\ntime_zone = \"Asia/Almaty\"\n\
             jitter_s = 600\nreconcile_s = 5\nexclude = [\"*.tmp\"]\n",
        )
        .expect("in order");
        let names: Vec<_> = plan.volumes.iter().map(|volume| volume.name.as_str()).collect();
        assert_eq!(names, ["crm", "logs"]);
        assert_eq!(plan.uninstructed, ["theirs"], "what nobody may look into is known by name");
        let (crm, logs) = (plan.volume("crm").expect("there"), plan.volume("logs").expect("there"));
        assert!(!crm.watch && crm.schedule.is_some() && crm.exclude.len() == 1 && logs.watch);
        assert_eq!(crm.paths, [PathBuf::from("/etc/elek/crm")]);
        assert_eq!((crm.reconcile, logs.reconcile), (Duration::from_secs(5), Duration::from_mins(1)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let volume = "[volume.a]\npaths = [\"/srv\"]\n";
        for (text, expected) in [
            ("[serve]\nreconcile_s = 0\n", "line 4: `reconcile_s` is 0"),
            ("[serve]\nnice = -5\n", "line 4: `nice` is -5"),
            ("[serve]\nsettle_ms = -1\n", "line 4: `settle_ms` is -1; it must be from 0 to"),
            ("[serve]\nrate_mib_s = -1\n", "line 4: `rate_mib_s` is -1; it must be from 0 to"),
            ("[serve]\nnotify_severity = 300\n", "line 4: `notify_severity` is 300; it must be from 0 to"),
            ("[serve.api]\nmax_body_mib = -1\n", "line 4: `max_body_mib` must be from 1 to"),
            ("[serve]\ncolour = 1\n", "line 4: unknown field `colour`"),
            ("[serve]\nnotify_command = [\"mail\"]\n", "line 4: `notify_command` must begin"),
            ("[serve]\nlog_level = \"loud\"\n", "line 4: `log_level` is `loud`"),
            ("[serve.volume.b]\n", "line 3: there is no volume `b`"),
            (
                "[serve.volume.a]\nschedule = \"0 25 * * *\"\n",
                "line 4: `0 25 * * *` is no schedule: minute (0-59), hour (0-23)",
            ),
            ("[serve.volume.a]\nschedule = \"@daily\"\ntime_zone = \"x\"\n", "line 4: there is no time zone `x`"),
            ("[serve.volume.a]\nexclude = [\"[\"]\n", "line 4: "),
            ("[volume.c]\n[serve.volume.c]\n", "line 4: the volume `c` has no `paths`"),
            (
                "[volume.c]\npaths = [\"/x\"]\ntenant = \"t\"\n[serve.volume.c]\n",
                "line 6: the volume `c` has no instruction",
            ),
        ] {
            let message = plan(&format!("{volume}{text}")).expect_err(text);
            assert!(message.starts_with(expected), "{text}: {message}");
        }
    }
}
