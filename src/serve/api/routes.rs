//! What can be asked: one table, from which requests are answered and `/openapi.json` is made.

use super::access::{Caller, Role};
use super::answer::{Answer, Refusal, json, text};
use super::{Api, ask, content, openapi};
use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderMap, HeaderValue, STRICT_TRANSPORT_SECURITY};
use hyper::{Method, Request, StatusCode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Healthy,
    Ready,
    Metrics,
    OpenApi,
    Scan,
    Gate,
    Jobs,
    Job,
    AddJob,
    Findings,
    Coverage,
    Status,
    Volumes,
    Reports,
    Holds,
    Approve,
    Decisions,
    Verify,
    Page,
}

/// A parameter of a query: its name, its JSON type, what it means.
pub(crate) type Parameter = (&'static str, &'static str, &'static str);

/// What can be asked.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// `{name}` stands for one part.
    pub(crate) path: &'static str,
    /// Roles that may; empty: anybody.
    pub(crate) roles: &'static [Role],
    pub(crate) endpoint: Endpoint,
    pub(crate) summary: &'static str,
    pub(crate) query: &'static [Parameter],
    /// Type of the content that is taken in.
    pub(crate) takes: Option<&'static str>,
    /// Statuses and what they mean, and types of answers.
    pub(crate) answers: &'static [(u16, &'static str, &'static str)],
}

const OPERATOR: &[Role] = &[Role::Operator];
const ALL: &[Role] = &[Role::Operator, Role::Processor, Role::Auditor];
const RUNS: &[Role] = &[Role::Operator, Role::Processor];
const PROVES: &[Role] = &[Role::Operator, Role::Auditor];
const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const LINES: &str = "application/jsonl";

const VOLUME: Parameter = ("volume", "string", "a volume of the configuration");

