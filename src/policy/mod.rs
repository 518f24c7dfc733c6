//! Policy: which categories may go where, for which purposes, from which volumes.
//!
//! In:      the shipped tables (`patterns/taxonomy.toml`, `gate-defaults.toml`, `purposes.toml`, checked when the program
//!          is built) and the operator's tables of the config file.
//! Out:     a [`Policy`] in which every id is known; its digest names the rules in force.
//! Not:     decides nothing about an object, reads no content.
//! Promise: an id that is not known, a looser rule that may not be, or a reason that is missing is refused with its line.
//!          No policy lets a secret pass as it is.

mod class;
mod country;
mod destination;
mod overlay;
mod purpose;

pub use class::{Cell, Class};
pub use country::Country;
pub use destination::{Destination, Direction, Fact, Facts, Otherwise, Precondition};
pub use overlay::TABLES;
pub use purpose::{Deadline, Purpose, Subject, Term};

use crate::taxonomy::Category;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

const GATE: &str = include_str!(concat!(env!("OUT_DIR"), "/gate.json"));
const PURPOSES: &str = include_str!(concat!(env!("OUT_DIR"), "/purposes.json"));

/// A policy file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The shipped tables do not fit the program.
    #[error("the policy in the program is broken: {0}")]
    Shipped(String),
    /// The operator's tables.
    #[error("{message}")]
    Overlay {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// Ids that are known there, if an id is not.
        known: Vec<String>,
    },
}

/// What a storage of the operator is for.
#[derive(Clone, Debug, Default)]
pub struct Volume {
    /// Id.
    pub id: String,
    /// The files and folders that it holds.
    pub paths: Vec<PathBuf>,
    /// Where it lies.
    pub country: Option<Country>,
    /// The law it is under: kz, ru, by, ua, eu.
    pub jurisdiction: Option<String>,
    /// `operator` or `processor`.
    pub role: Option<String>,
    /// Declared purposes.
    pub purposes: Vec<String>,
    /// Whose it is, if several operators share a machine.
    pub tenant: Option<String>,
    /// The instruction under which a processor works on it.
    pub instruction_ref: Option<String>,
    /// Where the first copy of its data lies.
    pub primary_copy_country: Option<Country>,
    /// Legal ground of the processing, for the record of processing.
    pub basis: Option<String>,
    /// Measures of protection, for the record of processing.
    pub measures: Option<String>,
    /// Who answers for it, for the record of processing.
    pub responsible: Option<String>,
    /// Since when, for the record of processing.
    pub since: Option<String>,
    /// Categories that are public in this volume, each with the written reason.
    pub public: BTreeMap<String, String>,
}

impl Volume {
    /// Whether somebody may look into it: the operator of its own, a processor only as instructed.
    pub fn instructed(&self) -> bool {
        let own = match self.role.as_deref() {
            Some(role) => role == "operator",
            None => self.tenant.is_none(),
        };
        own || self.instruction_ref.is_some()
    }
}

/// The register of consents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The file.
    pub path: PathBuf,
    /// Older than this it says nothing.
    pub max_age_days: u32,
}

/// What a raise rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The object as it is.
    Source,
    /// What would leave.
    Release,
}

/// Conditions of raise rules, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Raise {
    /// A record of a minor.
    Minor,
    /// Consent that was not given by an act of its own, and nothing else.
    WeakConsent,
    /// A subject that withdrew or refused.
    Withdrawn,
    /// A strong number together with a name.
    JoinedRecord,
    /// A thousand people or more.
    Bulk,
    /// Not read in full.
    Incomplete,
    /// People of another country.
    SubjectCountry,
}

impl Raise {
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "raise.minor" => Self::Minor,
            "raise.weak-consent" => Self::WeakConsent,
            "raise.withdrawn" => Self::Withdrawn,
            "raise.joined-record" => Self::JoinedRecord,
            "raise.bulk" => Self::Bulk,
            "raise.incomplete" => Self::Incomplete,
            "raise.subject-country" => Self::SubjectCountry,
            _ => return None,
        })
    }
}

