//! Policy applied to what was found: cells, raise rules, and the strictest of all. A pure function.

use super::evidence::{Evidence, Found};
use super::reason::Reason;
use super::request::Request;
use crate::policy::{
    Cell, Class, Country, Destination, Direction, Fact, Facts, On, Otherwise, Policy, Raise, RaiseRule,
};
use crate::taxonomy::{Category, SubjectKey};
use std::collections::{BTreeMap, HashMap, HashSet};

/// From so many people on, an object is a mass of data.
const BULK_SUBJECTS: u64 = 1000;

/// Findings of one category that are treated alike.
#[derive(Clone, Debug)]
pub struct Group {
    /// Taxonomy id.
    pub category: String,
    /// Its class here.
    pub class: Class,
    /// What happens to its values.
    pub cell: Cell,
    /// They were not declared for this destination and go whatever the method.
    pub undeclared: bool,
    /// Values found.
    pub count: u64,
    /// Distinct ones.
    pub distinct: u64,
}

/// What the policy says of an object.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The decision.
    pub decision: Cell,
    /// Why.
    pub reason: Reason,
    /// Groups of findings, by category.
    pub groups: Vec<Group>,
    /// For each finding of the evidence, its group.
    pub group_of: Vec<usize>,
    /// Ids of raise rules that spoke.
    pub raised: Vec<String>,
    /// Ids of preconditions that do not hold.
    pub failed: Vec<String>,
    /// What an operator loosened and this object meets: class or category, shipped, now.
    pub overridden: Vec<(String, &'static str, &'static str)>,
}

/// What is known besides the findings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// A subject withdrew or refused consent.
    pub withdrawn: bool,
    /// A named person let it pass: what would be held is allowed.
    pub approved: bool,
    /// The placeholders of the copy can be resolved by somebody.
    pub pseudonymised: bool,
}

/// The strictest answer so far.
struct Verdict {
    decision: Cell,
    reason: Reason,
    approved: bool,
}

impl Verdict {
    fn raise(&mut self, to: Cell, reason: Reason) {
        let to = if self.approved && to == Cell::Hold { Cell::Allow } else { to };
        if to > self.decision {
            (self.decision, self.reason) = (to, reason);
        }
    }
}

/// Applies a policy to an object.
pub fn assess(
    policy: &Policy, destination: &Destination, request: &Request, evidence: &Evidence, known: Circumstances,
) -> Assessment {
    let facts = facts(policy, destination, request);
    let mut verdict = Verdict { decision: Cell::Allow, reason: Reason::Matrix, approved: known.approved };
    let mut failed = Vec::new();
    let mut raised = Vec::new();
    if let Some(reason) = evidence.incomplete() {
        verdict.raise(Cell::Deny, reason);
        raised.push("raise.incomplete".to_owned());
    }
    let redact_all = preconditions(destination, &facts, &mut verdict, &mut failed);
    if facts.get("adequate") == Some(&Fact::Flag(false)) && !is_instructed_processor(policy, request) {
        failed.push("adequate.role".to_owned());
        verdict.raise(Cell::Deny, Reason::RoleMissing);
    }

    let (mut groups, group_of, overridden) = group(policy, destination, request, evidence, redact_all);
    for rule in policy.raises().iter().filter(|rule| rule.on == On::Source && rule.is_for(destination)) {
        let speaks = match rule.raise {
            Raise::Minor => evidence.minor,
            Raise::Withdrawn => known.withdrawn,
            Raise::Bulk => subjects(evidence) >= BULK_SUBJECTS,
            _ => false,
        };
        if let (true, Some(to)) = (speaks, rule.to) {
            raised.push(rule.id.clone());
            let reason = if rule.raise == Raise::Withdrawn { Reason::SubjectWithdrawn } else { Reason::Raised };
            verdict.raise(to, reason);
        }
    }
    // What comes home crosses no border on its way out.
    if request.direction == Direction::Out {
        let release = Release { policy, destination, request, evidence, group_of: &group_of, facts: &facts, known };
        for rule in policy.raises().iter().filter(|rule| rule.on == On::Release && rule.is_for(destination)) {
            if release.apply(rule, &mut groups, &mut verdict, &mut failed) {
                raised.push(rule.id.clone());
            }
        }
    }
    if known.approved {
        groups.iter_mut().filter(|group| group.cell == Cell::Hold).for_each(|group| group.cell = Cell::Allow);
    }
    if let Some(strictest) = groups.iter().map(|group| group.cell).max() {
        if strictest == Cell::Redact && !destination.redactable {
            verdict.raise(Cell::Hold, Reason::RedactionForbidden);
        } else {
            verdict.raise(strictest, Reason::Matrix);
        }
    }
    let reason = if known.approved && verdict.decision < Cell::Hold { Reason::Approved } else { verdict.reason };
    Assessment { decision: verdict.decision, reason, groups, group_of, raised, failed, overridden }
}