/// Every route.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/",
        roles: &[],
        endpoint: Endpoint::Page,
        summary: "The page of the service for people; it asks the rest itself",
        query: &[],
        takes: None,
        answers: &[(200, "text/html", "the page")],
    },
    Route {
        method: Method::GET,
        path: "/healthz",
        roles: &[],
        endpoint: Endpoint::Healthy,
        summary: "Whether the service lives",
        query: &[],
        takes: None,
        answers: &[(200, "text/plain", "it lives")],
    },
    Route {
        method: Method::GET,
        path: "/readyz",
        roles: &[],
        endpoint: Endpoint::Ready,
        summary: "Whether the service does its work: its state can be read, and it does not end",
        query: &[],
        takes: None,
        answers: &[(200, "text/plain", "it is ready"), (503, JSON, "it is not")],
    },
    Route {
        method: Method::GET,
        path: "/metrics",
        roles: ALL,
        endpoint: Endpoint::Metrics,
        summary: "Counters for Prometheus, without names and values",
        query: &[],
        takes: None,
        answers: &[(200, "text/plain; version=0.0.4", "metrics")],
    },
    Route {
        method: Method::GET,
        path: "/openapi.json",
        roles: ALL,
        endpoint: Endpoint::OpenApi,
        summary: "This description",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "the description")],
    },
    Route {
        method: Method::POST,
        path: "/v1/scan",
        roles: OPERATOR,
        endpoint: Endpoint::Scan,
        summary: "Scan the content sent, or a file below the paths of a volume; the report comes as it is made",
        query: &[
            ("name", "string", "a name for the content sent: a hint at its format"),
            VOLUME,
            ("path", "string", "a file of the volume, instead of content"),
        ],
        takes: Some(BYTES),
        answers: &[
            (200, LINES, "lines of elek.scan/1; the last one is the summary"),
            (403, JSON, "a volume without an instruction"),
            (404, JSON, "no such file or volume"),
            (413, JSON, "too much content"),
            (503, JSON, "no room now"),
        ],
    },
    Route {
        method: Method::POST,
        path: "/v1/gate/{dest}",
        roles: RUNS,
        endpoint: Endpoint::Gate,
        summary: "May it leave? Judge and record the content sent, and give back what may go",
        query: &[
            ("direction", "string", "out, or in for an answer that comes back"),
            VOLUME,
            ("purpose", "string", "declared purposes, separated by commas"),
            ("basis", "string", "legal ground and where it is kept: KIND:REF"),
            ("strength", "string", "how consent was given: explicit, weak, implied"),
            ("approval", "integer", "number of the approval that lets a held object pass"),
            ("method", "string", "placeholder, remove, generalize, mask"),
            ("rules", "string", "refuse unless these rules are in force"),
            ("name", "string", "a name for the content"),
            ("dry_run", "boolean", "judge and record, release nothing; the answer is the record"),
        ],
        takes: Some(BYTES),
        answers: &[
            (200, BYTES, "it may go (`elek-decision: allow`), or this copy may (`redact`)"),
            (403, JSON, "deny: it must not leave; the record"),
            (404, JSON, "no such volume; nothing was released"),
            (413, JSON, "too much content; nothing was released"),
            (423, JSON, "hold: a named person must approve it; the record"),
            (503, JSON, "no room now; nothing was released"),
        ],
    },
    Route {
        method: Method::GET,
        path: "/v1/jobs",
        roles: RUNS,
        endpoint: Endpoint::Jobs,
        summary: "Jobs by number",
        query: &[("after", "integer", "only jobs after this number"), ("limit", "integer", "1 to 1000; else 100")],
        takes: None,
        answers: &[(200, JSON, "jobs, and where to go on")],
    },
    Route {
        method: Method::POST,
        path: "/v1/jobs",
        roles: RUNS,
        endpoint: Endpoint::AddJob,
        summary: "Ask for a volume, or files and folders of it, to be scanned: {\"volume\":…,\"paths\":[…]}",
        query: &[],
        takes: Some(JSON),
        answers: &[
            (202, JSON, "the job will be done, whatever happens to the service"),
            (403, JSON, "a volume without an instruction"),
            (404, JSON, "no such volume or path"),
        ],
    },
    Route {
        method: Method::GET,
        path: "/v1/jobs/{id}",
        roles: RUNS,
        endpoint: Endpoint::Job,
        summary: "How far a job is",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "the job"), (404, JSON, "no such job")],
    },
    Route {
        method: Method::GET,
        path: "/v1/findings",
        roles: OPERATOR,
        endpoint: Endpoint::Findings,
        summary: "Findings by number: masks and keyed fingerprints",
        query: &[
            ("after", "integer", "only findings after this number"),
            ("limit", "integer", "1 to 1000; else 100"),
            ("detector", "string", "ids or globs, separated by commas"),
            ("category", "string", "a category of the taxonomy"),
            ("path", "string", "in this file, or below this folder"),
            ("min_confidence", "string", "low, medium, high"),
            ("run", "string", "in items that this run read"),
            VOLUME,
        ],
        takes: None,
        answers: &[(200, JSON, "findings, and where to go on")],
    },
    Route {
        method: Method::GET,
        path: "/v1/coverage",
        roles: ALL,
        endpoint: Endpoint::Coverage,
        summary: "elek.status/1: what is kept, and what was not read in full",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "coverage by volume")],
    },
    Route {
        method: Method::GET,
        path: "/v1/volumes",
        roles: ALL,
        endpoint: Endpoint::Volumes,
        summary: "Volumes as declared, and how they are served",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "volumes")],
    },
    Route {
        method: Method::GET,
        path: "/v1/status",
        roles: ALL,
        endpoint: Endpoint::Status,
        summary: "elek.service/1: what is running and how far",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "the state of the service")],
    },
    Route {
        method: Method::GET,
        path: "/v1/reports/{kind}",
        roles: OPERATOR,
        endpoint: Endpoint::Reports,
        summary: "A report of what is kept: overview, purposes, register",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "the report, as `elek report` writes it"), (404, JSON, "no such report")],
    },
    Route {
        method: Method::GET,
        path: "/v1/approvals",
        roles: PROVES,
        endpoint: Endpoint::Holds,
        summary: "Held decisions that wait for a person",
        query: &[],
        takes: None,
        answers: &[(200, JSON, "holds, the oldest first")],
    },
    Route {
        method: Method::POST,
        path: "/v1/approvals",
        roles: OPERATOR,
        endpoint: Endpoint::Approve,
        summary: "Approve a held decision: {\"seq\":…,\"role\":…,\"reason\":…,\"hours\":…}",
        query: &[],
        takes: Some(JSON),
        answers: &[(201, JSON, "the number of the approval"), (404, JSON, "no such held decision")],
    },
    Route {
        method: Method::GET,
        path: "/v1/decisions",
        roles: PROVES,
        endpoint: Endpoint::Decisions,
        summary: "The newest decisions and approvals, newest first",
        query: &[("limit", "integer", "1 to 1000; else 100")],
        takes: None,
        answers: &[(200, JSON, "decisions in short")],
    },
    Route {
        method: Method::GET,
        path: "/v1/decisions/verify",
        roles: PROVES,
        endpoint: Endpoint::Verify,
        summary: "Whether the chain of decisions holds",
        query: &[],
        takes: None,
        answers: &[
            (200, JSON, "it holds"),
            (404, JSON, "nothing was decided yet"),
            (409, JSON, "it is broken: where and why"),
        ],
    },
];

