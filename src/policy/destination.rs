//! A destination: who receives, what must be known of it, and what may go there.
//!
//! In:  the shipped table (`patterns/gate-defaults.toml`) and the facts that an operator wrote down.
//! Out: preconditions as pairs of a rule and its answer, and one cell for each class.

use super::class::{Cell, Class};
use super::country::Country;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A fact about a destination, as the operator wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// true or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A name, a reference, a country.
    Text(String),
    /// Names, such as declared categories.
    List(Vec<String>),
}

/// What a fact must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// true or false.
    Flag,
    /// A whole number.
    Number,
    /// A country of ISO 3166-1.
    Country,
    /// Ids of categories, or groups of them.
    Categories,
    /// A name, a reference, or several.
    Text,
}

impl Form {
    /// The form of the fact with this name.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "adequate" | "encrypted" | "may_train" | "named_in_consent" | "stores_prompts" => Self::Flag,
            "retention_days" => Self::Number,
            "country" | "primary_copy_country" => Self::Country,
            "declared_categories" => Self::Categories,
            _ => Self::Text,
        }
    }
}

impl Fact {
    /// Whether it names something: a flag or a number is no reference to a document.
    fn is_named(&self) -> bool {
        let says = |text: &String| !text.trim().is_empty();
        match self {
            Self::Flag(_) | Self::Number(_) => false,
            Self::Text(text) => says(text),
            Self::List(items) => !items.is_empty() && items.iter().all(says),
        }
    }

    /// The fact of this name as JSON, for records. `hidden` gives a text of the operator's own without the values in it; a
    /// country, and a category of the taxonomy, is none.
    pub fn without(&self, name: &str, hidden: &dyn Fn(&str) -> String) -> serde_json::Value {
        let form = Form::of(name);
        let shown = |text: &String| match form {
            Form::Country => text.clone(),
            Form::Categories if !text.starts_with("x.") => text.clone(),
            _ => hidden(text),
        };
        match self {
            Self::Flag(_) | Self::Number(_) => self.to_json(),
            Self::Text(text) => shown(text).into(),
            Self::List(items) => items.iter().map(shown).collect(),
        }
    }

    /// The fact as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Flag(flag) => (*flag).into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.clone().into(),
        }
    }
}

/// Facts by name.
pub type Facts = BTreeMap<String, Fact>;

/// What a precondition that does not hold means for the whole object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It must not leave.
    Deny,
    /// It waits for a named person.
    Hold,
    /// Every class but `org` is redacted at least.
    RedactAll,
}

/// Something that must be known of a destination before anything goes there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    /// Id, for ever.
    pub id: String,
    /// What is needed, in words.
    pub need: String,
    /// The clause behind it.
    pub why: String,
    /// What follows if it does not hold.
    #[serde(rename = "else")]
    pub otherwise: Otherwise,
}

impl Precondition {
    /// Whether it holds. Each id is a rule of its own here; one that is not known never holds.
    pub fn holds(&self, facts: &Facts) -> bool {
        let given = |name: &str| facts.get(name).is_some_and(Fact::is_named);
        let is = |name: &str, value: bool| facts.get(name) == Some(&Fact::Flag(value));
        match self.id.as_str() {
            "copilot.terms" | "app.terms" => given("terms_ref"),
            "copilot.country" | "provider.country" | "border.country" => given("country"),
            "copilot.training" => is("may_train", false) || given("training_basis"),
            "app.declared" => given("declared_categories"),
            "analytics.consent" => given("consent_ref"),
            "hosting.order" => given("order_ref"),
            "archive.encrypted" => is("encrypted", true),
            "archive.retention" => matches!(facts.get("retention_days"), Some(Fact::Number(days)) if *days > 0),
            "border.primary-copy" => given("primary_copy_country"),
            "border.basis" => {
                is("adequate", true) || ["notice_ref", "consent_ref", "permit_ref"].into_iter().any(given)
            }
            "third.basis" => is("named_in_consent", true) || given("basis"),
            "third.undertaking" => given("undertaking_ref"),
            _ => false,
        }
    }

    /// Facts that a precondition may ask for.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.need.split(" or ").filter_map(|term| term.split('=').next()).map(str::trim).filter(|name| !name.is_empty())
    }
}

/// The shipped form of a destination.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    names: BTreeMap<String, String>,
    attributes: Vec<String>,
    directions: Option<Vec<Direction>>,
    #[serde(default)]
    preconditions: Vec<Precondition>,
    outside_declared: Option<Cell>,
    #[serde(default)]
    recipient_scope: bool,
    redaction: Option<Redaction>,
    #[serde(default)]
    pseudonymised_is_personal: bool,
    matrix: BTreeMap<Class, Cell>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Redaction {
    Forbidden,
}

