//! Categories in words, for every report.

use super::holdings::class;
use crate::lang::Lang;
use crate::policy::Policy;
use crate::taxonomy::{Category, Jurisdiction};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A category as reports for programs describe it: in five languages, by five laws.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryWords {
    /// Id.
    pub id: String,
    /// Names by language.
    pub names: BTreeMap<&'static str, String>,
    /// The gate's class.
    pub gate_class: &'static str,
    /// Its severity.
    pub severity: u8,
    /// Default class by law.
    pub law: BTreeMap<&'static str, &'static str>,
    /// What to do, by language.
    pub advice: BTreeMap<&'static str, &'static str>,
}

/// Describes categories, each once, most severe first.
pub(super) fn categories<'i>(policy: &Policy, ids: impl Iterator<Item = &'i str>) -> Vec<CategoryWords> {
    let ids: BTreeSet<&str> = ids.collect();
    let mut list: Vec<CategoryWords> = ids.into_iter().map(|id| describe(policy, id)).collect();
    list.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.id.cmp(&b.id)));
    list
}

fn describe(policy: &Policy, id: &str) -> CategoryWords {
    let class = class(policy, id);
    let known = Category::find(id);
    let law = |known: &Category| Jurisdiction::ALL.map(|law| (law.code(), known.law(law))).into_iter().collect();
    CategoryWords {
        id: id.to_owned(),
        names: Lang::ALL.map(|lang| (lang.code(), name(id, lang).to_owned())).into_iter().collect(),
        gate_class: class.name(),
        severity: class.severity(),
        law: known.map(law).unwrap_or_default(),
        advice: Lang::ALL.into_iter().filter_map(|lang| Some((lang.code(), advice(policy, id, lang)?))).collect(),
    }
}

/// The name of a category; one that the operator added is called by its id.
pub(super) fn name(id: &str, lang: Lang) -> &str {
    Category::find(id).map_or(id, |known| known.name(lang))
}

/// What to do about a category.
pub(super) fn advice(policy: &Policy, id: &str, lang: Lang) -> Option<&'static str> {
    let own = Category::find(id).and_then(|known| known.advice(lang));
    own.or_else(|| lang.advice(class(policy, id).name()))
}

/// Classes by law in words: `RU: иные; KZ: ограниченного доступа`.
pub(super) fn laws(laws: &BTreeMap<&'static str, &'static str>, lang: Lang) -> String {
    let part = |(law, class): (&&str, &&str)| {
        format!("{}: {}", law.to_ascii_uppercase(), lang.law_class(class).unwrap_or(class))
    };
    laws.iter().map(part).collect::<Vec<_>>().join("; ")
}
