//! The gate's two scales: how sensitive a category is, and what happens to it.

use serde::{Deserialize, Serialize};

/// What happens to values of a class, or to a whole object. The order is that of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// May leave as it is.
    Allow,
    /// May leave in a redacted copy.
    Redact,
    /// Waits for a named person.
    Hold,
    /// Must not leave.
    Deny,
}

impl Cell {
    /// All of them, loosest first.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Redact, Self::Hold, Self::Deny];

    /// The word of policies and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Redact => "redact",
            Self::Hold => "hold",
            Self::Deny => "deny",
        }
    }

    /// One step stricter; deny stays deny.
    #[must_use]
    pub fn stricter(self) -> Self {
        match self {
            Self::Allow => Self::Redact,
            Self::Redact => Self::Hold,
            Self::Hold | Self::Deny => Self::Deny,
        }
    }
}

/// How sensitive a category is to the gate, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Facts of organisations.
    Org,
    /// Addresses and identifiers of machines.
    Technical,
    /// Names, contacts, dates.
    Ordinary,
    /// Carriers of other data.
    Content,
    /// Numbers that are one person.
    StrongId,
    /// Cards, accounts, income.
    Financial,
    /// Health, beliefs, origin, convictions.
    Special,
    /// Measurements of a body.
    Biometric,
    /// Passwords and keys.
    Secret,
}

impl Class {
    /// All of them, in the order of [`Class::index`].
    pub const ALL: [Self; 9] = [
        Self::Org,
        Self::Technical,
        Self::Ordinary,
        Self::Content,
        Self::StrongId,
        Self::Financial,
        Self::Special,
        Self::Biometric,
        Self::Secret,
    ];

    /// The taxonomy's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::Technical => "technical",
            Self::Ordinary => "ordinary",
            Self::Content => "content",
            Self::StrongId => "strong_id",
            Self::Financial => "financial",
            Self::Special => "special",
            Self::Biometric => "biometric",
            Self::Secret => "secret",
        }
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Severity, as the taxonomy orders classes.
    pub fn severity(self) -> u8 {
        match self {
            Self::Org => 0,
            Self::Technical => 1,
            Self::Ordinary | Self::Content => 2,
            Self::StrongId | Self::Financial => 3,
            Self::Special => 4,
            Self::Biometric | Self::Secret => 5,
        }
    }

    /// Whether values of this class belong to people.
    pub fn is_personal(self) -> bool {
        self != Self::Org
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Class};
    use crate::taxonomy::Category;

    #[test]
    fn classes_agree_with_the_taxonomy() {
        for category in Category::all() {
            let class = Class::from_name(category.gate_class).expect(category.gate_class);
            assert_eq!(class.severity(), category.severity, "{}", category.id);
        }
    }

    #[test]
    fn cells_are_ordered_by_strictness() {
        assert!(Cell::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].stricter() == pair[1]));
        assert_eq!(Cell::Deny.stricter(), Cell::Deny);
    }
}