/// A rule that makes a decision stricter.
#[derive(Clone, Debug)]
pub struct RaiseRule {
    /// Id, for ever.
    pub id: String,
    /// Its condition.
    pub raise: Raise,
    /// What it looks at.
    pub on: On,
    destinations: Vec<String>,
    /// The decision it asks for; `None`: the rules of `cross-border`.
    pub to: Option<Cell>,
}

impl RaiseRule {
    /// Whether it is meant for this destination.
    pub fn is_for(&self, destination: &Destination) -> bool {
        self.destinations.iter().any(|id| id == "*" || *id == destination.kind)
    }
}

/// Versions of the shipped tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Of `taxonomy.toml`.
    pub taxonomy: String,
    /// Of `gate-defaults.toml`.
    pub gate: String,
    /// Of `purposes.toml`.
    pub purposes: String,
}

/// Everything that decisions depend on, but for the content.
#[derive(Clone, Debug)]
pub struct Policy {
    destinations: BTreeMap<String, Destination>,
    raises: Vec<RaiseRule>,
    purposes: Vec<Purpose>,
    deadlines: Vec<Deadline>,
    review_below: u64,
    volumes: BTreeMap<String, Volume>,
    /// Classes that the operator raised, and those of categories that the operator added.
    classes: BTreeMap<String, Class>,
    register: Option<Register>,
    versions: Versions,
    overlay: Option<String>,
    digest: String,
}

/// The shipped file.
#[derive(Deserialize)]
struct GateFile {
    version: String,
    taxonomy_version: String,
    destination: BTreeMap<String, destination::Row>,
    raise: Vec<RaiseRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RaiseRow {
    id: String,
    on: On,
    #[serde(rename = "when")]
    _when: String,
    destinations: Vec<String>,
    to: String,
}

impl Policy {
    /// The policy as shipped.
    ///
    /// # Errors
    ///
    /// The shipped tables name a rule that the program does not have.
    pub fn shipped() -> Result<Self, PolicyError> {
        let broken = |error: serde_json::Error| PolicyError::Shipped(error.to_string());
        let gate: GateFile = serde_json::from_str(GATE).map_err(broken)?;
        let purposes: purpose::File = serde_json::from_str(PURPOSES).map_err(broken)?;
        let mut raises = Vec::new();
        for row in gate.raise {
            let unknown = || PolicyError::Shipped(format!("the rule `{}` is not known", row.id));
            let raise = Raise::from_id(&row.id).ok_or_else(unknown)?;
            let to = Cell::ALL.into_iter().find(|cell| cell.name() == row.to);
            if to.is_none() && row.to != "evaluate_as_cross_border" {
                return Err(unknown());
            }
            raises.push(RaiseRule { id: row.id, raise, on: row.on, destinations: row.destinations, to });
        }
        let destinations: BTreeMap<_, _> =
            gate.destination.into_iter().map(|(id, row)| (id.clone(), Destination::from_row(&id, row))).collect();
        let mut policy = Self {
            destinations,
            raises,
            purposes: purposes.purpose,
            deadlines: purposes.deadline,
            review_below: purposes.review_below,
            volumes: BTreeMap::new(),
            classes: BTreeMap::new(),
            register: None,
            versions: Versions { taxonomy: gate.taxonomy_version, gate: gate.version, purposes: purposes.version },
            overlay: None,
            digest: String::new(),
        };
        policy.digest = policy.make_digest();
        Ok(policy)
    }

    /// The shipped policy under the operator's tables of a config file.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them, with its line.
    pub fn with_overlay(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self::shipped()?;
        overlay::apply(&mut policy, text)?;
        policy.digest = policy.make_digest();
        Ok(policy)
    }

    /// SHA-256 over the shipped tables and the operator's.
    fn make_digest(&self) -> String {
        let mut hasher = Sha256::new();
        for part in [GATE, PURPOSES, self.overlay.as_deref().unwrap_or_default()] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        for category in Category::all() {
            hasher.update(category.id);
            hasher.update([category.severity]);
            hasher.update(category.redact);
        }
        sha256_name(&hasher.finalize())
    }