/// Which way content goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the destination.
    #[default]
    Out,
    /// From it: an answer.
    In,
}

impl Direction {
    /// The record's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

/// A destination with what the operator said of it.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Id, for ever; an operator's own begins with `x.`.
    pub id: String,
    /// The shipped destination whose rules it follows; its own id for a shipped one.
    pub kind: String,
    /// Names by language.
    pub names: BTreeMap<String, String>,
    /// Facts that can be stated.
    pub attributes: BTreeSet<String>,
    /// Which ways content may go.
    pub directions: Vec<Direction>,
    /// What must be known.
    pub preconditions: Vec<Precondition>,
    /// What happens to a category that was not declared for it.
    pub outside_declared: Option<Cell>,
    /// Values of others than the addressee are treated one step stricter.
    pub recipient_scope: bool,
    /// Whether an object may be altered at all.
    pub redactable: bool,
    /// A copy whose placeholders can be resolved counts as personal data here.
    pub pseudonymised_is_personal: bool,
    /// What the operator wrote down.
    pub facts: Facts,
    /// Cells as shipped.
    defaults: [Cell; Class::ALL.len()],
    /// Cells in force.
    cells: [Cell; Class::ALL.len()],
}

/// Facts that any destination may have, whatever its row names: grounds of a transfer.
const GROUNDS: [&str; 8] = [
    "adequate",
    "basis",
    "consent_ref",
    "country",
    "notice_ref",
    "permit_ref",
    "primary_copy_country",
    "training_basis",
];

impl Destination {
    /// A shipped destination without facts.
    pub(super) fn from_row(id: &str, row: Row) -> Self {
        let mut attributes: BTreeSet<String> = row.attributes.into_iter().collect();
        attributes.extend(GROUNDS.map(str::to_owned));
        attributes.extend(row.preconditions.iter().flat_map(Precondition::names).map(str::to_owned));
        let cells = Class::ALL.map(|class| row.matrix.get(&class).copied().unwrap_or(Cell::Deny));
        Self {
            id: id.to_owned(),
            kind: id.to_owned(),
            names: row.names,
            attributes,
            directions: row.directions.unwrap_or_else(|| vec![Direction::Out]),
            preconditions: row.preconditions,
            outside_declared: row.outside_declared,
            recipient_scope: row.recipient_scope,
            redactable: row.redaction.is_none(),
            pseudonymised_is_personal: row.pseudonymised_is_personal,
            facts: Facts::new(),
            defaults: cells,
            cells,
        }
    }

    /// What happens to a class.
    pub fn cell(&self, class: Class) -> Cell {
        self.cells.get(class as usize).copied().unwrap_or(Cell::Deny)
    }

    /// Sets a cell; the default stays known.
    pub(super) fn set_cell(&mut self, class: Class, cell: Cell) {
        if let Some(own) = self.cells.get_mut(class as usize) {
            *own = cell;
        }
    }

    /// Cells that are looser than the shipped ones: class, shipped, now.
    pub fn loosened(&self) -> impl Iterator<Item = (Class, Cell, Cell)> {
        Class::ALL
            .into_iter()
            .zip(self.defaults)
            .zip(self.cells)
            .filter_map(|((class, shipped), now)| (now < shipped).then_some((class, shipped, now)))
    }

    /// Cells that are not the shipped ones.
    pub(super) fn changed(&self) -> impl Iterator<Item = (Class, Cell)> {
        let all = Class::ALL.into_iter().zip(self.defaults).zip(self.cells);
        all.filter_map(|((class, shipped), now)| (now != shipped).then_some((class, now)))
    }

    /// Where it lies, if the operator said so.
    pub fn country(&self) -> Option<Country> {
        match self.facts.get("country") {
            Some(Fact::Text(code)) => Country::from_code(code),
            _ => None,
        }
    }

