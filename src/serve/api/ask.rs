//! Requests for what is kept: findings, coverage, jobs, holds, metrics.

use super::access::Role;
use super::answer::{Answer, Refusal, json, text as text_answer};
use super::content::{served, sieve};
use super::intake::beneath;
use super::routes::{Asked, Endpoint};
use super::{Api, metrics as counters};
use crate::serve::journal::Level;
use elek::finding::Confidence;
use elek::gate::log::{Expected, LogError, verify};
use elek::gate::{ApproveError, Approver, approve as approve_hold};
use elek::lang::Lang;
use elek::store::{FindingFilter, Job, Reader, Unknown, time_text};
use elek::survey::decisions::{Decisions, newest};
use elek::survey::json::line;
use elek::survey::{Holdings, overview, page as survey_page, purposes, register, stored};
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, REFERRER_POLICY};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const MOST: u32 = 1000;
const USUAL: u32 = 100;
/// Longest glob or path of a query, in bytes.
const WORD_BYTES: usize = 4096;
/// Most paths of one job.
pub(crate) const MOST_PATHS: usize = 1000;
/// Longest role and reason of an approval, in characters.
pub(crate) const LONGEST_TEXT: usize = 1000;
/// Longest time that an approval holds.
pub(crate) const LONGEST_HOURS: u32 = 8760;

impl Api {
    fn reader(&self) -> Result<Reader, Refusal> {
        self.shared.store.reader().map_err(|error| self.failed(&error))
    }

    /// The cause goes into the log, not into the answer.
    fn failed(&self, error: &dyn std::error::Error) -> Refusal {
        let why =
            std::error::Error::source(error).map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        self.shared.journal.say(Level::Error, "a request failed", [("why", json!(why))]);
        Refusal::INTERNAL
    }
}

/// Whether it does its work.
fn ready(api: &Api) -> Result<Answer, Refusal> {
    const NOT_READY: Refusal =
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the service ends, or its state cannot be read");
    let reads = || api.shared.store.reader().is_ok_and(|reader| reader.jobs_by_state().is_ok());
    if api.shared.stops() || !reads() {
        return Err(NOT_READY);
    }
    Ok(text_answer(StatusCode::OK, "text/plain", "ready\n"))
}

/// Counters.
fn metrics(api: &Api) -> Result<Answer, Refusal> {
    let reader = api.reader()?;
    let jobs = reader.jobs_by_state().map_err(|error| api.failed(&error))?;
    let mut unread = BTreeMap::new();
    for gap in reader.gaps().map_err(|error| api.failed(&error))? {
        *unread.entry(gap.reason).or_default() += gap.items;
    }
    let held = reader.by_confidence().map_err(|error| api.failed(&error))?;
    Ok(text_answer(StatusCode::OK, "text/plain; version=0.0.4", counters::page(api, &jobs, held, &unread)))
}

/// Answers from the store and from the log.
pub(crate) fn answer(api: &Api, endpoint: Endpoint, asked: &Asked) -> Result<Answer, Refusal> {
    let answer = match endpoint {
        Endpoint::Ready => return ready(api),
        Endpoint::Metrics => return metrics(api),
        Endpoint::Findings => findings(api, asked)?,
        Endpoint::Jobs => jobs(api, asked)?,
        Endpoint::Job => {
            let id = asked.part.parse().map_err(|_| Refusal::NOT_FOUND)?;
            let job = api.reader()?.job(id).map_err(|error| api.failed(&error))?;
            job_json(&job.ok_or(Refusal::NOT_FOUND)?, asked.caller.role)
        }
        Endpoint::Coverage => {
            let status = api.reader()?.status(asked.caller.role == Role::Operator);
            json!(status.map_err(|error| api.failed(&error))?)
        }
        Endpoint::Status => status(api, asked.caller.role),
        Endpoint::Volumes => volumes(api, asked.caller.role),
        Endpoint::Reports => {
            let _turn = api.turns.try_acquire().map_err(|_| Refusal::BUSY)?;
            return report(api, &asked.part);
        }
        Endpoint::Holds => holds(api)?,
        Endpoint::Decisions => newest_decisions(api, asked)?,
        Endpoint::Verify => return verified(api),
        _ => return Err(Refusal::NOT_FOUND),
    };
    Ok(json(StatusCode::OK, &answer))
}

