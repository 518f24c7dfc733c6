//! `elek gate`: may it leave? Builds the parts, runs them, and ends with the decision.
//!
//! What is wrong before any content is opened ends with 2 (or 4); everything after that, a bug included, ends with 30.

use super::args::{Common, Gate as Arguments, GateCommand};
use super::failure::Failure;
use super::judging::{self, Judging};
use super::redact as making;
use super::scan;
use super::settings::{Format, Profile, Settings, base_folder};
use anyhow::anyhow;
use elek::gate::log::{KEY_PURPOSE, Log, LogError};
use elek::gate::{Actor, ApproveError, Approver, Basis, Gate, Object, Outlet, Passed, Reason, Request, Sieve};
use elek::lang::Message;
use elek::policy::{Cell, Direction};
use elek::problem;
use elek::read::Reader;
use elek::redact::Map;
use elek::report::escape;
use elek::report::key::{Key, KeyOrigin};
use elek::report::outcome::Code;
use elek::report::output::Output;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Runs the gate, or one of its subcommands.
pub(crate) fn run(common: &Common, arguments: &Arguments) -> Result<Code, Failure> {
    let mut settings = Settings::load(common, None)?;
    if let Some(GateCommand::Approve { seq, role, reason, hours, logging }) = &arguments.command {
        settings.logging(logging)?;
        return approve(&settings, common.quiet, *seq, role, reason, *hours);
    }
    if let Some(GateCommand::Holds { all, format, logging }) = &arguments.command {
        settings.logging(logging)?;
        return super::report::holds(&settings, *all, *format);
    }
    settings.running(&arguments.running)?;
    settings.logging(&arguments.logging)?;
    settings.formatted(arguments.format.as_ref())?;
    settings.permit("let content pass", &[Profile::Operator, Profile::Processor])?;

    // Everything that can be wrong with the arguments is found before the first byte is read.
    let file = arguments.file.as_deref().unwrap_or(Path::new("-"));
    let mut request = request(&settings, arguments, file)?;
    instructed(&settings, &request)?;
    let wishes = making::wishes(&arguments.making)?;
    making::outputs_apart(
        &[arguments.file.as_deref(), arguments.recipient.as_deref()],
        arguments.output.as_deref(),
        &arguments.making,
        request.direction == Direction::In,
    )?;
    judging::whole(
        common,
        "the gate judges",
        "[destination.…] and [category.…] of the config file say what may leave",
    )?;
    let judging = Judging::new(&settings)?;
    let key = scan::load_key(&settings)?;
    if settings.policy().register().is_some() && key.origin() == KeyOrigin::Ephemeral {
        return Err(Failure::usage(anyhow!("the register of consents needs a key that is kept")));
    }
    let stop = making::stop_flag()?;
    let stated = judging::stated(settings.policy(), &judging)?;
    let Judging { catalog, options } = judging;
    let log = open_log(&settings)?;
    let answers = match request.direction {
        Direction::In if arguments.making.map.is_some() => Some(making::read_map(&arguments.making, &key)?),
        _ => None,
    };
    let mut door = Door {
        output: if arguments.dry_run { None } else { Some(making::open_output(arguments.output.as_deref())?) },
        map: making::map_output(&arguments.making, &key, request.direction == Direction::In)?,
    };
    let manifest = making::manifest_output(&arguments.making)?;
    let intake = making::copies(&settings, arguments.output.as_deref());
    let host = host();
    // Consents are registered by the fingerprints that scans give, and those have the key of the tenant.
    let tenant = request.volume.as_deref().and_then(|id| settings.policy().volume(id)?.tenant.as_deref());
    let own_key = tenant.map_or(*key.of_path(file), |tenant| *key.of_tenant(tenant).bytes());
    let gate = Gate {
        sieve: Sieve { catalog: &catalog, options, key: &own_key, intake, stop: &stop, share: None },
        policy: settings.policy(),
        stated: &stated,
        log: &log,
        host: &host,
    };
    if let Some(path) = &arguments.recipient {
        request.recipients = recipients(&gate.sieve, path)?;
    }

    let passed = catch_unwind(AssertUnwindSafe(|| {
        let object = Object::open(&Reader::new(), &making::item(file), &making::intake(&settings), &stop);
        gate.pass(object, &request, &wishes, answers.as_ref(), Timestamp::now(), &mut door)
    }));
    let Ok(passed) = passed else { return Ok(Code::Deny) };
    Ok(report(common, &settings, arguments, &passed, manifest))
}

