//! The service's answers over HTTP: `/v1/…`, health, metrics.
//!
//! In:      requests over a unix socket; with a token over the loopback interface as well, and with a certificate over any.
//! Out:     JSON, and content that may leave.
//! Promise: every request has bounds in size and time; a path of a request is resolved below the paths of a volume by the
//!          kernel; the gate answers as `elek gate` does, and lets nothing pass when anything fails; no refusal repeats a
//!          byte of what was asked.

mod access;
mod answer;
mod ask;
mod content;
mod door;
mod intake;
mod metrics;
mod openapi;
pub(crate) mod plan;
mod routes;
mod tls;

use super::journal::Level;
use super::shared::Shared;
pub(crate) use access::Access;
use door::Door;
use elek::check::Day;
use elek::gate::Crowd;
use elek::gate::log::Log;
use elek::report::escape;
use hyper::StatusCode;
use intake::Room;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use plan::ApiPlan;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
pub(crate) use tls::Tls;
use tokio::sync::Semaphore;

/// Content of all requests that are under way, in bytes. Each lies in memory up to three times: as it came, as a copy, and as
/// the answer that is sent; the unit allows a gigabyte for these, what is found in them, and the walks.
const ALL_CONTENT: u64 = 128 << 20;

/// What the command line prepares for answers; swapped with the rest of the setup.
pub(crate) struct Parts {
    /// Decisions are recorded here.
    pub(crate) log: Log,
    /// Name of this machine.
    pub(crate) host: String,
    /// Name of the account that the program runs under.
    pub(crate) account: String,
    /// Who may ask.
    pub(crate) access: Access,
    /// What the interface is opened with.
    pub(crate) tls: Option<Tls>,
}

/// See the module.
pub(crate) struct Api {
    shared: Arc<Shared>,
    room: Room,
    /// Requests that scan at the same time.
    turns: Arc<Semaphore>,
    /// Room for what is found in the objects that are judged.
    crowd: Crowd,
    /// Answers by the first digit of their status.
    answers: [AtomicU64; 5],
    handshakes_failed: AtomicU64,
}

impl Api {
    fn counted(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).checked_sub(1);
        if let Some(count) = class.and_then(|class| self.answers.get(class)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Who may ask, by the plan.
pub(crate) fn access(plan: Option<&ApiPlan>, user: u32) -> Result<Access, String> {
    let (tokens, hosts) = plan.map_or((None, &[][..]), |plan| (plan.tokens.as_deref(), &plan.hosts[..]));
    let access = Access::new(tokens, hosts, user).map_err(|error| format!("cannot use the file of tokens: {error}"))?;
    if plan.is_some_and(|plan| plan.listen.is_some()) && !access.has_tokens() {
        let lacks = match tokens {
            None => "name a file of them as `tokens` in `[serve.api]`".to_owned(),
            Some(path) => format!("`{}` holds none, a line each: ROLE NAME TOKEN", escape::path(path)),
        };
        return Err(format!("the interface is opened to tokens only: {lacks}"));
    }
    Ok(access)
}

/// The certificate, by the plan.
pub(crate) fn tls(plan: Option<&ApiPlan>) -> Result<Option<Tls>, String> {
    let files = plan.and_then(|plan| plan.certificate.as_ref());
    files.map(Tls::read).transpose().map_err(|error| error.to_string())
}

/// A certificate that ends within this time is told, in seconds.
pub(crate) const CERTIFICATE_ENDS_SOON: i64 = 14 * 86_400;

/// Says when the certificate ends, if that is soon.
pub(crate) fn tell_certificate(shared: &Shared) {
    let setup = shared.setup();
    let Some(tls) = &setup.api.tls else { return };
    let left = tls.seconds_left(Timestamp::now().as_second());
    if left < CERTIFICATE_ENDS_SOON {
        let (level, what) = if left < 0 {
            (Level::Error, "the certificate is over")
        } else {
            (Level::Warning, "the certificate ends soon")
        };
        shared.journal.say(level, what, [("days", serde_json::json!(left.div_euclid(86_400)))]);
    }
}

/// Opens the ways in, and answers until the service ends. Must be called on the runtime.
pub(crate) fn start(shared: &Arc<Shared>) -> Result<(), String> {
    let setup = shared.setup();
    let Some(plan) = &setup.plan.api else { return Ok(()) };
    let socket = plan.socket.clone().unwrap_or_else(|| setup.state.join("api.sock"));
    let handshake = setup.api.tls.as_ref().map(|tls| Arc::clone(&tls.handshake));
    let door = match Door::open(&socket, plan.socket_mode, plan.listen, handshake) {
        Ok(door) => door,
        // Nobody asked for a way in by name: the rest of the service does its work without.
        Err(error) if plan.socket.is_none() && plan.listen.is_none() => {
            let why = [("why", serde_json::json!(error.to_string()))];
            shared.journal.say(Level::Warning, "nothing is answered: the socket cannot be opened", why);
            return Ok(());
        }
        Err(error) => return Err(format!("cannot listen at {error}")),
    };
    let api = Arc::new(Api {
        shared: Arc::clone(shared),
        room: Room::new(plan.most_bytes, ALL_CONTENT.max(plan.most_bytes)),
        turns: Arc::new(Semaphore::new(plan.turns)),
        crowd: Crowd::default(),
        answers: Default::default(),
        handshakes_failed: AtomicU64::new(0),
    });
    tokio::spawn(async move { door.serve(&api).await });
    Ok(())
}

fn today(now: Timestamp) -> Day {
    let date = now.to_zoned(TimeZone::UTC).date();
    Day::new(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}