fn number<N: std::str::FromStr>(asked: &Asked, name: &str, usual: N, refused: &'static str) -> Result<N, Refusal> {
    asked.query.get(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Refusal::bad(refused)))
}

fn page_of(asked: &Asked) -> Result<(i64, u32), Refusal> {
    const LIMIT: &str = "`limit` must be a whole number from 1 to 1000";
    const AFTER: &str = "`after` must be a whole number: the `next` of the page before";
    let limit = number(asked, "limit", USUAL, LIMIT)?;
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::bad(LIMIT));
    }
    Ok((number(asked, "after", 0, AFTER)?, limit))
}

fn findings(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let (after, limit) = page_of(asked)?;
    if asked.query.values().any(|word| word.len() > WORD_BYTES) {
        return Err(Refusal::bad("a parameter is too long"));
    }
    let detectors: Vec<String> =
        asked.query.get("detector").map(|ids| ids.split(',').map(str::to_owned).collect()).unwrap_or_default();
    // Each star of a glob may cost as much as the whole id.
    if detectors.len() > 64 || detectors.iter().any(|glob| glob.len() > 64 || glob.matches('*').count() > 4) {
        return Err(Refusal::bad("the detectors are too many, or their globs too long"));
    }
    let level = asked
        .query
        .get("min_confidence")
        .map(|name| Confidence::from_name(name).ok_or(Refusal::bad("the confidence is none of low, medium, high")));
    let filter = FindingFilter {
        volume: asked.query.get("volume").cloned(),
        detectors,
        path: asked.query.get("path").map(PathBuf::from),
        min_confidence: level.transpose()?,
        run: asked.query.get("run").cloned(),
        category: asked.query.get("category").cloned(),
        ..FindingFilter::default()
    };
    if filter.path.as_deref().is_some_and(Path::is_relative) {
        return Err(Refusal::bad("the path of a file begins with `/`"));
    }
    let reader = api.reader()?;
    let is_declared = filter.volume.as_ref().is_some_and(|id| api.shared.setup().policy.volume(id).is_some());
    // A volume that was never scanned is none to the store; the rest of the filter is asked for all the same.
    let asked_for = FindingFilter { volume: filter.volume.clone().filter(|_| !is_declared), ..filter.clone() };
    match reader.unknown(&asked_for).map_err(|error| api.failed(&error))? {
        Some(Unknown::Volume) => return Err(Refusal::NO_SUCH_VOLUME),
        Some(Unknown::Detector(_)) => return Err(Refusal::bad("no detector of this name was ever looked for")),
        Some(Unknown::Category) => return Err(Refusal::bad("no detector of this category was ever looked for")),
        Some(Unknown::Run) => {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_run", "no run of this id is kept"));
        }
        None => {}
    }
    let found = reader.findings(&filter, after, limit).map_err(|error| api.failed(&error))?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.id);
    let records: Vec<_> = found.iter().map(|finding| json!(finding.record())).collect();
    Ok(json!({ "findings": records, "next": next }))
}

fn jobs(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let (after, limit) = page_of(asked)?;
    let found = api.reader()?.jobs(after, limit).map_err(|error| api.failed(&error))?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.id);
    let jobs: Vec<_> = found.iter().map(|job| job_json(job, asked.caller.role)).collect();
    Ok(json!({ "jobs": jobs, "next": next }))
}

fn job_json(job: &Job, role: Role) -> Value {
    let mut fields = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    add("id", json!(job.id));
    add("kind", json!(job.kind));
    add("volume", json!(job.volume));
    add("state", json!(job.state.name()));
    add("created", json!(time_text(job.created_ms)));
    add("started", json!(job.started_ms.map(time_text)));
    add("ended", json!(job.ended_ms.map(time_text)));
    add("attempts", json!(job.attempts));
    add("run", json!(job.run));
    if role == Role::Operator {
        // Names of files are content to a processor.
        add("request", serde_json::from_str(&job.request).unwrap_or(Value::Null));
        add("detail", json!(job.detail));
    }
    Value::Object(fields)
}