/// What the operator stated of the destination, and of the volume where that counts.
fn facts(policy: &Policy, destination: &Destination, request: &Request) -> Facts {
    let mut facts = destination.facts.clone();
    let volume = request.volume.as_deref().and_then(|id| policy.volume(id));
    if let Some(country) = volume.and_then(|volume| volume.primary_copy_country) {
        facts.entry("primary_copy_country".to_owned()).or_insert_with(|| Fact::Text(country.code().to_owned()));
    }
    facts
}

fn is_instructed_processor(policy: &Policy, request: &Request) -> bool {
    let volume = request.volume.as_deref().and_then(|id| policy.volume(id));
    volume.is_some_and(|volume| volume.role.as_deref() == Some("processor") && volume.instruction_ref.is_some())
}

/// Whether everything must be redacted.
fn preconditions(destination: &Destination, facts: &Facts, verdict: &mut Verdict, failed: &mut Vec<String>) -> bool {
    let mut redact_all = false;
    for precondition in destination.preconditions.iter().filter(|own| !own.holds(facts)) {
        failed.push(precondition.id.clone());
        match precondition.otherwise {
            Otherwise::Deny => verdict.raise(Cell::Deny, Reason::Precondition),
            Otherwise::Hold => verdict.raise(Cell::Hold, Reason::Precondition),
            Otherwise::RedactAll => redact_all = true,
        }
    }
    redact_all
}

type Overridden = Vec<(String, &'static str, &'static str)>;

fn group(
    policy: &Policy, destination: &Destination, request: &Request, evidence: &Evidence, redact_all: bool,
) -> (Vec<Group>, Vec<usize>, Overridden) {
    let volume = request.volume.as_deref().and_then(|id| policy.volume(id));
    let mut groups: Vec<Group> = Vec::new();
    let mut values: Vec<HashSet<u128>> = Vec::new();
    let mut index: HashMap<(usize, bool), usize> = HashMap::new();
    let mut by_category: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut group_of = Vec::with_capacity(evidence.found.len());
    let mut overridden = Overridden::new();
    for found in &evidence.found {
        let addressee = request.recipients.contains(&found.value);
        let at = *index.entry((found.kind, addressee)).or_insert_with(|| {
            let (category, class) =
                evidence.kinds.get(found.kind).map_or(("", "secret"), |kind| (&*kind.category, &*kind.gate_class));
            *by_category.entry((category.to_owned(), addressee)).or_insert_with(|| {
                let class = policy.class(category, class);
                let public = volume.is_some_and(|volume| volume.public.contains_key(category));
                let mut cell = destination.cell(if public { Class::Org } else { class });
                let mut undeclared = false;
                if class.is_personal() && !public {
                    if destination.recipient_scope && !addressee {
                        cell = cell.stricter();
                    }
                    if let Some(least) = destination.outside_declared.filter(|_| !destination.declares(category)) {
                        undeclared = true;
                        // It is taken out, so nobody needs to be asked; what is denied stays so.
                        cell = if cell == Cell::Deny { cell } else { least };
                    }
                    if redact_all {
                        cell = cell.max(Cell::Redact);
                    }
                }
                if public {
                    overridden.push((category.to_owned(), class.name(), "public"));
                }
                if let Some((class, shipped, now)) = destination.loosened().find(|(own, ..)| *own == class) {
                    let entry = (class.name().to_owned(), shipped.name(), now.name());
                    if !overridden.contains(&entry) {
                        overridden.push(entry);
                    }
                }
                let category = category.to_owned();
                groups.push(Group { category, class, cell, undeclared, count: 0, distinct: 0 });
                values.push(HashSet::new());
                groups.len() - 1
            })
        });
        if let (Some(group), Some(values)) = (groups.get_mut(at), values.get_mut(at)) {
            group.count += 1;
            values.insert(found.value);
            group.distinct = values.len() as u64;
        }
        group_of.push(at);
    }
    (groups, group_of, overridden)
}

