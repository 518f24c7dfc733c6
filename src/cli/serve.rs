//! `elek serve`: turns the configuration into a setup, again at each reload.

use super::args::{Common, Serve};
use super::failure::Failure;
use super::judging::{self, Judging};
use super::settings::{Profile, Settings, base_folder};
use crate::serve::api::{self, Parts};
use crate::serve::plan::{Plan, PlanError};
use crate::serve::{self, Load, ServeError, Setup};
use anyhow::anyhow;
use elek::engine::Options;
use elek::read::Pace;
use elek::report::key::{Key, KeyOrigin};
use elek::report::outcome::Code;
use elek::store::StoreError;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs the service until it is told to end.
pub(crate) fn run(common: &Common, arguments: &Serve) -> Result<Code, Failure> {
    let setup = setup(common, arguments.key_file.as_ref())?;
    let again = common.clone();
    let key_file = arguments.key_file.clone();
    let load: Load = Box::new(move || self::setup(&again, key_file.as_ref()).map_err(|failure| failure.in_one_line()));
    match serve::run(setup, &load) {
        Ok(()) => Ok(Code::Ok),
        Err(ServeError::State(
            error @ (StoreError::Locked { .. } | StoreError::Remote { .. } | StoreError::Folder { .. }),
        )) => Err(Failure::usage(error).hint("`state` in the table `[serve]` names the folder")),
        Err(error @ ServeError::Door(_)) => Err(Failure::usage(error)
            .hint("`listen` and `socket` in `[serve.api]` name the ways in; `elek doctor` looks at them")),
        Err(error) => Err(Failure::internal(error)),
    }
}

/// What the service is to do, by the configuration.
pub(crate) fn plan(settings: &Settings) -> Result<Plan, Failure> {
    let base = settings.file().map_or(Path::new("elek.toml"), |file| file);
    let base = std::path::absolute(base)
        .map(|file| file.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned))
        .map_err(|error| Failure::usage(anyhow::Error::new(error).context("cannot tell the current folder")))?;
    Plan::read(settings.text(), settings.policy(), &base).map_err(|error: PlanError| {
        let file = settings.file().map(|path| path.display().to_string()).unwrap_or_default();
        Failure::usage(anyhow::Error::new(error).context(format!("cannot use the config file `{file}`")))
    })
}

/// Where the service keeps its state: as configured, as the service manager says, or in the user's own folder.
pub(crate) fn state(plan: &Plan) -> Result<PathBuf, Failure> {
    let given = std::env::var_os("STATE_DIRECTORY").filter(|path| !path.is_empty()).map(PathBuf::from);
    let own = || base_folder("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("elek/serve"));
    let found = plan.state.clone().or(given).or_else(own);
    let found = found.ok_or_else(|| {
        Failure::usage(anyhow!("there is no place for the state")).hint("set `state` in the table `[serve]`")
    })?;
    std::path::absolute(&found)
        .map_err(|error| Failure::usage(anyhow::Error::new(error).context("cannot use the state folder")))
}

/// The key of fingerprints. It must last: with another one everything would be read again.
pub(crate) fn key(settings: &Settings, state: &Path) -> Result<Key, Failure> {
    let key = Key::load(settings.key_file().as_deref(), Some(&state.join("key"))).map_err(Failure::usage)?;
    if key.origin() == KeyOrigin::Ephemeral {
        let why = key.warning().map(ToString::to_string).unwrap_or_default();
        return Err(Failure::usage(anyhow!("the service needs a key that lasts: {why}")));
    }
    Ok(key)
}

fn setup(common: &Common, key_file: Option<&OsString>) -> Result<Setup, Failure> {
    let mut settings = Settings::load(common, None)?;
    settings.permit("see what is found in content", &[Profile::Operator])?;
    settings.keyed(key_file)?;
    let checked = super::scan::check(&settings)?;
    let judging = Judging::new(&settings)?;
    let stated = judging::stated(settings.policy(), &judging)?;
    let plan = plan(&settings)?;
    if plan.volumes.is_empty() {
        return Err(Failure::usage(PlanError::Nothing)
            .hint("name the paths of a volume: `[volume.logs]` `paths = [\"/var/log\"]`"));
    }
    let state = state(&plan)?;
    let key = key(&settings, &state)?;
    // Most services leave no detector out: one catalogue does for scans and gate.
    let (catalog, whole_catalog) = if settings.selects() {
        (super::scan::catalog(&settings)?, Some(judging.catalog))
    } else {
        (judging.catalog, None)
    };
    let decisive = super::state::decisive(&settings, &catalog);
    super::signals::survive_file_limit()
        .map_err(|error| Failure::internal(anyhow::Error::new(error).context("cannot receive signals")))?;
    let log = super::gate::service_log(&settings, &state)?;
    let access = api::access(plan.api.as_ref(), own_user()).map_err(|why| Failure::usage(anyhow!(why)))?;
    let tls = api::tls(plan.api.as_ref()).map_err(|why| Failure::usage(anyhow!(why)))?;
    Ok(Setup {
        catalog,
        whole_catalog,
        policy: settings.policy().clone(),
        stated,
        options: Options {
            jobs: plan.jobs,
            min_confidence: settings.min_confidence(),
            limits: settings.limits()?,
            accepted: checked.accepted.iter().copied().collect(),
            today: super::scan::today(),
            level: super::scan::level(),
            helper: Some(crate::worker::pool()),
            passwords: super::scan::passwords(&settings)?,
        },
        settings: decisive,
        key,
        pace: Arc::new(Pace::new(plan.rate, plan.beside_rate)),
        plan,
        state,
        today: super::scan::today,
        new_run: super::scan::run_id,
        api: Parts { log, host: super::gate::host(), account: super::gate::os_user(), access, tls },
    })
}

/// Number of the account that the program runs under.
pub(crate) fn own_user() -> u32 {
    std::fs::metadata("/proc/self").map_or(u32::MAX, |own| own.uid())
}

/// What the plan says, as names and values.
pub(crate) fn rows(plan: &Plan) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for volume in &plan.volumes {
        let paths: Vec<String> = volume.paths.iter().map(|path| elek::report::escape::path(path)).collect();
        let watch = if volume.watch { "watched" } else { "not watched" };
        let schedule = if volume.schedule.is_some() { ", scheduled" } else { "" };
        let every = volume.reconcile.as_secs();
        rows.push((
            format!("serve.volume.{}", volume.name),
            format!("{} {watch}, reconciled every {every} s{schedule}", paths.join(",")),
        ));
    }
    let why = || "no `instruction_ref`: not looked into".to_owned();
    rows.extend(plan.uninstructed.iter().map(|volume| (format!("serve.volume.{volume}"), why())));
    rows
}
