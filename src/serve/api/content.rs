//! Requests that bring content: scan it, or ask whether it may leave.

use super::Api;
use super::access::Role;
use super::answer::{Answer, Out, Refusal, Writer, content, json};
use super::routes::Asked;
use crate::serve::plan::{Plan, Served};
use crate::serve::shared;
use elek::engine::{self, Options, Progress};
use elek::gate::{Actor, Basis, Gate, Object, Passed, Reason, Request, Sieve, Wishes};
use elek::policy::{Cell, Direction};
use elek::read::Reader;
use elek::redact::Method;
use elek::report::jsonl::Jsonl;
use elek::report::key::KeyOrigin;
use elek::report::outcome::{End, resolve};
use elek::report::owner::Owners;
use elek::report::{Head, Report as _, Setup, Summary};
use elek::source::{Item, One};
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::json;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Longest name of content that is sent.
const NAME_CHARS: usize = 255;
const LINES: &str = "application/jsonl";

impl Asked {
    fn name(&self) -> Result<String, Refusal> {
        let name = self.query.get("name").map_or("content", String::as_str);
        let is_name = !name.is_empty() && name.chars().count() <= NAME_CHARS && !name.chars().any(char::is_control);
        if is_name { Ok(name.to_owned()) } else { Err(Refusal::bad("the name is no name")) }
    }

    fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.query.get(name).map(String::as_str) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1" | "") => Ok(true),
            Some(_) => Err(Refusal::bad("a flag is neither true nor false")),
        }
    }
}

/// Scans content. The report comes as it is made.
pub(crate) async fn scan(api: &Arc<Api>, asked: Asked, headers: &HeaderMap, body: Incoming) -> Result<Answer, Refusal> {
    let turn = Arc::clone(&api.turns).try_acquire_owned().map_err(|_| Refusal::BUSY)?;
    let (object, name, taken) = match (asked.query.get("volume"), asked.query.get("path")) {
        (Some(volume), Some(path)) => {
            let setup = api.shared.setup();
            let volume = served(&setup.plan, volume)?;
            if api.shared.is_stalled(&volume.name) {
                return Err(Refusal::BUSY);
            }
            let (own, roots, path) = (Arc::clone(api), volume.paths.clone(), PathBuf::from(path));
            let name = path.clone();
            let read = tokio::task::spawn_blocking(move || own.room.file(&roots, &path));
            let (object, taken) = read.await.map_err(|_| Refusal::INTERNAL)??;
            (object, name, taken)
        }
        (None, None) => {
            let (object, taken) = api.room.object(headers, body).await?;
            (object.map_err(|_| Refusal::TOO_LARGE)?, PathBuf::from(asked.name()?), taken)
        }
        _ => return Err(Refusal::bad("a path is one of a volume; both are named or none")),
    };
    let (writer, out) = Writer::new();
    let api = Arc::clone(api);
    tokio::task::spawn_blocking(move || {
        let _held = (turn, taken);
        // Who does not want the rest has gone; there is nobody to tell.
        catch_unwind(AssertUnwindSafe(|| report(&api, &object, &name, writer))).ok();
    });
    Ok(content(StatusCode::OK, LINES, out))
}

/// Scans an object and writes the report of it.
fn report(api: &Api, object: &Object, name: &Path, writer: Writer) -> io::Result<()> {
    let setup = api.shared.setup();
    let (catalog, key) = (&setup.catalog, &setup.key);
    let now = Timestamp::now();
    let began = Instant::now();
    let owners = Owners::default();
    let running = catalog.definitions().filter(|(_, on)| *on).map(|(definition, _)| definition.id.as_str()).collect();
    let made_with = Setup {
        kinds: catalog.kinds(),
        running,
        owners: &owners,
        key: Some(key),
        list_all: false,
        baseline: None,
        every_item: true,
    };
    let mut report = Jsonl::new(writer, made_with);
    report.begin(&Head {
        run: (setup.new_run)(now)?,
        started: format!("{now:.3}"),
        rules: catalog.digest().to_owned(),
        roots: vec![name.to_owned()],
        min_confidence: setup.options.min_confidence,
        key: KeyOrigin::File,
    })?;
    let reader = Reader::new().held(Arc::clone(object.bytes()));
    let mut source = One::new(Item::held(name));
    let options = Options { today: super::today(now), ..setup.options.clone() };
    let stop = &api.shared.stop;
    let ended = engine::scan(catalog, &mut source, &reader, &mut report, &options, &Progress::default(), stop);
    let end =
        End { ledger: &ended.ledger, failing: 0, stopped: ended.stopped.as_ref(), interrupted: ended.interrupted };
    let outcome = resolve(&end);
    let seconds = began.elapsed().as_secs_f64();
    report.finish(&Summary { outcome: &outcome, ledger: &ended.ledger, kinds: catalog.kinds(), seconds })
}

/// May it leave?
pub(crate) async fn gate(api: &Arc<Api>, asked: Asked, headers: &HeaderMap, body: Incoming) -> Result<Answer, Refusal> {
    let turn = Arc::clone(&api.turns).try_acquire_owned().map_err(|_| Refusal::BUSY)?;
    let (request, wishes) = request(api, &asked)?;
    let (object, taken) = api.room.object(headers, body).await?;
    let own = Arc::clone(api);
    let role = asked.caller.role;
    let answer = tokio::task::spawn_blocking(move || {
        let _held = (turn, taken);
        // A bug is no reason to let anything pass: nothing was released then.
        catch_unwind(AssertUnwindSafe(|| judge(&own, object, &request, &wishes, role)))
            .unwrap_or_else(|_| Refusal::INTERNAL.answer())
    })
    .await;
    answer.map_err(|_| Refusal::INTERNAL)
}