/// Says how it ended. What cannot be said changes nothing about the decision.
fn report(
    common: &Common, settings: &Settings, arguments: &Arguments, passed: &Passed, manifest: Option<Output>,
) -> Code {
    let lang = settings.lang();
    if let (Some(mut manifest), Some(released)) = (manifest, &passed.record.released) {
        let treated: BTreeMap<&str, _> =
            released.categories.iter().map(|(category, methods)| (category.as_str(), methods)).collect();
        let object = passed.record.object_digest().unwrap_or_default();
        let kept = released.map == "kept";
        let text = making::manifest(object, &released.sha256, passed.record.media(), &treated, kept);
        if let Err(error) = manifest.write_all(text.as_bytes()).and_then(|()| manifest.commit()) {
            super::note(&format!("warning: the manifest could not be written: {error}"));
        }
    }
    if let Some(error) = &passed.log_error {
        super::note(&format!("error: {}", escape::text(&error.to_string())));
        if let Some(cause) = std::error::Error::source(error) {
            super::note(&format!("caused by: {}", escape::text(&cause.to_string())));
        }
    }
    if matches!(settings.format(), Format::Json | Format::Jsonl) {
        let text = if settings.profile() == Profile::Processor {
            // Health of the gate, nothing of the content.
            serde_json::json!({
                "decision": passed.record.decision, "reason_code": passed.record.reason_code, "seq": passed.seq,
            })
            .to_string()
        } else {
            passed.record.to_json(passed.seq)
        };
        if arguments.output.is_some() || arguments.dry_run {
            super::print(&format!("{text}\n")).ok();
        } else {
            super::note(&text);
        }
    } else if !common.quiet {
        if let Some(restored) = passed.record.released.as_ref().and_then(|released| released.restored)
            && restored.unknown > 0
        {
            super::note(&lang.format(Message::GateInvented, &[("count", &lang.number(restored.unknown))]));
        }
        super::note(&passed.line(lang));
        if let Some(hint) = hint(settings, arguments, passed) {
            super::note(&format!("hint: {hint}"));
        }
    }
    passed.code()
}

/// What to do about an answer that is no, where that is known.
fn hint(settings: &Settings, arguments: &Arguments, passed: &Passed) -> Option<String> {
    let policy = settings.policy();
    let dest = arguments.dest.as_deref().unwrap_or_default();
    let file = arguments.file.as_deref().unwrap_or(Path::new("-"));
    let shown = escape::path(file);
    match (passed.reason, passed.decision) {
        (_, Cell::Allow | Cell::Redact) => None,
        (Reason::Scan(_), _) if file.is_dir() => Some(format!("`{shown}` is a folder; the gate judges one file at a time")),
        (Reason::Scan(problem::Reason::Vanished), _) => Some(format!("there is no file `{shown}`")),
        (Reason::Precondition, _) => {
            let failed = passed.record.preconditions_failed();
            let needed = policy.destination(dest)?.preconditions.iter().filter(|one| failed.contains(&one.id));
            let needed: Vec<&str> = needed.map(|one| one.need.as_str()).collect();
            let needed = format!("[destination.{dest}] of the config file must state: {}", needed.join("; "));
            Some(match passed.seq.filter(|_| passed.decision == Cell::Hold) {
                Some(seq) => format!("{needed}; or {}", approving(seq)),
                None => needed,
            })
        }
        (Reason::Raised, _) => {
            let failed = passed.record.preconditions_failed();
            let conditions = policy.destinations().flat_map(|destination| &destination.preconditions);
            let needed: Vec<&str> =
                conditions.filter(|one| failed.contains(&one.id)).map(|one| one.need.as_str()).collect();
            let mut text = format!("what made it stricter: {}", passed.record.raised().join(", "));
            if !needed.is_empty() {
                let needed = needed.join("; ");
                text = format!("{text}; [destination.{dest}] of the config file would have to state: {needed}");
            }
            Some(match passed.seq.filter(|_| passed.decision == Cell::Hold) {
                Some(seq) => format!("{text}; or {}", approving(seq)),
                None => text,
            })
        }
        (Reason::CountryUnknown, _) => Some(format!("[destination.{dest}] of the config file must state: country")),
        (Reason::RoleMissing, _) => {
            Some("--volume names a volume with `role = \"processor\"` and an `instruction_ref` in the config file".to_owned())
        }
        (Reason::ConsentRegisterMissing | Reason::ConsentRegisterStale, _) => {
            let register = policy.register()?;
            let (path, days) = (escape::path(&register.path), register.max_age_days);
            Some(format!("[consent] of the config file names `{path}`, which may be {days} days old at most"))
        }
        (Reason::ApprovalExpired | Reason::ApprovalMismatch, _) => Some(
            "an approval is for one content, one destination and the rules of its day; `elek gate holds` lists what waits"
                .to_owned(),
        ),
        (_, Cell::Hold) => {
            Some(approving(passed.seq?))
        }
        _ => None,
    }
}

fn approving(seq: u64) -> String {
    format!(
        "`elek gate approve {seq} --role ROLE --reason TEXT` prints a number; the same call with `--approval` and it passes"
    )
}

