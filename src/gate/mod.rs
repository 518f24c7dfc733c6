//! The gate: may these bytes go there?
//!
//! In:      an object, a request, a policy, detectors.
//! Out:     one decision with a reason of a closed list, recorded before anything is released; for `redact`, a copy that
//!          was scanned again and is clean.
//! Not:     asks nobody, sends nothing.
//! Promise: it fails closed. Only an object of which every byte was read is let pass, only as the bytes that were hashed,
//!          and only after its record is on the disk.

mod approval;
mod assess;
mod birth;
mod consent;
mod content;
mod crowd;
mod evidence;
pub mod log;
mod outcome;
mod reason;
mod record;
mod request;
mod sieve;
mod stated;

pub use approval::{Approval, ApproveError, Approver, approve};
pub use assess::{Assessment, Circumstances, Group, assess};
pub use content::{Builder, Intake, Object};
pub use crowd::{Crowd, Share};
pub use evidence::{Evidence, Found};
pub use reason::Reason;
pub use record::{Record, Released, Rules};
pub use request::{Actor, Basis, Request};
pub use sieve::{Copy, Sieve, Wishes, judging};
pub use stated::Stated;

use crate::policy::{Cell, Destination, Direction, Policy, sha256_name};
use crate::redact::{Format, Map, restore};
use jiff::{SignedDuration, Timestamp};
use log::{Log, LogError};
use record::Seen;
use sha2::{Digest as _, Sha256};
use std::io;
use std::time::Instant;

/// Where released bytes go.
pub trait Outlet {
    /// Takes the bytes, so that nothing can fail later for lack of room, and the map of the copy, if one is kept. Nobody
    /// sees the bytes yet.
    ///
    /// # Errors
    ///
    /// There is no room, or what was written is not what was judged.
    fn stage(&mut self, object: &Object, map: Option<&Map>) -> io::Result<()>;

    /// Lets them go. The record is on the disk.
    ///
    /// # Errors
    ///
    /// They could not be put in place.
    fn release(&mut self, object: &Object) -> io::Result<()>;
}

/// Released bytes in memory.
impl Outlet for Vec<u8> {
    fn stage(&mut self, _object: &Object, _map: Option<&Map>) -> io::Result<()> {
        Ok(())
    }

    fn release(&mut self, object: &Object) -> io::Result<()> {
        self.reserve_exact(usize::try_from(object.size()).map_err(io::Error::other)?);
        object.each(|piece| {
            self.extend_from_slice(piece);
            Ok(())
        })
    }
}

/// The answer.
#[derive(Debug)]
pub struct Passed {
    /// The decision.
    pub decision: Cell,
    /// Why.
    pub reason: Reason,
    /// What was recorded.
    pub record: Record,
    /// Number of the record; `None`: it could not be written.
    pub seq: Option<u64>,
    /// Why the record could not be written.
    pub log_error: Option<LogError>,
    /// What the placeholders of the copy stand for, if there is a copy.
    pub map: Option<Map>,
    /// What a dry run would have released.
    pub planned: Option<Planned>,
}

/// What would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// How many bytes.
    pub bytes: u64,
    /// Values replaced in them.
    pub values: u64,
}

/// A gate with its rules, its log and its keys.
pub struct Gate<'g> {
    /// Scans and makes copies.
    pub sieve: Sieve<'g>,
    /// What may go where.
    pub policy: &'g Policy,
    /// What records say of it.
    pub stated: &'g Stated,
    /// Where decisions are recorded.
    pub log: &'g Log,
    /// Name of this machine, for records.
    pub host: &'g str,
}

/// A judged object before it is recorded.
struct Judged {
    decision: Cell,
    reason: Reason,
    seen_name: String,
    media: &'static str,
    complete: bool,
    assessment: Option<Assessment>,
    approved_by: Option<String>,
    /// What is released, if it may be.
    release: Option<Object>,
    released: Option<Released>,
    map: Option<Map>,
}

impl Judged {
    fn denied(reason: Reason, name: &str) -> Self {
        Self {
            decision: Cell::Deny,
            reason,
            seen_name: name.to_owned(),
            media: "unknown",
            complete: false,
            assessment: None,
            approved_by: None,
            release: None,
            released: None,
            map: None,
        }
    }

    fn deny(mut self, reason: Reason) -> Self {
        (self.decision, self.reason) = (Cell::Deny, reason);
        (self.release, self.released, self.map) = (None, None, None);
        self
    }
}

