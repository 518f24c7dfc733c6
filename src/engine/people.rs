//! Gathers the keys of each record for the census of people.

use super::trace::{Records, Trace};
use crate::detect::{Catalog, Hit};
use crate::finding::Confidence;
use crate::ledger::People as Counted;
use crate::score::people::Census;
use crate::taxonomy::{Category, SubjectKey};

/// Most keys of one record.
const MOST_KEYS: usize = 64;

/// The record at hand, and all before it.
pub(super) struct People {
    census: Census,
    /// By kind: what its values say of a person.
    keys: Vec<SubjectKey>,
    record: u32,
    strong: Vec<(u16, u64)>,
    medium: Vec<u64>,
    /// The records of the content at hand, if they are traced.
    traced: Option<Records>,
}

impl People {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let key = |category: &str| Category::find(category).map_or(SubjectKey::None, |category| category.subject_key);
        let keys = catalog.kinds().iter().map(|kind| key(&kind.category)).collect();
        Self { census: Census::default(), keys, record: 0, strong: Vec::new(), medium: Vec::new(), traced: None }
    }

    /// Takes the next value of a step.
    pub(super) fn hit(&mut self, hit: &Hit) {
        let strong = match self.keys.get(usize::from(hit.kind)) {
            Some(SubjectKey::Strong) => true,
            Some(SubjectKey::Medium) => false,
            _ => return,
        };
        if hit.confidence < Confidence::Medium {
            return;
        }
        if hit.record != self.record {
            self.end_record();
            self.record = hit.record;
        }
        // Equal digits of two kinds are two values.
        let value = hit.hash ^ u64::from(hit.kind).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        if strong && self.strong.len() < MOST_KEYS {
            self.strong.push((hit.kind, value));
        } else if !strong && self.medium.len() < MOST_KEYS {
            self.medium.push(value);
        }
        if hit.minor {
            self.census.minor(value);
            if let Some(traced) = &mut self.traced {
                traced.minor(value);
            }
        }
    }

    /// The record ends, and with it a step or an item.
    pub(super) fn end_record(&mut self) {
        if !(self.strong.is_empty() && self.medium.is_empty()) {
            self.census.record(&self.strong, &self.medium);
            if let Some(traced) = &mut self.traced {
                traced.record(&self.strong, &self.medium);
            }
            self.strong.clear();
            self.medium.clear();
        }
    }

    /// The records from here on are traced.
    pub(super) fn trace(&mut self) {
        self.end_record();
        self.traced = Some(Records::default());
    }

    /// The records since [`People::trace`].
    pub(super) fn traced(&mut self) -> Records {
        self.end_record();
        self.traced.take().unwrap_or_default()
    }

    /// Counts the records of an item again.
    pub(super) fn again(&mut self, trace: &Trace) {
        self.end_record();
        for (strong, medium) in &trace.records {
            self.census.record(strong, medium);
        }
        for value in &trace.minors {
            self.census.minor(*value);
        }
    }

    /// All that was counted.
    pub(super) fn count(&mut self) -> Counted {
        self.end_record();
        self.census.count()
    }
}
