//! Why a thing could not be read in full.

use crate::problem::Reason;
use crate::read;
use std::fmt;
use std::io;

/// A reason with words; its place is added by who knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happened.
    pub reason: Reason,
    /// What exactly, in words of this program; never content.
    pub detail: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{}: {detail}", self.reason.name()),
            None => f.write_str(self.reason.name()),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// A fault with words.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: Some(detail.into()) }
    }

    /// Damage.
    pub fn corrupt(detail: impl Into<String>) -> Self {
        Self::new(Reason::Corrupt, detail)
    }

    /// The fault that an error of a stream carries; any other error is the storage's.
    pub fn of(error: &io::Error) -> Self {
        if let Some(fault) = Self::within(error) {
            return fault;
        }
        let (reason, detail) = read::read_problem(error);
        Self { reason, detail: Some(detail) }
    }

    /// The fault that an error carries, if it carries one.
    pub(super) fn within(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).cloned()
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}
