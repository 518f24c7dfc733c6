//! Declared purposes of processing, and the categories that each allows.

use serde::Deserialize;
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
    #[serde(default)]
    subject: Vec<Subject>,
}

#[derive(Clone, Debug, Deserialize)]
struct Subject {
    allowed: Vec<String>,
}

impl Purpose {
    /// Whether it allows a category for any of its subjects.
    pub fn allows(&self, category: &str) -> bool {
        self.subject.iter().any(|subject| subject.allowed.iter().any(|allowed| allowed == "*" || allowed == category))
    }
}

/// The file, as far as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) version: String,
    pub(super) purpose: Vec<Purpose>,
}
