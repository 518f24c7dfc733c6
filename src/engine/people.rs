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
    /// Dates of birth in the record that say that somebody is not 18 yet.
    young: Vec<u64>,
    /// Whether a number in the record says so.
    numbered: bool,
    /// The records of the content at hand, if they are traced.
    traced: Option<Records>,
}

impl People {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let key = |category: &str| Category::find(category).map_or(SubjectKey::None, |category| category.subject_key);
        let keys = catalog.kinds().iter().map(|kind| key(&kind.category)).collect();
        Self {
            census: Census::default(),
            keys,
            record: 0,
            strong: Vec::new(),
            medium: Vec::new(),
            young: Vec::new(),
            numbered: false,
            traced: None,
        }
    }

    /// Takes the next value of a step.
    pub(super) fn hit(&mut self, hit: &Hit) {
        let strong = match self.keys.get(usize::from(hit.kind)) {
            Some(SubjectKey::Strong) => true,
            Some(SubjectKey::Medium) => false,
            _ if hit.minor => return self.born(hit),
            _ => return,
        };
        if hit.confidence < Confidence::Medium {
            return;
        }
        self.enter(hit.record);
        // Equal digits of two kinds are two values.
        let value = hit.hash ^ u64::from(hit.kind).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        if strong && self.strong.len() < MOST_KEYS {
            self.strong.push((hit.kind, value));
        } else if !strong && self.medium.len() < MOST_KEYS {
            self.medium.push(value);
        }
        if hit.minor {
            self.numbered = true;
            self.minor(value);
        }
    }

    /// Takes a date of birth that says that somebody is not 18 yet.
    fn born(&mut self, hit: &Hit) {
        if hit.confidence >= Confidence::Medium {
            self.enter(hit.record);
            if self.young.len() < MOST_KEYS {
                self.young.push(hit.hash);
            }
        }
    }

    fn enter(&mut self, record: u32) {
        if record != self.record {
            self.end_record();
            self.record = record;
        }
    }

    fn minor(&mut self, value: u64) {
        self.census.minor(value);
        if let Some(traced) = &mut self.traced {
            traced.minor(value);
        }
    }

    /// The record ends, and with it a step or an item.
    pub(super) fn end_record(&mut self) {
        // Where no number says so, the day and the first key of the record tell who it is: equal days are not one person.
        let key = self.strong.first().map(|(_, value)| *value).or(self.medium.first().copied()).unwrap_or_default();
        for day in std::mem::take(&mut self.young) {
            if !self.numbered {
                self.minor(day ^ key.rotate_left(17));
            }
        }
        self.numbered = false;
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