/// A request that was let in.
pub(crate) struct Asked {
    pub(crate) caller: Caller,
    /// What stands for `{name}`.
    pub(crate) part: String,
    pub(crate) query: BTreeMap<String, String>,
}

impl Route {
    /// Whether this path is one of the route, and what stands for its `{name}`.
    fn fits(&self, path: &str) -> Option<String> {
        let mut part = String::new();
        let (mut own, mut asked) = (self.path.split('/'), path.split('/'));
        loop {
            match (own.next(), asked.next()) {
                (None, None) => return Some(part),
                (Some(own), Some(asked)) if own.starts_with('{') && !asked.is_empty() => {
                    part = decoded(asked)?;
                }
                (Some(own), Some(asked)) if own == asked => {}
                _ => return None,
            }
        }
    }
}

impl Refusal {
    pub(crate) const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here");
    const WRONG_METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "this cannot be asked in this way");
}

/// The route of a request, and what stands for its `{name}`.
fn find(method: &Method, path: &str) -> Result<Option<(&'static Route, String)>, Refusal> {
    let mut is_known = false;
    for route in ROUTES {
        if let Some(part) = route.fits(path) {
            if route.method == *method {
                return Ok(Some((route, part)));
            }
            is_known = true;
        }
    }
    if is_known { Err(Refusal::WRONG_METHOD) } else { Ok(None) }
}

/// The ways in which a path may be asked (RFC 9110, 10.2.1).
fn methods(path: &str) -> HeaderValue {
    let fitting = ROUTES.iter().filter(|route| route.fits(path).is_some()).map(|route| route.method.as_str());
    HeaderValue::from_str(&fitting.collect::<Vec<_>>().join(", ")).unwrap_or(HeaderValue::from_static(""))
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Its account, over a unix socket.
    pub(crate) account: Option<u32>,
    /// It came from another machine, over TLS.
    pub(crate) is_encrypted: bool,
}

/// Answers a request. Whatever happens, nothing of it comes back in a refusal.
pub(crate) async fn answer(api: Arc<Api>, peer: Peer, request: Request<Incoming>) -> Answer {
    let path = request.uri().path().to_owned();
    let answered = try_answer(&api, peer.account, request).await;
    let mut answer = answered.unwrap_or_else(Refusal::answer);
    if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
        answer.headers_mut().insert(ALLOW, methods(&path));
    }
    if peer.is_encrypted {
        // RFC 6797: a browser that was here once comes over TLS alone, for a year.
        answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    api.counted(answer.status());
    answer
}