/// What judges content, as `elek gate` has it: the same content gets the same answer.
pub(super) fn sieve<'s>(api: &'s Api, setup: &'s shared::Setup, now: Timestamp) -> Sieve<'s> {
    Sieve {
        catalog: setup.whole_catalog.as_ref().unwrap_or(&setup.catalog),
        options: elek::gate::judging(Options { today: super::today(now), ..setup.options.clone() }),
        key: setup.key.bytes(),
        intake: elek::gate::Intake { memory_bytes: api.room.most_bytes, spool: None },
        stop: &api.shared.stop,
        share: Some(api.crowd.share()),
    }
}

fn judge(api: &Api, object: Result<Object, Reason>, request: &Request, wishes: &Wishes, role: Role) -> Answer {
    let setup = api.shared.setup();
    let now = Timestamp::now();
    let gate = Gate {
        sieve: sieve(api, &setup, now),
        policy: &setup.policy,
        stated: &setup.stated,
        log: &setup.api.log,
        host: &setup.api.host,
    };
    let mut released: Vec<u8> = Vec::new();
    let passed = gate.pass(object, request, wishes, None, now, &mut released);
    decided(&passed, released, request.dry_run, role)
}

fn decided(passed: &Passed, released: Vec<u8>, dry_run: bool, role: Role) -> Answer {
    let status = match passed.decision {
        Cell::Allow | Cell::Redact => StatusCode::OK,
        Cell::Hold => StatusCode::LOCKED,
        Cell::Deny => StatusCode::FORBIDDEN,
    };
    let lets_pass = status == StatusCode::OK;
    let mut answer = if lets_pass && !dry_run {
        content(status, "application/octet-stream", Out::Whole(Some(released.into())))
    } else if role == Role::Processor {
        // How the gate does, nothing of the content.
        let record = &passed.record;
        json(status, &json!({ "decision": record.decision, "reason_code": record.reason_code, "seq": passed.seq }))
    } else {
        super::answer::text(status, "application/json", passed.record.to_json(passed.seq))
    };
    let headers = answer.headers_mut();
    let mut add = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("elek-decision", passed.record.decision);
    add("elek-reason", passed.record.reason_code);
    if let Some(seq) = passed.seq {
        add("elek-seq", &seq.to_string());
    }
    answer
}

/// A volume that is looked into.
pub(crate) fn served<'p>(plan: &'p Plan, volume: &str) -> Result<&'p Served, Refusal> {
    plan.volume(volume).ok_or_else(|| {
        let is_known = plan.uninstructed.iter().any(|name| name == volume);
        if is_known { Refusal::NOT_INSTRUCTED } else { Refusal::NO_SUCH_VOLUME }
    })
}

impl Refusal {
    pub(crate) const NO_SUCH_VOLUME: Self =
        Self::new(StatusCode::NOT_FOUND, "no_such_volume", "there is no such volume");
    const NOT_INSTRUCTED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "not_instructed",
        "a processor opens content only of a volume with an instruction",
    );
}

/// What is asked of the gate.
fn request(api: &Api, asked: &Asked) -> Result<(Request, Wishes), Refusal> {
    let setup = api.shared.setup();
    let policy = &setup.policy;
    let word = |name: &str| asked.query.get(name).map(String::as_str);
    let direction = match word("direction") {
        None | Some("out") => Direction::Out,
        Some("in") => Direction::In,
        Some(_) => return Err(Refusal::bad("the direction is neither out nor in")),
    };
    let volume = word("volume").map(|id| policy.volume(id).ok_or(Refusal::NO_SUCH_VOLUME)).transpose()?;
    if asked.caller.role == Role::Processor && volume.is_none_or(|volume| volume.instruction_ref.is_none()) {
        return Err(Refusal::NOT_INSTRUCTED);
    }
    let purposes: Vec<String> =
        word("purpose").map(|ids| ids.split(',').map(str::to_owned).collect()).unwrap_or_default();
    if purposes.iter().any(|purpose| policy.purpose(purpose).is_none()) {
        return Err(Refusal::bad("a purpose is not known"));
    }
    let strength = word("strength");
    if strength.is_some_and(|word| !matches!(word, "explicit" | "weak" | "implied")) {
        return Err(Refusal::bad("the strength of consent is none of explicit, weak, implied"));
    }
    let basis = match word("basis").map(|text| (text, text.split_once(':'))) {
        None => None,
        Some((text, Some((kind, reference)))) if !kind.is_empty() && !reference.is_empty() => {
            Some(Basis { kind: kind.to_owned(), reference: text.to_owned(), strength: strength.map(str::to_owned) })
        }
        Some(_) => return Err(Refusal::bad("the legal ground is not KIND:REF")),
    };
    let approval = word("approval").map(|seq| {
        seq.parse().map_err(|_| {
            Refusal::bad("`approval` must be a whole number: the one that the approval was recorded under")
        })
    });
    let method = match word("method").map(Method::from_name) {
        None => None,
        Some(Some(method)) if method != Method::None => Some(method),
        Some(_) => return Err(Refusal::bad("the method is none of placeholder, remove, generalize, mask")),
    };
    let name = asked.name()?;
    let request = Request {
        destination: asked.part.clone(),
        direction,
        object: volume.map_or_else(|| name.clone(), |volume| format!("vol:{}/{name}", volume.id)),
        volume: volume.map(|volume| volume.id.clone()),
        purposes,
        basis,
        actor: Actor { kind: "service".to_owned(), id: asked.caller.name.clone(), os_user: setup.api.account.clone() },
        approval: approval.transpose()?,
        dry_run: asked.flag("dry_run")?,
        expected_rules: word("rules").map(str::to_owned),
        ..Request::default()
    };
    Ok((request, Wishes { method, ..Wishes::default() }))
}
