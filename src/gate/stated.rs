//! What an operator wrote into the configuration, as records may say it: without values, looked through once.

use super::sieve::Sieve;
use crate::policy::Policy;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Ids and facts of a policy without the values in them.
#[derive(Clone, Debug, Default)]
pub struct Stated {
    destinations: BTreeMap<String, (String, Map<String, Value>)>,
    volumes: BTreeMap<String, String>,
    categories: BTreeMap<String, String>,
}

impl Stated {
    /// Looks through what is stated in a policy.
    pub fn new(sieve: &Sieve<'_>, policy: &Policy) -> Self {
        let hidden = |text: &str| sieve.hidden_text(text);
        let destinations = policy.destinations().map(|own| {
            // What is shipped is no text of the operator's.
            let id = if own.kind == own.id { own.id.clone() } else { hidden(&own.id) };
            let facts = own.facts.iter().map(|(name, fact)| (name.clone(), fact.without(name, &hidden)));
            (own.id.clone(), (id, facts.collect()))
        });
        let categories = policy.own_categories().into_keys().map(|id| {
            let shown = hidden(&id);
            (id, shown)
        });
        Self {
            destinations: destinations.collect(),
            volumes: policy.volumes().map(|volume| (volume.id.clone(), hidden(&volume.id))).collect(),
            categories: categories.collect(),
        }
    }

    /// The first id that holds a value: its table, and what is shown of it.
    pub fn unfit(&self) -> Option<(&'static str, &str)> {
        let destinations = self.destinations.iter().map(|(id, (shown, _))| ("destination", id, shown));
        let volumes = self.volumes.iter().map(|(id, shown)| ("volume", id, shown));
        let categories = self.categories.iter().map(|(id, shown)| ("category", id, shown));
        let mut all = destinations.chain(volumes).chain(categories);
        all.find(|(_, id, shown)| id != shown).map(|(table, _, shown)| (table, shown.as_str()))
    }

    /// The id and the facts of a destination, if it was looked through.
    pub(super) fn destination(&self, id: &str) -> Option<&(String, Map<String, Value>)> {
        self.destinations.get(id)
    }

    /// The id of a volume, if it was looked through.
    pub(super) fn volume(&self, id: &str) -> Option<&str> {
        self.volumes.get(id).map(String::as_str)
    }
}
