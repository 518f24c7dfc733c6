//! The body of a decision's line: who, when, which bytes, where to, on what ground, which rules, what was found, what went
//! out. No value, no mask, no fingerprint.

use super::Gate;
use super::assess::Assessment;
use super::request::{Basis, Request};
use crate::redact::{Plan, Restored};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A decision as it is recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    host: String,
    actor: Actor,
    object: ObjectPart,
    destination: Value,
    purpose: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<String>,
    basis: Option<BasisPart>,
    findings: Vec<FindingPart>,
    raised: Vec<String>,
    preconditions_failed: Vec<String>,
    overridden: Vec<OverriddenPart>,
    /// `allow`, `redact`, `hold`, `deny`.
    pub decision: &'static str,
    /// A word of the closed list.
    pub reason_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    /// What went out, if anything.
    pub released: Option<Released>,
    rules: Rules,
}

#[derive(Clone, Debug, Serialize)]
struct Actor {
    kind: String,
    id: String,
    os_user: String,
    approved_by: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ObjectPart {
    r#ref: String,
    sha256: Option<String>,
    bytes: Option<u64>,
    media: &'static str,
    complete: bool,
}

#[derive(Clone, Debug, Serialize)]
struct BasisPart {
    kind: String,
    r#ref: String,
    strength: Option<String>,
    checked: String,
}

#[derive(Clone, Debug, Serialize)]
struct FindingPart {
    category: String,
    count: u64,
    distinct: u64,
    class: &'static str,
    cell: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct OverriddenPart {
    what: String,
    shipped: &'static str,
    now: &'static str,
}

/// What went out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Released {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// How many.
    pub bytes: u64,
    /// Values replaced, by method.
    pub methods: BTreeMap<&'static str, u64>,
    /// The same for each category.
    pub categories: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// `none`, `memory` or `kept`.
    pub map: &'static str,
    /// `clean`, or `not_needed` for the bytes that were scanned themselves.
    pub rescan: &'static str,
    /// Placeholders of an answer that were resolved, and those that the request did not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<RestoredPart>,
}

/// Placeholders of an answer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RestoredPart {
    /// Resolved.
    pub known: u64,
    /// Left as text.
    pub unknown: u64,
}

impl From<Restored> for RestoredPart {
    fn from(restored: Restored) -> Self {
        Self { known: restored.known, unknown: restored.unknown }
    }
}

impl Released {
    /// Values replaced.
    pub fn values(&self) -> u64 {
        self.methods.values().sum()
    }

    /// What a plan did.
    pub fn count(&mut self, plan: &Plan) {
        for (category, treated) in &plan.treated {
            for (method, count) in &treated.methods {
                *self.methods.entry(method).or_default() += count;
            }
            self.categories.insert(category.clone(), treated.methods.clone());
        }
    }
}

/// Digests and versions of the rules in force.
#[derive(Clone, Debug, Serialize)]
pub struct Rules {
    pub(super) taxonomy: String,
    pub(super) gate: String,
    pub(super) overlay: Option<String>,
    pub(super) detectors: String,
    pub(super) min_confidence: &'static str,
    pub(super) digest: String,
}

impl Rules {
    /// Names all of them together.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// What is known of an object when it is recorded.
pub(super) struct Seen<'s> {
    pub(super) name: String,
    pub(super) sha256: Option<String>,
    pub(super) bytes: Option<u64>,
    pub(super) media: &'static str,
    pub(super) complete: bool,
    pub(super) assessment: Option<&'s Assessment>,
    pub(super) approved_by: Option<String>,
    pub(super) checked: String,
}