/// The way out: a file that is there whole or not at all, or standard output.
struct Door {
    output: Option<Output>,
    map: Option<(Output, [u8; 32])>,
}

impl Outlet for Door {
    fn stage(&mut self, object: &Object, map: Option<&Map>) -> io::Result<()> {
        if let (Some((output, key)), Some(map)) = (&mut self.map, map) {
            making::write_map(output, map, key)?;
        }
        let Some(output) = self.output.as_mut().filter(|output| !output.is_stdout()) else { return Ok(()) };
        let mut hasher = Sha256::new();
        object.each(|piece| {
            hasher.update(piece);
            output.write_all(piece)
        })?;
        if hasher.finalize()[..] != object.sha256()[..] {
            return Err(io::Error::other("what was written is not what was judged"));
        }
        output.sync()
    }

    fn release(&mut self, object: &Object) -> io::Result<()> {
        if let Some((output, _)) = self.map.take() {
            // An empty map is not put in place: nothing was replaced.
            if output.is_written() {
                output.commit()?;
            }
        }
        match self.output.take() {
            Some(mut output) if output.is_stdout() => {
                object.each(|piece| output.write_all(piece))?;
                output.flush()
            }
            Some(output) => output.commit(),
            None => Ok(()),
        }
    }
}

fn request(settings: &Settings, arguments: &Arguments, file: &Path) -> Result<Request, Failure> {
    let policy = settings.policy();
    let id = arguments.dest.as_deref().unwrap_or_default();
    let Some(destination) = policy.destination(id) else {
        let known: Vec<&str> = policy.destinations().map(|destination| destination.id.as_str()).collect();
        let failure = Failure::usage(anyhow!("there is no destination `{id}`"));
        return Err(failure.hint(format!("known: {}", known.join(", "))));
    };
    let direction = match arguments.direction.as_str() {
        "out" => Direction::Out,
        "in" => Direction::In,
        other => return Err(Failure::usage(anyhow!("`{other}` is no direction")).hint("out or in")),
    };
    if !destination.directions.contains(&direction) {
        return Err(Failure::usage(anyhow!("nothing comes back from `{id}`")));
    }
    if let Some(volume) = arguments.volume.as_deref().filter(|volume| policy.volume(volume).is_none()) {
        let known: Vec<&str> = policy.volumes().map(|volume| volume.id.as_str()).collect();
        let failure = Failure::usage(anyhow!("there is no volume `{volume}`"));
        return Err(failure.hint(format!("volumes of the config file: {}", known.join(", "))));
    }
    if let Some(purpose) = arguments.purpose.iter().find(|purpose| policy.purpose(purpose).is_none()) {
        let known: Vec<&str> = policy.purposes().iter().map(|purpose| purpose.id.as_str()).collect();
        let failure = Failure::usage(anyhow!("there is no purpose `{purpose}`"));
        return Err(failure.hint(format!("known: {}", known.join(", "))));
    }
    let object = match &arguments.volume {
        Some(volume) => format!("vol:{volume}/{}", escape::path(file)),
        None => escape::path(file),
    };
    let os_user = os_user();
    let actor = match &arguments.actor {
        Some(name) => Actor { kind: "service".to_owned(), id: name.clone(), os_user },
        None => Actor { kind: "person".to_owned(), id: os_user.clone(), os_user },
    };
    Ok(Request {
        destination: id.to_owned(),
        direction,
        object,
        volume: arguments.volume.clone(),
        purposes: arguments.purpose.clone(),
        basis: basis(arguments)?,
        actor,
        approval: arguments.approval,
        dry_run: arguments.dry_run,
        expected_rules: arguments.rules.clone(),
        recipients: HashSet::new(),
    })
}

fn basis(arguments: &Arguments) -> Result<Option<Basis>, Failure> {
    let Some(text) = &arguments.basis else { return Ok(None) };
    let parts = text.split_once(':').filter(|(kind, reference)| !kind.is_empty() && !reference.is_empty());
    let Some((kind, _)) = parts else {
        return Err(Failure::usage(anyhow!("`{text}` is no legal ground")).hint("KIND:REF, such as consent:4417"));
    };
    let strength = arguments.strength.as_deref();
    if let Some(other) = strength.filter(|word| !matches!(*word, "explicit" | "weak" | "implied")) {
        return Err(Failure::usage(anyhow!("`{other}` is no strength of consent")).hint("explicit, weak or implied"));
    }
    Ok(Some(Basis { kind: kind.to_owned(), reference: text.clone(), strength: strength.map(str::to_owned) }))
}