    /// Whether a category was declared for it: ids, or a group as `contact.*`.
    pub fn declares(&self, category: &str) -> bool {
        let Some(Fact::List(declared)) = self.facts.get("declared_categories") else { return false };
        declared.iter().any(|glob| match glob.strip_suffix('*') {
            Some(start) => category.starts_with(start),
            None => glob == category,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts, Form};
    use crate::policy::Policy;

    fn text(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }

    #[test]
    fn every_precondition_is_a_rule_with_a_yes_and_a_no() {
        let rows: &[(&str, &[(&str, Fact)])] = &[
            ("copilot.terms", &[("terms_ref", text("t-1"))]),
            ("copilot.country", &[("country", text("US"))]),
            ("copilot.training", &[("may_train", Fact::Flag(false))]),
            ("copilot.training", &[("training_basis", text("contract 7"))]),
            ("app.declared", &[("declared_categories", Fact::List(vec!["contact.*".to_owned()]))]),
            ("app.terms", &[("terms_ref", text("t-1"))]),
            ("provider.country", &[("country", text("DE"))]),
            ("analytics.consent", &[("consent_ref", text("banner-3"))]),
            ("hosting.order", &[("order_ref", text("order 5"))]),
            ("archive.encrypted", &[("encrypted", Fact::Flag(true))]),
            ("archive.retention", &[("retention_days", Fact::Number(90))]),
            ("border.country", &[("country", text("TR"))]),
            ("border.primary-copy", &[("primary_copy_country", text("KZ"))]),
            ("border.basis", &[("adequate", Fact::Flag(true))]),
            ("border.basis", &[("permit_ref", text("p-1"))]),
            ("third.basis", &[("named_in_consent", Fact::Flag(true))]),
            ("third.basis", &[("basis", text("contract"))]),
            ("third.undertaking", &[("undertaking_ref", text("u-1"))]),
        ];
        let policy = Policy::shipped().expect("in order");
        let mut named = std::collections::BTreeSet::new();
        for precondition in policy.destinations().flat_map(|destination| &destination.preconditions) {
            named.insert(precondition.id.as_str());
            assert!(!precondition.holds(&Facts::new()), "{} holds without facts", precondition.id);
            let mine: Vec<_> = rows.iter().filter(|(id, _)| *id == precondition.id).collect();
            assert!(!mine.is_empty(), "{} has no rule", precondition.id);
            for (_, facts) in mine {
                let facts: Facts = facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
                assert!(precondition.holds(&facts), "{} with {facts:?}", precondition.id);
            }
        }
        assert!(rows.iter().all(|(id, _)| named.contains(id)), "a rule without a row");
    }

    /// A fact that nobody gave a form is a text: a new one is put here first.
    #[test]
    fn every_fact_has_the_form_that_it_means() {
        let forms = [
            (Form::Flag, &["adequate", "encrypted", "may_train", "named_in_consent", "stores_prompts"][..]),
            (Form::Number, &["retention_days"]),
            (Form::Country, &["country", "primary_copy_country"]),
            (Form::Categories, &["declared_categories"]),
            (
                Form::Text,
                &[
                    "app_id",
                    "basis",
                    "channel",
                    "consent_ref",
                    "cookie_kinds",
                    "dissemination_consent",
                    "document_kind",
                    "model_owner",
                    "name",
                    "notice_ref",
                    "order_ref",
                    "permit_ref",
                    "processor",
                    "provider",
                    "terms_ref",
                    "training_basis",
                    "undertaking_ref",
                    "vendor",
                ],
            ),
        ];
        let policy = Policy::shipped().expect("in order");
        let mut named: Vec<&str> = policy.destinations().flat_map(|own| &own.attributes).map(String::as_str).collect();
        named.sort_unstable();
        named.dedup();
        let mut known: Vec<&str> = forms.iter().flat_map(|(_, names)| *names).copied().collect();
        known.sort_unstable();
        assert_eq!(named, known);
        for (form, names) in forms {
            for name in names {
                assert_eq!(Form::of(name), form, "{name}");
            }
        }
    }

    #[test]
    fn a_record_gets_a_fact_without_what_the_operator_wrote_in_it() {
        let hidden = |_: &str| "-".to_owned();
        let list = |items: &[&str]| Fact::List(items.iter().map(|item| (*item).to_owned()).collect());
        for (name, fact, shown) in [
            ("country", text("KZ"), serde_json::json!("KZ")),
            ("declared_categories", list(&["contact.*", "x.badge"]), serde_json::json!(["contact.*", "-"])),
            ("terms_ref", list(&["t-1", "t-2"]), serde_json::json!(["-", "-"])),
            ("terms_ref", text("t-1"), serde_json::json!("-")),
            ("retention_days", Fact::Number(7), serde_json::json!(7)),
        ] {
            assert_eq!(fact.without(name, &hidden), shown, "{name}");
        }
    }

    #[test]
    fn a_fact_that_says_nothing_or_the_contrary_is_none() {
        let policy = Policy::shipped().expect("in order");
        let copilot = policy.destination("copilot").expect("shipped");
        for (id, name, fact) in [
            ("copilot.terms", "terms_ref", text(" ")),
            ("copilot.training", "may_train", Fact::Flag(true)),
            ("copilot.training", "may_train", text("false")),
            ("copilot.terms", "terms_ref", Fact::Flag(false)),
            ("copilot.terms", "terms_ref", Fact::Flag(true)),
            ("copilot.terms", "terms_ref", Fact::Number(0)),
            ("copilot.terms", "terms_ref", Fact::List(vec![String::new()])),
        ] {
            let precondition = copilot.preconditions.iter().find(|own| own.id == id).expect("there");
            assert!(!precondition.holds(&Facts::from([(name.to_owned(), fact)])), "{id}");
        }
    }
}