    /// Names the rules in force.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Versions of the shipped tables.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Names the operator's tables, if there are any.
    pub fn overlay_digest(&self) -> Option<String> {
        self.overlay.as_ref().map(|text| sha256_name(&Sha256::digest(text.as_bytes())))
    }

    /// The destination with this id.
    pub fn destination(&self, id: &str) -> Option<&Destination> {
        self.destinations.get(id)
    }

    /// All destinations, by id.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        self.destinations.values()
    }

    /// Rules that make decisions stricter.
    pub fn raises(&self) -> &[RaiseRule] {
        &self.raises
    }

    /// The purpose with this id.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id == id)
    }

    /// All purposes, in the order of the file.
    pub fn purposes(&self) -> &[Purpose] {
        &self.purposes
    }

    /// Limits of time that laws and orders set, in the order of the file.
    pub fn deadlines(&self) -> &[Deadline] {
        &self.deadlines
    }

    /// So few findings outside of a purpose are a question, not a violation.
    pub fn review_below(&self) -> u64 {
        self.review_below
    }

    /// What the operator stated, as names and values: destinations, categories, volumes, the register.
    pub fn stated(&self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for own in self.destinations.values().filter(|own| !own.facts.is_empty() || own.id != own.kind) {
            let mut facts: Vec<String> =
                own.facts.iter().map(|(name, fact)| format!("{name}={}", fact.to_json())).collect();
            facts.extend(own.changed().map(|(class, cell)| format!("{}={}", class.name(), cell.name())));
            rows.push((format!("destination.{}", own.id), facts.join(" ")));
        }
        rows.extend(self.classes.iter().map(|(id, class)| (format!("category.{id}"), class.name().to_owned())));
        for volume in self.volumes.values() {
            let country = volume.country.map_or_else(|| "?".to_owned(), |country| country.code().to_owned());
            let role = volume.role.as_deref().unwrap_or("?");
            let text = format!("country={country} role={role} purposes={}", volume.purposes.join(","));
            rows.push((format!("volume.{}", volume.id), text));
        }
        rows.extend(self.register.iter().map(|register| {
            let text = format!("register={} max_age_days={}", register.path.display(), register.max_age_days);
            ("consent".to_owned(), text)
        }));
        rows
    }

    /// Lets relative paths of volumes, and of the register of consents, begin in a folder: that of the config file.
    #[must_use]
    pub fn beside(mut self, folder: &Path) -> Self {
        let register = self.register.iter_mut().map(|register| &mut register.path);
        for path in self.volumes.values_mut().flat_map(|volume| &mut volume.paths).chain(register) {
            *path = folder.join(&*path).components().collect();
        }
        self
    }

    /// The volume with this id.
    pub fn volume(&self, id: &str) -> Option<&Volume> {
        self.volumes.get(id)
    }

    /// All volumes, by id.
    pub fn volumes(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.values()
    }

    /// The volume that holds a path: the one with the longest path of its own that the path begins with. Paths are compared
    /// as they are written, names whole, `.` left out; a relative one stands below `base`.
    pub fn volume_of(&self, path: &Path, base: &Path) -> Option<&Volume> {
        let place = plain(path, base);
        let holding = |root: &PathBuf| {
            let root = plain(root, base);
            place.starts_with(&root).then(|| root.components().count())
        };
        let longest = |volume: &Volume| volume.paths.iter().filter_map(holding).max();
        let held = self.volumes.values().filter_map(|volume| Some((longest(volume)?, volume)));
        held.max_by_key(|(depth, _)| *depth).map(|(_, volume)| volume)
    }

    /// The register of consents, if the operator keeps one.
    pub fn register(&self) -> Option<&Register> {
        self.register.as_ref()
    }

    /// Categories that the operator added, each with its class.
    pub fn own_categories(&self) -> BTreeMap<String, String> {
        let own = self.classes.iter().filter(|(id, _)| Category::find(id).is_none());
        own.map(|(id, class)| (id.clone(), class.name().to_owned())).collect()
    }

    /// Whether there is a category of this id, shipped or added.
    fn has_category(&self, id: &str) -> bool {
        self.classes.contains_key(id) || Category::find(id).is_some()
    }

    /// The class of a category here, given its class by the taxonomy.
    pub fn class(&self, category: &str, by_taxonomy: &str) -> Class {
        let shipped = Class::from_name(by_taxonomy);
        // What the program does not know is as dangerous as can be.
        self.classes.get(category).copied().or(shipped).unwrap_or(Class::Biometric)
    }
}