/// What a job asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    volume: String,
    #[serde(default)]
    paths: Vec<String>,
}

/// Adds a job.
pub(crate) async fn add_job(api: &Arc<Api>, headers: &HeaderMap, body: Incoming) -> Result<Answer, Refusal> {
    let wanted: Wanted = api.room.json(headers, body).await?;
    let api = Arc::clone(api);
    let added = tokio::task::spawn_blocking(move || {
        let setup = api.shared.setup();
        let volume = served(&setup.plan, &wanted.volume)?;
        if wanted.paths.len() > MOST_PATHS {
            return Err(Refusal::bad("there are too many paths"));
        }
        let mut paths = Vec::new();
        for path in &wanted.paths {
            let path = PathBuf::from(path);
            let root = volume.paths.iter().find(|root| *root == &path || beneath(root, &path).is_some());
            let root = root.ok_or(Refusal::NO_SUCH_PATH)?;
            paths.push(if path.is_absolute() { path } else { root.join(path) });
        }
        let request = json!({ "paths": paths }).to_string();
        let now = Timestamp::now().as_millisecond();
        let id = api.shared.store.add_job("scan", &wanted.volume, &request, now).map_err(|error| api.failed(&error))?;
        api.shared.jobs.store(true, Ordering::Relaxed);
        api.shared.wake();
        Ok(json(StatusCode::ACCEPTED, &json!({ "id": id, "state": "queued" })))
    });
    added.await.map_err(|_| Refusal::INTERNAL)?
}

fn volumes(api: &Api, role: Role) -> Value {
    let setup = api.shared.setup();
    let status = status(api, role);
    let served: Vec<Value> = setup
        .policy
        .volumes()
        .map(|volume| {
            let own = |row: &&Value| row.get("name").and_then(Value::as_str) == Some(&volume.id);
            json!({
                "volume": volume.id,
                "country": volume.country.map(|country| country.code().to_owned()),
                "jurisdiction": volume.jurisdiction,
                "role": volume.role,
                "purposes": volume.purposes,
                "instructed": volume.instruction_ref.is_some(),
                "served": status.get("volumes").and_then(Value::as_array).and_then(|rows| rows.iter().find(own)),
            })
        })
        .collect();
    json!({ "volumes": served })
}

/// A report of what is kept.
fn report(api: &Api, kind: &str) -> Result<Answer, Refusal> {
    let setup = api.shared.setup();
    let reader = api.reader()?;
    let base = Path::new("/");
    let mut holdings = Holdings::new(&setup.policy, base);
    let all = |holdings: &mut Holdings<'_>| {
        let read = stored::read(&reader, base, |user| user.to_string(), holdings);
        read.map(|()| holdings.close()).map_err(|error| api.failed(&error))
    };
    let text = match kind {
        "overview" => {
            stored::sums(&reader, base, &mut holdings).map_err(|error| api.failed(&error))?;
            line(&overview::overview(&holdings))
        }
        "purposes" => {
            all(&mut holdings)?;
            line(&purposes::judge(&holdings))
        }
        "register" => {
            all(&mut holdings)?;
            line(&register::register(&holdings))
        }
        _ => return Err(Refusal::NOT_FOUND),
    };
    Ok(text_answer(StatusCode::OK, "application/json", text.map_err(|error| api.failed(&error))?))
}

/// The state of the service; what went wrong with a volume may name a file.
fn status(api: &Api, role: Role) -> Value {
    let mut status = api.shared.status();
    if role != Role::Operator {
        let volumes = status.get_mut("volumes").and_then(Value::as_array_mut);
        for error in volumes.into_iter().flatten().filter_map(|volume| volume.get_mut("error")) {
            if !error.is_null() {
                *error = json!("failed");
            }
        }
    }
    // What a page may ask for depends on it.
    if let Some(fields) = status.as_object_mut() {
        fields.insert("role".to_owned(), role.name().into());
    }
    status
}

