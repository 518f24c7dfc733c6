//! Requests for what is kept: findings, coverage, jobs, holds, metrics.

use super::access::Role;
use super::answer::{Answer, Refusal, json, text};
use super::intake::beneath;
use super::routes::{Asked, Endpoint};
use super::{Api, metrics as counters};
use crate::serve::journal::Level;
use elek::finding::Confidence;
use elek::gate::log::{LogError, verify};
use elek::gate::{ApproveError, Approver, approve as approve_hold};
use elek::store::{FindingFilter, Job, Reader, time_text};
use elek::survey::decisions::Decisions;
use elek::taxonomy::{Category, Jurisdiction};
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const MOST: u32 = 1000;
const USUAL: u32 = 100;
/// Longest glob or path of a query, in bytes.
const WORD_BYTES: usize = 4096;
/// Most paths of one job.
const MOST_PATHS: usize = 1000;

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
pub(crate) fn ready(api: &Api) -> Result<Answer, Refusal> {
    const NOT_READY: Refusal =
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the service ends, or its state cannot be read");
    let reads = || api.shared.store.reader().is_ok_and(|reader| reader.jobs_by_state().is_ok());
    if api.shared.stops() || !reads() {
        return Err(NOT_READY);
    }
    Ok(text(StatusCode::OK, "text/plain", "ready\n"))
}

/// Counters.
pub(crate) fn metrics(api: &Api) -> Result<Answer, Refusal> {
    let jobs = api.reader()?.jobs_by_state().map_err(|error| api.failed(&error))?;
    Ok(text(StatusCode::OK, "text/plain; version=0.0.4", counters::page(api, &jobs)))
}

/// Answers from the store and from the log.
pub(crate) fn answer(api: &Api, endpoint: Endpoint, asked: &Asked) -> Result<Answer, Refusal> {
    let answer = match endpoint {
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
        Endpoint::Volumes => volumes(api),
        Endpoint::Reports => categories(api)?,
        Endpoint::Holds => holds(api)?,
        Endpoint::Decisions => return decisions(api),
        _ => return Err(Refusal::NOT_FOUND),
    };
    Ok(json(StatusCode::OK, &answer))
}

fn number<N: std::str::FromStr>(asked: &Asked, name: &str, usual: N) -> Result<N, Refusal> {
    asked.query.get(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Refusal::bad("a number is none")))
}

fn page(asked: &Asked) -> Result<(i64, u32), Refusal> {
    let limit = number(asked, "limit", USUAL)?;
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::bad("the limit is not from 1 to 1000"));
    }
    Ok((number(asked, "after", 0)?, limit))
}

fn findings(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let (after, limit) = page(asked)?;
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
    let found = api.reader()?.findings(&filter, after, limit).map_err(|error| api.failed(&error))?;
    let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.id);
    let records: Vec<_> = found.iter().map(|finding| json!(finding.record())).collect();
    Ok(json!({ "findings": records, "next": next }))
}

fn jobs(api: &Api, asked: &Asked) -> Result<Value, Refusal> {
    let (after, limit) = page(asked)?;
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
        let volume = setup.plan.volume(&wanted.volume).ok_or(Refusal::NO_SUCH_VOLUME)?;
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

fn volumes(api: &Api) -> Value {
    let setup = api.shared.setup();
    let status = api.shared.status();
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

/// Volumes by categories, with their class by law.
fn categories(api: &Api) -> Result<Value, Refusal> {
    let kinds = api.reader()?.kinds().map_err(|error| api.failed(&error))?;
    let rows: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let [low, medium, high] = kind.by_confidence;
            let category = Category::find(&kind.category);
            let law = |category: &'static Category| {
                let classes =
                    Jurisdiction::ALL.into_iter().map(|law| (law.code().to_owned(), json!(category.law(law))));
                classes.collect::<Map<_, _>>()
            };
            json!({
                "volume": kind.volume,
                "category": kind.category,
                "detector": kind.detector,
                "severity": kind.severity,
                "items": kind.items,
                "count": low + medium + high,
                "confidence": { "low": low, "medium": medium, "high": high },
                "law": category.map(law),
            })
        })
        .collect();
    Ok(json!({ "schema": "elek.categories/1", "rows": rows }))
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

fn decisions(api: &Api) -> Result<Answer, Refusal> {
    let setup = api.shared.setup();
    match verify(setup.api.log.path(), Some(&setup.api.log.public_key())) {
        Ok(Ok(whole)) => Ok(json(StatusCode::OK, &whole)),
        Ok(Err(broken)) => Ok(json(StatusCode::CONFLICT, &broken)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Refusal::NOT_FOUND),
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
    const LONGEST_CHARS: usize = 1000;
    let wanted: Approving = api.room.json(headers, body).await?;
    let hours = wanted.hours.unwrap_or(24);
    if !(1..=8760).contains(&hours)
        || wanted.reason.chars().count() > LONGEST_CHARS
        || wanted.role.len() > LONGEST_CHARS
    {
        return Err(Refusal::bad("an approval has a reason, a role and 1 to 8760 hours"));
    }
    let api = Arc::clone(api);
    let approved = tokio::task::spawn_blocking(move || {
        let setup = api.shared.setup();
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