/// A path below `base`, without `.`; components leave out the rest.
fn plain(path: &Path, base: &Path) -> PathBuf {
    base.join(path).components().filter(|part| *part != Component::CurDir).collect()
}

/// `sha256:` and the digits.
pub fn sha256_name(digest: &[u8]) -> String {
    format!("sha256:{}", hex(digest))
}

/// Two hexadecimal digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Cell, Class, Policy};
    use std::path::Path;

    #[test]
    fn the_shipped_policy_is_whole() {
        let policy = Policy::shipped().expect("in order");
        assert_eq!(policy.destinations().count(), 10);
        assert_eq!(policy.raises().len(), 7);
        assert_eq!(policy.purposes().len(), 20);
        let copilot = policy.destination("copilot").expect("shipped");
        assert_eq!(copilot.cell(Class::StrongId), Cell::Redact);
        assert_eq!(copilot.loosened().count(), 0);
        assert!(policy.purpose("kz.recruitment").is_some_and(|purpose| purpose.allows("contact.phone")));
        assert!(policy.destinations().all(|destination| destination.cell(Class::Secret) > Cell::Allow));
        assert_eq!(policy.digest().len(), 71);
    }

    #[test]
    fn a_path_belongs_to_the_nearest_volume() {
        let policy = Policy::with_overlay(
            "[volume.all]\npaths = [\"/srv\"]\n[volume.hr]\npaths = [\"/srv/hr\", \"in/hr\"]\nrole = \"processor\"\n\
             [volume.crm]\npaths = [\"./in/crm\"]\ntenant = \"t1\"\ninstruction_ref = \"7\"\n[volume.none]\n",
        )
        .expect("in order");
        let volume =
            |path: &str| policy.volume_of(Path::new(path), Path::new("/home/x")).map(|found| found.id.as_str());
        assert_eq!(volume("/srv/hr/cv.txt"), Some("hr"));
        assert_eq!(volume("/srv/hr2/cv.txt"), Some("all"));
        assert_eq!(volume("in/hr/a.txt"), Some("hr"));
        assert_eq!(volume("./in//crm/./a.txt"), Some("crm"));
        assert_eq!(volume("/home/x/in/crm"), Some("crm"));
        assert_eq!(volume("in/other"), None);
        let instructed = |id: &str| policy.volume(id).expect("there").instructed();
        assert_eq!(["all", "hr", "crm", "none"].map(instructed), [true, false, true, true]);
    }

    #[test]
    fn a_purpose_allows_what_its_categories_imply() {
        let policy = Policy::shipped().expect("in order");
        let purpose = policy.purpose("kz.contracts").expect("shipped");
        assert!(!purpose.allows("identity.birth_date") && purpose.covers("identity.birth_date"), "an IIN tells it");
        assert!(!purpose.covers("special.health"));
        assert!(purpose.subjects().len() == 2 && purpose.terms().len() == 2);
    }

    #[test]
    fn what_the_taxonomy_does_not_know_is_dangerous() {
        let policy = Policy::shipped().expect("in order");
        assert_eq!(policy.class("x.new", "no such class"), Class::Biometric);
        assert_eq!(policy.class("contact.phone", "ordinary"), Class::Ordinary);
    }
}
