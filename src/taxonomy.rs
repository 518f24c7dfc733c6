//! The categories of personal data: names, classes, masks, advice.
//!
//! `patterns/taxonomy.toml` is the source. `build.rs` turns it into constant data, so that nothing is parsed at start-up.

use crate::finding::Mask;
use crate::lang::Lang;

/// What a value of a category says about whose data it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKey {
    /// One value is one person.
    Strong,
    /// Usually one person, may be shared.
    Medium,
    /// Helps to link records.
    Weak,
    /// Says nothing about the person.
    None,
}

/// The laws that give a category its class, in the order of [`Category::law`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jurisdiction {
    /// Kazakhstan.
    Kz,
    /// Russia.
    Ru,
    /// Belarus.
    By,
    /// Ukraine.
    Ua,
    /// European Union.
    Eu,
}

impl Jurisdiction {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Kz, Self::Ru, Self::By, Self::Ua, Self::Eu];

    /// The code used in the taxonomy and in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kz => "kz",
            Self::Ru => "ru",
            Self::By => "by",
            Self::Ua => "ua",
            Self::Eu => "eu",
        }
    }
}

/// One category of the taxonomy.
#[derive(Debug)]
pub struct Category {
    /// Id, for ever.
    pub id: &'static str,
    /// Group of categories that belong together.
    pub group: &'static str,
    /// Class that the gate decides by.
    pub gate_class: &'static str,
    /// Severity of the gate class: the order of "worst first".
    pub severity: u8,
    /// Whether a value names a person.
    pub subject_key: SubjectKey,
    /// The least evidence that makes a finding.
    pub min_evidence: &'static str,
    /// How values are shown.
    pub mask: Mask,
    /// How values are redacted.
    pub redact: &'static str,
    /// Categories that a value of this one discloses; a trailing `?` means sometimes.
    pub implies: &'static [&'static str],
    law: [&'static str; 5],
    names: [&'static str; 5],
    advice: [Option<&'static str>; 5],
}

impl Category {
    /// The category with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        let index = CATEGORIES.binary_search_by(|category| category.id.cmp(id)).ok()?;
        CATEGORIES.get(index)
    }

    /// All categories, sorted by id.
    pub fn all() -> &'static [Self] {
        CATEGORIES
    }

    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &'static str {
        self.names.get(lang.index()).copied().unwrap_or(self.id)
    }

    /// What to do about findings of this category, if the taxonomy says more than its gate class does.
    pub fn advice(&self, lang: Lang) -> Option<&'static str> {
        self.advice.get(lang.index()).copied().flatten()
    }

    /// The default class of this category in a law.
    pub fn law(&self, jurisdiction: Jurisdiction) -> &'static str {
        self.law.get(jurisdiction as usize).copied().unwrap_or("none")
    }

    /// Whether findings are counted, not listed, by default.
    pub fn tallied(&self) -> bool {
        matches!(self.gate_class, "technical" | "org")
    }
}

include!(concat!(env!("OUT_DIR"), "/taxonomy.rs"));

#[cfg(test)]
mod tests {
    use super::{CATEGORIES, Category, Jurisdiction, SubjectKey};
    use crate::finding::Mask;
    use crate::lang::Lang;

    #[test]
    fn categories_are_sorted_and_found() {
        assert!(CATEGORIES.windows(2).all(|pair| pair[0].id < pair[1].id));
        for category in CATEGORIES {
            assert_eq!(Category::find(category.id).map(|found| found.id), Some(category.id));
        }
        assert!(Category::find("nid").is_none());
    }

    #[test]
    fn a_row_is_read_whole() {
        let iin = Category::find("nid.kz_iin").expect("in the taxonomy");
        assert_eq!((iin.gate_class, iin.severity, iin.mask), ("strong_id", 3, Mask::Last2));
        assert_eq!(iin.subject_key, SubjectKey::Strong);
        assert_eq!(iin.name(Lang::Ru), "ИИН (Казахстан)");
        assert_eq!(iin.law(Jurisdiction::Kz), "restricted");
        assert_eq!(iin.implies, ["identity.birth_date", "identity.gender"]);
        assert!(!iin.tallied());
        assert!(Category::find("tech.ip").expect("in the taxonomy").tallied());
    }

    #[test]
    fn implied_categories_exist() {
        for category in CATEGORIES {
            for implied in category.implies {
                let id = implied.trim_end_matches('?');
                assert!(Category::find(id).is_some(), "{} implies {id}", category.id);
            }
        }
    }
}
