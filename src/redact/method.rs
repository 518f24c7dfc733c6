//! What is put in the place of a value.

use crate::policy::Class;

/// A way to replace values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The value stays.
    None,
    /// Less of it: a year, a network.
    Generalize,
    /// Its form without its letters and digits.
    Mask,
    /// A name for it, the same for equal values: `[PHONE_1]`.
    Placeholder,
    /// `[removed]`.
    Remove,
}

impl Method {
    /// All of them, weakest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Generalize, Self::Mask, Self::Placeholder, Self::Remove];

    /// The word of flags, manifests and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Generalize => "generalize",
            Self::Mask => "mask",
            Self::Placeholder => "placeholder",
            Self::Remove => "remove",
        }
    }

    /// The method with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The method that the taxonomy names for a category (`redact`).
    pub fn of_taxonomy(word: &str) -> Self {
        match word {
            "none" => Self::None,
            "generalize" => Self::Generalize,
            "placeholder" | "scan_inside" => Self::Placeholder,
            _ => Self::Remove,
        }
    }

    /// The weakest method that takes enough of a class away (`redact_floor` of the taxonomy).
    pub fn floor(class: Class) -> Self {
        match class {
            Class::Org => Self::None,
            Class::Technical => Self::Generalize,
            Class::Ordinary | Class::Content | Class::StrongId | Class::Financial => Self::Placeholder,
            Class::Special | Class::Biometric | Class::Secret => Self::Remove,
        }
    }

    /// This method, or the floor if that is stronger. A mask takes as much away as a placeholder.
    #[must_use]
    pub fn at_least(self, floor: Self) -> Self {
        let enough = self >= floor || (self == Self::Mask && floor == Self::Placeholder);
        if enough { self } else { floor }
    }
}

/// The word of a category in placeholders: capitals and underscores.
pub fn label(category: &str) -> String {
    match category {
        "identity.full_name" => "NAME".to_owned(),
        "nid.kz_iin" => "IIN".to_owned(),
        "nid.ru_inn_person" => "INN".to_owned(),
        "nid.ru_snils" => "SNILS".to_owned(),
        "nid.ua_rnokpp" => "RNOKPP".to_owned(),
        "nid.ua_unzr" => "UNZR".to_owned(),
        "secret.key_or_token" => "TOKEN".to_owned(),
        _ => {
            let last = category.rsplit('.').next().unwrap_or_default();
            last.chars().filter(|c| c.is_ascii_alphabetic() || *c == '_').collect::<String>().to_ascii_uppercase()
        }
    }
}

/// The text that replaces a value.
pub(super) fn replacement(method: Method, category: &str, number: u64, text: &str) -> String {
    match method {
        Method::Placeholder => format!("[{}_{number}]", label(category)),
        Method::Mask => masked(text),
        Method::Generalize => generalized(category, text).unwrap_or_else(|| REMOVED.to_owned()),
        Method::None | Method::Remove => REMOVED.to_owned(),
    }
}

pub(super) const REMOVED: &str = "[removed]";

/// Stars for letters and digits; signs between them stay.
fn masked(text: &str) -> String {
    let keep =
        |c: char| c.is_ascii_punctuation() && !matches!(c, '"' | '\\' | '<' | '>' | '&' | '\'' | ',' | ';') || c == ' ';
    text.chars().map(|c| if keep(c) { c } else { '*' }).collect()
}

/// Less of a value, where a category has a sense of less.
fn generalized(category: &str, text: &str) -> Option<String> {
    match category {
        "identity.birth_date" => {
            let mut groups = text.split(|c: char| !c.is_ascii_digit());
            groups.find(|group| group.len() == 4).map(str::to_owned)
        }
        "tech.ip" => {
            if let Some((net, _)) = text.rsplit_once('.').filter(|_| !text.contains(':')) {
                return Some(format!("{net}.x"));
            }
            let groups: Vec<&str> = text.split("::").next()?.split(':').take(3).collect();
            Some(format!("{}:x", groups.join(":")))
        }
        "tech.location" => {
            let parts: Vec<String> = text
                .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
                .filter_map(|part| part.parse::<f64>().ok())
                .map(|degrees| format!("{degrees:.1}"))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, label, replacement};
    use crate::policy::Class;
    use crate::taxonomy::Category;

    #[test]
    fn values_are_replaced_by_ascii() {
        for (method, category, text, expected) in [
            (Method::Placeholder, "contact.phone", "+7 701 000 00 00", "[PHONE_3]"),
            (Method::Remove, "secret.password", "hunter2", "[removed]"),
            (Method::Mask, "contact.phone", "+7 (701) 000-00-00", "+* (***) ***-**-**"),
            (Method::Mask, "identity.full_name", "Иванов И. И.", "****** *. *."),
            (Method::Generalize, "identity.birth_date", "01.02.1990", "1990"),
            (Method::Generalize, "identity.birth_date", "1990-02-01", "1990"),
            (Method::Generalize, "identity.birth_date", "1 мая 90 г.", "[removed]"),
            (Method::Generalize, "tech.ip", "203.0.113.7", "203.0.113.x"),
            (Method::Generalize, "tech.ip", "2001:db8:1:2::5", "2001:db8:1:x"),
            (Method::Generalize, "tech.ip", "2001:db8::5", "2001:db8:x"),
            (Method::Generalize, "tech.location", "43.2389, 76.8897", "43.2 76.9"),
            (Method::Generalize, "contact.address", "г. Алматы", "[removed]"),
        ] {
            let text = replacement(method, category, 3, text);
            assert_eq!(text, expected);
            assert!(text.is_ascii());
        }
    }

    #[test]
    fn floors_hold() {
        assert_eq!(Method::Generalize.at_least(Method::floor(Class::Ordinary)), Method::Placeholder);
        assert_eq!(Method::Mask.at_least(Method::floor(Class::StrongId)), Method::Mask);
        assert_eq!(Method::Mask.at_least(Method::floor(Class::Secret)), Method::Remove);
        assert_eq!(Method::Remove.at_least(Method::floor(Class::Technical)), Method::Remove);
    }

    #[test]
    fn every_category_has_a_label_and_a_method() {
        for category in Category::all() {
            let label = label(category.id);
            assert!(!label.is_empty() && label.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{label}");
            let word = Method::of_taxonomy(category.redact).name();
            assert!(word == category.redact || category.redact == "scan_inside", "{}", category.redact);
        }
    }
}
