//! What is asked of the gate: where to, which way, on what ground, by whom.

use crate::policy::Direction;
use std::collections::HashSet;

/// The legal ground of a transfer, as the caller states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `consent`, `contract`, `law`, …
    pub kind: String,
    /// Where it is kept.
    pub reference: String,
    /// Of a consent: `explicit`, `weak` or `implied`.
    pub strength: Option<String>,
}

impl Basis {
    /// Whether it is a consent that nobody gave by an act of its own.
    pub fn is_weak_consent(&self) -> bool {
        self.kind == "consent" && !matches!(self.strength.as_deref(), Some("explicit"))
    }
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// `person` or `service`.
    pub kind: String,
    /// Name that the caller goes by.
    pub id: String,
    /// Account that the program runs under.
    pub os_user: String,
}

/// One question.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Id of the destination.
    pub destination: String,
    /// To it, or from it.
    pub direction: Direction,
    /// Name of the object; values in it are hidden before it is recorded.
    pub object: String,
    /// The volume it comes from.
    pub volume: Option<String>,
    /// Declared purposes.
    pub purposes: Vec<String>,
    /// Legal ground.
    pub basis: Option<Basis>,
    /// Who asks.
    pub actor: Actor,
    /// Number of the approval that lets a held object pass.
    pub approval: Option<u64>,
    /// Judge and record, release nothing.
    pub dry_run: bool,
    /// The rules that the caller judged by before; others are refused.
    pub expected_rules: Option<String>,
    /// Keyed hashes of the addressee's own values.
    pub recipients: HashSet<u128>,
}