/// People in an object: the most distinct values of one kind of key, strong or medium.
fn subjects(evidence: &Evidence) -> u64 {
    let mut values: BTreeMap<usize, HashSet<u128>> = BTreeMap::new();
    for found in &evidence.found {
        let key = evidence.kind(found).and_then(|kind| Category::find(&kind.category)).map(|known| known.subject_key);
        if matches!(key, Some(SubjectKey::Strong | SubjectKey::Medium)) {
            values.entry(found.kind).or_default().insert(found.value);
        }
    }
    values.values().map(HashSet::len).max().unwrap_or(0) as u64
}

/// What would leave, and the rules that look at it.
struct Release<'a> {
    policy: &'a Policy,
    destination: &'a Destination,
    request: &'a Request,
    evidence: &'a Evidence,
    group_of: &'a [usize],
    facts: &'a Facts,
    known: Circumstances,
}

impl Release<'_> {
    /// Whether values of a group leave: as they are, once somebody approved, or under a name that can be resolved.
    fn leaves(&self, group: &Group) -> bool {
        match group.cell {
            Cell::Allow | Cell::Hold => true,
            Cell::Redact => self.known.pseudonymised && !group.undeclared,
            Cell::Deny => false,
        }
    }

    fn leaving<'g>(&'g self, groups: &'g [Group]) -> impl Iterator<Item = (&'g Found, &'g Group)> {
        self.evidence
            .found
            .iter()
            .zip(self.group_of)
            .filter_map(|(found, at)| Some((found, groups.get(*at)?)))
            .filter(|(_, group)| self.leaves(group))
    }

    /// Whether the rule spoke.
    fn apply(&self, rule: &RaiseRule, groups: &mut [Group], verdict: &mut Verdict, failed: &mut Vec<String>) -> bool {
        let speaks = match rule.raise {
            Raise::WeakConsent => {
                self.request.basis.as_ref().is_some_and(super::request::Basis::is_weak_consent)
                    && self.leaving(groups).any(|(_, group)| group.class.is_personal())
            }
            Raise::JoinedRecord => self.joined(groups),
            Raise::SubjectCountry => return self.cross_border(groups, verdict, failed),
            _ => false,
        };
        if let (true, Some(to)) = (speaks, rule.to) {
            verdict.raise(to, Reason::Raised);
        }
        speaks
    }

    /// A strong or financial number together with a name, in one record.
    fn joined(&self, groups: &[Group]) -> bool {
        let mut records: HashMap<Option<u64>, (bool, bool)> = HashMap::new();
        for (found, group) in self.leaving(groups) {
            let seen = records.entry(found.record).or_default();
            seen.0 |= matches!(group.class, Class::StrongId | Class::Financial);
            seen.1 |= group.category == "identity.full_name";
        }
        records.values().any(|(number, name)| *number && *name)
    }

    /// National numbers of another country leave: the rules of a transfer across the border count as well.
    fn cross_border(&self, groups: &mut [Group], verdict: &mut Verdict, failed: &mut Vec<String>) -> bool {
        if self.destination.kind == "cross-border" || !self.destination.attributes.contains("country") {
            return false;
        }
        let here: Option<Country> = self.destination.country();
        let mut foreign = false;
        let mut unknown = false;
        for (found, _) in self.leaving(groups) {
            if let Some(subject) = self.evidence.country(found) {
                unknown |= here.is_none();
                foreign |= here.is_some_and(|here| here != subject);
            }
        }
        if unknown {
            verdict.raise(Cell::Deny, Reason::CountryUnknown);
            return true;
        }
        let Some(border) = self.policy.destination("cross-border").filter(|_| foreign) else { return false };
        let before = (verdict.decision, verdict.reason);
        preconditions(border, self.facts, verdict, failed);
        if before != (verdict.decision, verdict.reason) {
            verdict.reason = Reason::Raised;
        }
        for group in groups.iter_mut().filter(|group| self.leaves(group)) {
            group.cell = group.cell.max(border.cell(group.class));
        }
        true
    }
}