/// The page for people, in the language that the browser asks for. `token_needed`: nobody is known by the way they came.
pub(crate) fn page(headers: &HeaderMap, token_needed: bool) -> Result<Answer, Refusal> {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = wanted.split(',').take(16).find_map(|one| Lang::from_locale(one.split(';').next()?.trim()));
    let made = survey_page::console(lang.unwrap_or_default(), token_needed);
    let (page, policy) = made.map_err(|_| Refusal::INTERNAL)?;
    let mut answer = text_answer(StatusCode::OK, "text/html; charset=utf-8", page);
    let policy = HeaderValue::from_str(&policy).map_err(|_| Refusal::INTERNAL)?;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

fn newest_decisions(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let limit = page_of(asked)?.1;
    let setup = api.shared.setup();
    let decisions = match File::open(setup.api.log.path()) {
        Ok(mut file) => newest(&mut file, limit as usize).map_err(|error| api.failed(&error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(api.failed(&error)),
    };
    Ok(json!({ "decisions": decisions }))
}

fn holds(api: &Api) -> Result<Value, Refusal> {
    let setup = api.shared.setup();
    let file = match File::open(setup.api.log.path()) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(json!({ "holds": [] })),
        Err(error) => return Err(api.failed(&error)),
    };
    let decisions = Decisions::read(&mut BufReader::new(file), "").map_err(|error| api.failed(&error))?;
    Ok(json!({ "holds": decisions.open().collect::<Vec<_>>() }))
}

fn verified(api: &Api) -> Result<Answer, Refusal> {
    let setup = api.shared.setup();
    let key = setup.api.log.public_key();
    match verify(setup.api.log.path(), Expected { key: Some(&key), line: None }) {
        Ok(Ok(whole)) => Ok(json(StatusCode::OK, &whole)),
        Ok(Err(broken)) => Ok(json(StatusCode::CONFLICT, &broken)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Refusal::new(StatusCode::NOT_FOUND, "no_decisions", "nothing was decided yet"))
        }
        Err(error) => Err(api.failed(&error)),
    }
}

/// An approval that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approving {
    seq: u64,
    role: String,
    reason: String,
    hours: Option<u32>,
}

/// Approves a held decision.
pub(crate) async fn approve(
    api: &Arc<Api>, asked: Asked, headers: &HeaderMap, body: Incoming,
) -> Result<Answer, Refusal> {
    let wanted: Approving = api.room.json(headers, body).await?;
    let hours = wanted.hours.unwrap_or(24);
    let is_too_long = |text: &str| text.chars().count() > LONGEST_TEXT;
    if !(1..=LONGEST_HOURS).contains(&hours) || is_too_long(&wanted.reason) || is_too_long(&wanted.role) {
        return Err(Refusal::bad("an approval has a reason, a role and 1 to 8760 hours"));
    }
    let api = Arc::clone(api);
    let approved = tokio::task::spawn_blocking(move || {
        let setup = api.shared.setup();
        let sieve = sieve(&api, &setup, Timestamp::now());
        if sieve.holds_values(&wanted.role) || sieve.holds_values(&wanted.reason) {
            return Err(Refusal::bad(
                "the role or the reason holds what looks like personal data; a record holds none",
            ));
        }
        let approver = Approver { os_user: asked.caller.name, role: wanted.role };
        match approve_hold(&setup.api.log, wanted.seq, approver, &wanted.reason, hours, Timestamp::now()) {
            Ok((seq, expires)) => {
                Ok(json(StatusCode::CREATED, &json!({ "seq": seq, "expires": format!("{expires:.0}") })))
            }
            Err(ApproveError::Log(LogError::Missing { .. }) | ApproveError::NotHeld(_)) => {
                Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_hold", "there is no held decision of this number"))
            }
            Err(ApproveError::Unsigned) => Err(Refusal::bad("an approval needs a role and a reason")),
            Err(error) => Err(api.failed(&error)),
        }
    });
    approved.await.map_err(|_| Refusal::INTERNAL)?
}
