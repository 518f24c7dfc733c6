//! Declared purposes of processing, and the categories that each allows.

use crate::lang::Lang;
use crate::taxonomy::Category;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A purpose, as far as decisions need it; the file holds terms and names of subjects as well.
#[derive(Clone, Debug, Deserialize)]
pub struct Purpose {
    /// Id, for ever.
    pub id: String,
    /// Whose law it comes from; `*`: any.
    pub jurisdiction: String,
    /// `operator` or `processor`.
    pub role: String,
    /// Names by language.
    pub names: BTreeMap<String, String>,
    /// The destination it belongs to, if one.
    pub destination: Option<String>,
    /// Other categories are a question, not a violation.
    #[serde(default)]
    pub open_ended: bool,
    /// What is done with the data, where the source lists it.
    #[serde(default)]
    pub actions: Vec<String>,
    #[serde(default)]
    subject: Vec<Subject>,
    #[serde(default)]
    retention: Vec<Term>,
}

/// Whose data a purpose is about.
#[derive(Clone, Debug, Deserialize)]
pub struct Subject {
    /// Id.
    pub id: String,
    /// Names by language.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Categories that may be kept; `*`: any.
    pub allowed: Vec<String>,
}

/// How long data may be kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Term {
    /// `until` an event, some time `after` it, or as the `law` says.
    pub kind: String,
    /// The event.
    pub event: String,
    /// Days after it.
    pub days: Option<u32>,
    /// Years after it; one of these.
    #[serde(default)]
    pub years: Vec<u32>,
}

impl Purpose {
    /// Whether it allows a category for any of its subjects.
    pub fn allows(&self, category: &str) -> bool {
        self.subject.iter().any(|subject| subject.allowed.iter().any(|allowed| allowed == "*" || allowed == category))
    }

    /// Whether it allows a category, or a value that discloses it.
    pub fn covers(&self, category: &str) -> bool {
        let discloses = |id: &String| {
            let implied = Category::find(id).map_or(&[][..], |known| known.implies);
            implied.iter().any(|implied| implied.trim_end_matches('?') == category)
        };
        self.allows(category) || self.subject.iter().any(|subject| subject.allowed.iter().any(discloses))
    }

    /// Whose data it is about.
    pub fn subjects(&self) -> &[Subject] {
        &self.subject
    }

    /// How long they may be kept.
    pub fn terms(&self) -> &[Term] {
        &self.retention
    }

    /// Its name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        named(&self.names, lang).unwrap_or(&self.id)
    }
}

/// A limit of time that a law or an order sets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Deadline {
    /// Id, for ever.
    pub id: String,
    /// The limit: `PT24H`, `P10BD` (working days).
    pub limit: String,
    /// What starts the clock.
    pub trigger: String,
    /// What must be done.
    pub duty: String,
    /// The same in the other languages, by their codes.
    #[serde(skip_serializing)]
    duties: BTreeMap<String, String>,
    /// Where it is written.
    pub source: String,
    /// The same in the other languages, by their codes.
    #[serde(skip_serializing)]
    sources: BTreeMap<String, String>,
}

impl Deadline {
    /// Where it is written, in a language.
    pub fn source(&self, lang: Lang) -> &str {
        self.sources.get(lang.code()).unwrap_or(&self.source)
    }

    /// What must be done, in a language.
    pub fn duty(&self, lang: Lang) -> &str {
        self.duties.get(lang.code()).unwrap_or(&self.duty)
    }
}

impl Subject {
    /// Its name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        named(&self.names, lang).unwrap_or(&self.id)
    }
}

fn named(names: &BTreeMap<String, String>, lang: Lang) -> Option<&str> {
    names.get(lang.code()).or_else(|| names.get(Lang::En.code())).map(String::as_str)
}

/// The file, as far as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) version: String,
    pub(super) review_below: u64,
    pub(super) purpose: Vec<Purpose>,
    pub(super) deadline: Vec<Deadline>,
}