impl Gate<'_> {
    /// Digests and versions of the rules in force.
    pub fn rules(&self) -> Rules {
        let detectors = self.sieve.catalog.digest();
        let min_confidence = self.sieve.options.min_confidence.name();
        let mut hasher = Sha256::new();
        for part in [env!("CARGO_PKG_VERSION"), self.policy.digest(), detectors, min_confidence] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        Rules {
            taxonomy: self.policy.versions().taxonomy.clone(),
            gate: self.policy.versions().gate.clone(),
            overlay: self.policy.overlay_digest(),
            detectors: detectors.to_owned(),
            min_confidence,
            digest: sha256_name(&hasher.finalize()),
        }
    }

    /// Judges an object, records the decision, and only then releases what may go.
    ///
    /// `object` is the object, or why it could not be taken in: that is recorded too. `answers` is the map of the request
    /// that an answer (direction in) belongs to.
    pub fn pass(
        &self, object: Result<Object, Reason>, request: &Request, wishes: &Wishes, answers: Option<&Map>,
        now: Timestamp, outlet: &mut dyn Outlet,
    ) -> Passed {
        let clock = Clock { now, since: Instant::now() };
        let identity = object.as_ref().ok().map(|object| (sha256_name(object.sha256()), object.size()));
        let judged = match object {
            Ok(object) => self.judge(&object, request, wishes, answers, now),
            Err(reason) => Judged::denied(reason, &self.sieve.hidden_name(&request.object)),
        };
        self.finish(judged, identity.as_ref(), request, &clock, outlet)
    }

    fn destination(&self, request: &Request) -> Option<&Destination> {
        self.policy.destination(&request.destination)
    }

    fn judge(
        &self, object: &Object, request: &Request, wishes: &Wishes, answers: Option<&Map>, now: Timestamp,
    ) -> Judged {
        let hidden = || self.sieve.hidden_name(&request.object);
        let Some(destination) = self.destination(request) else {
            return Judged::denied(Reason::DestinationUnknown, &hidden());
        };
        if !destination.directions.contains(&request.direction) {
            return Judged::denied(Reason::DestinationUnknown, &hidden());
        }
        let rules = self.rules().digest;
        if request.expected_rules.as_ref().is_some_and(|expected| *expected != rules) {
            return Judged::denied(Reason::RulesChanged, &hidden());
        }
        let evidence = self.sieve.scan(object, &request.object);
        let mut judged = Judged::denied(Reason::Matrix, &sieve::shown(&request.object, &evidence));
        judged.complete = evidence.incomplete().is_none();
        if evidence.composite {
            judged.media = "composite";
        } else if judged.complete {
            judged.media = Format::sniff(object.bytes().as_ref()).map_or("unknown", |(format, _)| format.name());
        }
        let mut known = Circumstances { pseudonymised: wishes.keep_map, ..Circumstances::default() };
        match self.policy.register().map(|register| consent::is_withdrawn(register, &evidence, now)) {
            Some(Err(reason)) => return judged.deny(reason),
            Some(Ok(withdrawn)) => known.withdrawn = withdrawn,
            None => {}
        }
        if let Some(seq) = request.approval {
            let sha256 = sha256_name(object.sha256());
            let case = approval::Case { object: &sha256, destination: &destination.id, rules: &rules, now };
            match approval::check(self.log, seq, &case) {
                Err(reason) => return judged.deny(reason),
                Ok(approval) => {
                    known.approved = true;
                    judged.approved_by = Some(format!("{} ({})", approval.approver.os_user, approval.approver.role));
                }
            }
        }
        let assessment = assess(self.policy, destination, request, &evidence, known);
        (judged.decision, judged.reason) = (assessment.decision, assessment.reason);
        if judged.decision == Cell::Allow {
            judged.release = Some(object.clone());
            judged.released = Some(Released { map: "none", rescan: "not_needed", ..Released::default() });
        } else if judged.decision == Cell::Redact {
            let copied = self.sieve.copy(object, &evidence, &assessment, wishes, &mut |evidence| {
                assess(self.policy, destination, request, evidence, known)
            });
            match copied {
                Ok(copy) => judged.take(copy, wishes),
                Err(Reason::NotRewritable) if known.approved => {
                    (judged.decision, judged.reason) = (Cell::Allow, Reason::Approved);
                    judged.release = Some(object.clone());
                    judged.released = Some(Released { map: "none", rescan: "not_needed", ..Released::default() });
                }
                Err(Reason::NotRewritable) => (judged.decision, judged.reason) = (Cell::Hold, Reason::NotRewritable),
                Err(reason) => {
                    judged.assessment = Some(assessment);
                    return judged.deny(reason);
                }
            }
        }
        judged.assessment = Some(assessment);
        match answers.filter(|_| request.direction == Direction::In) {
            Some(map) => self.restored(judged, map),
            None => judged,
        }
    }

    /// Resolves the placeholders of an answer that may come in.
    fn restored(&self, mut judged: Judged, map: &Map) -> Judged {
        let Some(answer) = judged.release.take() else { return judged };
        let mut builder = Builder::new(&self.sieve.intake);
        let mut refused = None;
        let written = restore(answer.bytes().as_ref(), map, |piece| {
            builder.push(piece).map_err(|reason| {
                refused = Some(reason);
                io::Error::other("no room")
            })
        });
        match written.map_err(|_| refused.unwrap_or(Reason::Scan(crate::problem::Reason::IoError))) {
            Err(reason) => judged.deny(reason),
            Ok(counts) => match builder.finish() {
                Err(reason) => judged.deny(reason),
                Ok(object) => {
                    judged.release = Some(object);
                    if let Some(released) = &mut judged.released {
                        released.restored = Some(counts.into());
                    }
                    judged
                }
            },
        }
    }

    /// Records and releases.
    fn finish(
        &self, mut judged: Judged, identity: Option<&(String, u64)>, request: &Request, clock: &Clock,
        outlet: &mut dyn Outlet,
    ) -> Passed {
        let release = judged.release.take();
        let planned = release.as_ref().zip(judged.released.as_ref()).filter(|_| request.dry_run);
        let planned = planned.map(|(object, released)| Planned { bytes: object.size(), values: released.values() });
        let release = release.filter(|_| !request.dry_run);
        if let Some(object) = &release
            && outlet.stage(object, judged.map.as_ref()).is_err()
        {
            judged = judged.deny(Reason::ReleaseFailed);
        }
        let release = release.filter(|_| judged.decision <= Cell::Redact);
        let mut record = self.record(&judged, identity, request, clock.now);
        if let (Some(object), Some(mut released)) = (&release, judged.released.take()) {
            released.sha256 = sha256_name(object.sha256());
            released.bytes = object.size();
            record.released = Some(released);
        }
        let mut passed = Passed {
            decision: judged.decision,
            reason: judged.reason,
            record,
            seq: None,
            log_error: None,
            map: judged.map.take(),
            planned,
        };
        if let Err(error) = self.write(&mut passed, clock) {
            passed.log_error = Some(error);
            passed.refuse(Reason::RecordNotWritable);
            return passed;
        }
        let Some(object) = release.filter(|_| passed.decision <= Cell::Redact) else { return passed };
        if outlet.release(&object).is_err() {
            // The record says that it was let go; a second one says that it was not.
            passed.refuse(Reason::ReleaseFailed);
            passed.log_error = self.write(&mut passed, clock).err();
        }
        passed
    }

    /// The request as a record may have it: what the caller wrote in it may be a value.
    fn recorded(&self, request: &Request) -> Request {
        let mut request = request.clone();
        if request.actor.id != request.actor.os_user {
            request.actor.id = self.sieve.hidden_text(&request.actor.id);
        }
        if let Some(basis) = &mut request.basis {
            basis.reference = self.sieve.hidden_text(&basis.reference);
            basis.kind = self.sieve.hidden_text(&basis.kind);
        }
        request
    }

    fn record(&self, judged: &Judged, identity: Option<&(String, u64)>, request: &Request, now: Timestamp) -> Record {
        let request = &self.recorded(request);
        let seen = Seen {
            name: judged.seen_name.clone(),
            sha256: identity.map(|(sha256, _)| sha256.clone()),
            bytes: identity.map(|(_, bytes)| *bytes),
            media: judged.media,
            complete: judged.complete,
            assessment: judged.assessment.as_ref(),
            approved_by: judged.approved_by.clone(),
            checked: format!("{now:.0}"),
        };
        let mut record = Record::new(self, request, seen);
        (record.decision, record.reason_code) = (judged.decision.name(), judged.reason.name());
        record
    }

    fn write(&self, passed: &mut Passed, clock: &Clock) -> Result<(), LogError> {
        let turn = self.log.turn()?;
        // Others may have written while this was judged: what counts is the time of its turn.
        let now = clock.reads();
        if turn.head().time.is_some_and(|newest| newest.as_millisecond() > now.as_millisecond()) {
            passed.refuse(Reason::ClockBehind);
        }
        passed.seq = Some(turn.append("decision", &passed.record, now, false)?);
        Ok(())
    }
}

/// When a request came, and how long ago that is.
struct Clock {
    now: Timestamp,
    since: Instant,
}

impl Clock {
    fn reads(&self) -> Timestamp {
        SignedDuration::try_from(self.since.elapsed())
            .map_or(self.now, |took| self.now.saturating_add(took).unwrap_or(self.now))
    }
}

impl Judged {
    fn take(&mut self, copy: Copy, wishes: &Wishes) {
        let mut released =
            Released { map: if wishes.keep_map { "kept" } else { "memory" }, rescan: "clean", ..Released::default() };
        released.count(&copy.plan);
        self.released = Some(released);
        self.release = Some(copy.object);
        self.map = copy.map;
    }
}

impl Passed {
    fn refuse(&mut self, reason: Reason) {
        (self.decision, self.reason) = (Cell::Deny, reason);
        (self.record.decision, self.record.reason_code) = (Cell::Deny.name(), reason.name());
        self.record.released = None;
        (self.map, self.planned) = (None, None);
    }
}