impl Record {
    /// What a caller wrote in the request is without its values by now; an id that nothing is stated of is looked through here.
    pub(super) fn new(gate: &Gate<'_>, request: &Request, seen: Seen<'_>) -> Self {
        let volume = request.volume.as_deref().and_then(|id| gate.policy.volume(id));
        let shown = |id: &str| gate.stated.volume(id).map_or_else(|| gate.sieve.hidden_text(id), str::to_owned);
        let mut purpose = request.purposes.clone();
        if purpose.is_empty() {
            purpose = volume.map(|volume| volume.purposes.clone()).unwrap_or_default();
        }
        let checked = seen.checked;
        let basis = request.basis.as_ref().map(|Basis { kind, reference, strength }| BasisPart {
            kind: kind.clone(),
            r#ref: reference.clone(),
            strength: strength.clone(),
            checked,
        });
        let assessment = seen.assessment;
        let list = |ids: Option<&Vec<String>>| ids.cloned().unwrap_or_default();
        Self {
            host: gate.host.to_owned(),
            actor: Actor {
                kind: request.actor.kind.clone(),
                id: request.actor.id.clone(),
                os_user: request.actor.os_user.clone(),
                approved_by: seen.approved_by,
            },
            object: ObjectPart {
                r#ref: seen.name,
                sha256: seen.sha256,
                bytes: seen.bytes,
                media: seen.media,
                complete: seen.complete,
            },
            destination: destination_part(gate, request),
            purpose,
            volume: request.volume.as_deref().map(shown),
            basis,
            findings: assessment.map(findings).unwrap_or_default(),
            raised: list(assessment.map(|own| &own.raised)),
            preconditions_failed: list(assessment.map(|own| &own.failed)),
            overridden: assessment
                .iter()
                .flat_map(|own| &own.overridden)
                .map(|(what, shipped, now)| OverriddenPart { what: what.clone(), shipped, now })
                .collect(),
            decision: "deny",
            reason_code: "internal",
            approval: request.approval,
            dry_run: request.dry_run,
            released: None,
            rules: gate.rules(),
        }
    }
}

impl Record {
    /// Ids of what had to be known of the destination, and was not.
    pub fn preconditions_failed(&self) -> &[String] {
        &self.preconditions_failed
    }

    /// Ids of the rules that made the decision stricter.
    pub fn raised(&self) -> &[String] {
        &self.raised
    }

    /// SHA-256 of the object.
    pub fn object_digest(&self) -> Option<&str> {
        self.object.sha256.as_deref()
    }

    /// The object's format.
    pub fn media(&self) -> &'static str {
        self.object.media
    }

    /// The record as JSON, with its number in the log.
    pub fn to_json(&self, seq: Option<u64>) -> String {
        #[derive(Serialize)]
        struct Numbered<'r> {
            seq: Option<u64>,
            #[serde(flatten)]
            record: &'r Record,
        }
        serde_json::to_string(&Numbered { seq, record: self }).unwrap_or_default()
    }

    /// Whether nothing was to be released.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

fn destination_part(gate: &Gate<'_>, request: &Request) -> Value {
    let mut part = Map::new();
    let own = gate.stated.destination(&request.destination);
    let id = own.map_or_else(|| gate.sieve.hidden_text(&request.destination), |(id, _)| id.clone());
    part.insert("id".to_owned(), id.into());
    part.insert("direction".to_owned(), request.direction.name().into());
    if let Some(destination) = gate.destination(request) {
        if destination.kind != destination.id {
            part.insert("like".to_owned(), destination.kind.as_str().into());
        }
        // What a model answers is marked as such (law on artificial intelligence of Kazakhstan).
        if destination.kind == "copilot" && request.direction == crate::policy::Direction::In {
            part.insert("generated".to_owned(), true.into());
        }
    }
    part.extend(own.into_iter().flat_map(|(_, facts)| facts.clone()));
    Value::Object(part)
}

fn findings(assessment: &Assessment) -> Vec<FindingPart> {
    let mut parts: Vec<FindingPart> = assessment
        .groups
        .iter()
        .map(|group| FindingPart {
            category: group.category.clone(),
            count: group.count,
            distinct: group.distinct,
            class: group.class.name(),
            cell: group.cell.name(),
        })
        .collect();
    parts.sort_by(|left, right| left.category.cmp(&right.category).then(right.count.cmp(&left.count)));
    parts
}