/// A processor touches content under an instruction only.
fn instructed(settings: &Settings, request: &Request) -> Result<(), Failure> {
    if settings.profile() != Profile::Processor {
        return Ok(());
    }
    let volume = request.volume.as_deref().and_then(|id| settings.policy().volume(id));
    if volume.is_some_and(|volume| volume.instruction_ref.is_some()) {
        return Ok(());
    }
    let error = anyhow!("a processor opens content only of a volume with an `instruction_ref`");
    Err(Failure::not_permitted(error).hint("--volume names it; the operator states the instruction in the config file"))
}

/// The addressee's own values.
fn recipients(sieve: &Sieve<'_>, path: &Path) -> Result<HashSet<u128>, Failure> {
    let context = format!("cannot use the recipients in `{}`", escape::path(path));
    let refused = |text: String| Failure::usage(anyhow!("{text}").context(context.clone()));
    let object = Object::open(&Reader::new(), &making::item(path), &sieve.intake, sieve.stop)
        .map_err(|reason| refused(reason.name().to_owned()))?;
    let evidence = sieve.scan(&object, "");
    match evidence.incomplete() {
        Some(reason) => Err(refused(reason.name().to_owned())),
        None => Ok(evidence.found.iter().map(|found| found.value).collect()),
    }
}

fn state_file(settings: &Settings, setting: &str, name: &str) -> Option<PathBuf> {
    let usual = || base_folder("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("elek").join(name));
    settings.path(setting).or_else(usual)
}

/// Where decisions are recorded.
pub(crate) fn log_path(settings: &Settings) -> Result<PathBuf, Failure> {
    state_file(settings, "decision_log", "decisions.jsonl").ok_or_else(|| {
        Failure::usage(anyhow!("there is no place for the decision log")).hint("name one with --decision-log")
    })
}

/// The log of decisions and the key that signs it; the key is made when it is missing.
fn open_log(settings: &Settings) -> Result<Log, Failure> {
    open_log_at(log_path(settings)?, state_file(settings, "decision_key", "decision.key").as_deref())
}

/// The log of decisions of the service: as configured, or in its state folder.
#[cfg(feature = "serve")]
pub(crate) fn service_log(settings: &Settings, state: &Path) -> Result<Log, Failure> {
    let place = |setting: &str, name: &str| settings.path(setting).unwrap_or_else(|| state.join(name));
    open_log_at(place("decision_log", "decisions.jsonl"), Some(&place("decision_key", "decision.key")))
}

fn open_log_at(path: PathBuf, key: Option<&Path>) -> Result<Log, Failure> {
    let key = Key::load(None, key).map_err(Failure::usage)?;
    if key.origin() == KeyOrigin::Ephemeral {
        let cause = key.warning().map(ToString::to_string).unwrap_or_default();
        let error = anyhow!("{cause}").context("the key of the decision log can be neither read nor made");
        return Err(Failure::usage(error).hint("name one with --decision-key"));
    }
    Ok(Log::new(path, &key.derive(KEY_PURPOSE)))
}

fn approve(settings: &Settings, quiet: bool, seq: u64, role: &str, reason: &str, hours: u32) -> Result<Code, Failure> {
    settings.permit("approve", &[Profile::Operator])?;
    let log = open_log(settings)?;
    let Judging { catalog, options } = Judging::new(settings)?;
    let (key, stop, intake) = (scan::load_key(settings)?, making::stop_flag()?, making::intake(settings));
    let sieve = Sieve { catalog: &catalog, options, key: key.bytes(), intake, stop: &stop, share: None };
    for (flag, text) in [("role", role), ("reason", reason)] {
        if sieve.holds_values(text) {
            return Err(Failure::usage(anyhow!(
                "`--{flag}` holds what looks like personal data, and a record holds none"
            ))
            .hint("name a number of your own register instead"));
        }
    }
    let approver = Approver { os_user: os_user(), role: role.to_owned() };
    let approved = elek::gate::approve(&log, seq, approver, reason, hours, Timestamp::now());
    let (seq, expires) = approved.map_err(|error| match error {
        ApproveError::Log(LogError::Missing { .. }) | ApproveError::NotHeld(_) | ApproveError::Unsigned => {
            Failure::usage(error).hint("`elek gate holds` lists the numbers of what waits")
        }
        error => Failure::internal(error),
    })?;
    if !quiet {
        let lang = settings.lang();
        let values = [("seq", seq.to_string()), ("time", format!("{expires:.0}"))];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        super::note(&lang.format(Message::GateApproved, &values));
    }
    super::print(&format!("{seq}\n"))
}

pub(crate) fn host() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// Name of the account the program runs under, or its number.
pub(crate) fn os_user() -> String {
    let Ok(uid) = fs::metadata("/proc/self").map(|own| own.uid()) else { return "unknown".to_owned() };
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut rows = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let row = rows.find(|row| row.get(2).is_some_and(|id| *id == uid.to_string()));
    row.and_then(|row| row.first().map(|name| (*name).to_owned())).unwrap_or_else(|| uid.to_string())
}