async fn try_answer(api: &Arc<Api>, account: Option<u32>, request: Request<Incoming>) -> Result<Answer, Refusal> {
    let (head, body) = request.into_parts();
    let setup = api.shared.setup();
    let access = &setup.api.access;
    access.check_names(&head.headers)?;
    let Some((route, part)) = find(&head.method, head.uri.path())? else {
        // Who may ask nothing learns nothing of what there is.
        return Err(access.caller(&head.headers, account).map_or_else(|refusal| refusal, |_| Refusal::NOT_FOUND));
    };
    let nobody = || Caller { role: Role::Auditor, name: String::new() };
    let caller = if route.roles.is_empty() { nobody() } else { access.caller(&head.headers, account)? };
    if !route.roles.is_empty() && !route.roles.contains(&caller.role) {
        return Err(Refusal::NOT_PERMITTED);
    }
    let query = parameters(head.uri.query().unwrap_or_default())?;
    if query.keys().any(|name| !route.query.iter().any(|(known, ..)| known == name)) {
        return Ok(unknown_parameter(route));
    }
    let asked = Asked { caller, part, query };
    match route.endpoint {
        Endpoint::Healthy => Ok(text(StatusCode::OK, "text/plain", "ok\n")),
        Endpoint::Page => {
            let known = access.caller(&HeaderMap::new(), account).is_ok();
            ask::page(&head.headers, !known)
        }
        Endpoint::OpenApi => Ok(json(StatusCode::OK, &openapi::document())),
        Endpoint::Scan => content::scan(api, asked, &head.headers, body).await,
        Endpoint::Gate => content::gate(api, asked, &head.headers, body).await,
        Endpoint::AddJob => ask::add_job(api, &head.headers, body).await,
        Endpoint::Approve => ask::approve(api, asked, &head.headers, body).await,
        other => {
            let api = Arc::clone(api);
            // The store is read on a thread of its own.
            let answer = tokio::task::spawn_blocking(move || ask::answer(&api, other, &asked));
            answer.await.map_err(|_| Refusal::INTERNAL)?
        }
    }
}

/// The refusal of a query: it names what is known, since nothing of a request comes back.
fn unknown_parameter(route: &Route) -> Answer {
    let known: Vec<&str> = route.query.iter().map(|(name, ..)| *name).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let detail = format!("the query has a parameter that is not known here; known: {known}");
    json(StatusCode::BAD_REQUEST, &serde_json::json!({ "error": "bad_request", "detail": detail }))
}

/// The parameters of a query; each at most once.
fn parameters(query: &str) -> Result<BTreeMap<String, String>, Refusal> {
    const MOST: usize = 32;
    let mut found = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()).take(MOST) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let both = decoded(&name.replace('+', " ")).zip(decoded(&value.replace('+', " ")));
        let (name, value) = both.ok_or(Refusal::bad("the query is not UTF-8 in percent signs"))?;
        if found.insert(name, value).is_some() {
            return Err(Refusal::bad("the query names a parameter twice"));
        }
    }
    Ok(found)
}

/// A text without percent signs; `None` if it is none.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high << 4 | low).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fit_one_route_of_each_method() {
        for (path, part) in
            [("/v1/gate/copilot", "copilot"), ("/v1/jobs/7", "7"), ("/v1/gate/%D0%B0", "а"), ("/healthz", "")]
        {
            let fitting: Vec<_> = ROUTES.iter().filter_map(|route| route.fits(path)).collect();
            assert_eq!(fitting, [part], "{path}");
        }
        for path in
            ["/v1/gate/", "/v1/gate/a/b", "//healthz", "/healthz/", "/v1/gate/%", "/v1/gate/%ff", "/v1/gate/a%00"]
        {
            assert!(ROUTES.iter().all(|route| route.fits(path).is_none()), "{path}");
        }
        for (index, route) in ROUTES.iter().enumerate() {
            let same = |other: &Route| other.method == route.method && other.path == route.path;
            assert_eq!(ROUTES.iter().position(same), Some(index), "{}", route.path);
        }
    }

    #[test]
    fn queries() {
        let read = |query: &str| parameters(query).map(|found| found.into_iter().collect::<Vec<_>>()).ok();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("a=1&b=%D0%B0+x&c"), Some(vec![pair("a", "1"), pair("b", "а x"), pair("c", "")]));
        assert_eq!((read("a=1&a=2"), read("a=%zz"), read("a=%ff")), (None, None, None));
    }
}
