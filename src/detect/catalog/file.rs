//! The written form of a detector (`patterns/README.md`), as it is read from TOML. Unknown keys are refused.

use serde::Deserialize;
use std::collections::BTreeMap;

/// One detector file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Detector id, for ever.
    pub id: String,
    /// What it finds, in words.
    pub name: String,
    /// Taxonomy id of the category.
    pub category: String,
    /// Whether it runs unless the selection says otherwise.
    pub default: bool,
    /// First version that has it.
    pub since: String,
    /// Laws and standards that define the format.
    pub source: Vec<String>,
    /// What it takes to report it.
    pub class: Class,
    /// Class A: confidence with shape and check only.
    pub alone: Option<Level>,
    /// Share of random strings of the shape that pass the check.
    #[serde(default = "certain")]
    pub chance: f64,
    /// Normal form.
    pub normal: Normal,
    /// Where values are looked for.
    #[serde(rename = "match")]
    pub matches: Vec<Match>,
    /// What proves them.
    #[serde(default)]
    pub check: CheckUse,
    /// Words and fields that speak for and against.
    #[serde(default)]
    pub context: Context,
    /// Texts and what must be found in them.
    #[serde(default)]
    pub example: Vec<Example>,
    /// Texts in which nothing of this kind may be found.
    #[serde(default)]
    pub counterexample: Vec<Counterexample>,
}

fn certain() -> f64 {
    1.0
}

/// What it takes to report a value (identifiers, section 1).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Class {
    /// Self-validating: may stand alone.
    A,
    /// Has a check, but needs a keyword, field or column.
    B,
    /// No check: always needs context.
    C,
}

impl Class {
    /// The letter.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// A confidence, as written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Normal forms of values.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Normal {
    /// Digits only.
    Digits,
    /// Capitals and digits, look-alikes folded to Latin, no separators.
    Latin,
    /// Capitals and digits, look-alikes folded to Cyrillic, no separators.
    Cyrillic,
    /// Lower case.
    Lower,
    /// E.164.
    Phone,
    /// A day as `1985-06-15`, or a year.
    Date,
    /// The lines of a machine-readable zone, as its check reads them.
    Mrz,
    /// As `latin`, and a Cyrillic Н in front is an N (Kazakhstan passports, typed by their sound).
    #[serde(rename = "latin_n")]
    LatinN,
    /// A name: capitals, words parted by one blank, no dots.
    Name,
    /// As written.
    Exact,
}

/// One way a value is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// One of the closed set of shapes.
    pub shape: Shape,
    /// `digits`: layouts of digit groups.
    #[serde(default)]
    pub groups: Vec<String>,
    /// `digits`: with a field that names the detector, runs of at least this many digits are padded.
    pub pad_min: Option<u8>,
    /// `digits`, `picture`: the layout is distinctive by itself.
    #[serde(default)]
    pub format: bool,
    /// `picture`: pictures of the value.
    #[serde(default)]
    pub pictures: Vec<String>,
    /// `cookie`: names; a trailing `*` is any end.
    #[serde(default)]
    pub names: Vec<String>,
    /// `cookie`: what the value must be.
    pub value: Option<CookieValue>,
    /// `cookie`: the category where it differs from the file's.
    pub category: Option<String>,
    /// `labelled`: what reads the value behind a label.
    pub reader: Option<Reader>,
    /// `labelled` with the reader `words`: the words that are values, `*` for any ending.
    #[serde(default)]
    pub words: Vec<String>,
    /// `regex`: a bounded regular expression.
    pub regex: Option<String>,
    /// `regex`: literals one of which stands in every match.
    #[serde(default)]
    pub literals: Vec<String>,
}

/// The engine's closed set of shapes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Digit groups.
    Digits,
    /// Letters and digits in a fixed picture.
    Picture,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A dotted quad.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A hardware address.
    Mac,
    /// A machine-readable zone.
    Mrz,
    /// An IBAN.
    Iban,
    /// A JSON web token.
    Jwt,
    /// A messenger account.
    Messenger,
    /// A named cookie.
    Cookie,
    /// A person's name.
    Name,
    /// A postal address.
    Address,
    /// A value that only its label or field tells.
    Labelled,
    /// A user's own expression.
    Regex,
}

/// What reads the value behind a label.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// A date.
    Date,
    /// A password in clear.
    Password,
    /// The hash of a password.
    Hash,
    /// A key or token.
    Secret,
    /// One of a list of words.
    Words,
    /// The name of a place: words that begin with a capital letter.
    Place,
    /// The name of an account.
    Login,
    /// The page of a person in a social network.
    Profile,
    /// The identifier of a device.
    Device,
    /// A latitude or longitude: degrees with four decimals or more.
    Degrees,
    /// The name that a program gives itself: `Mozilla/5.0 (…)`.
    Agent,
    /// A postal address in Latin letters: in Cyrillic its words show it.
    Address,
    /// A person's name in Latin letters: in Cyrillic its capitals show it.
    Name,
    /// The number of a payment card under a mask.
    Masked,
}

/// What the value of a named cookie must be.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CookieValue {
    /// At least 8 letters and digits, mixed.
    Token,
    /// At least 6 digits.
    Digits,
    /// At least 16 hexadecimal digits.
    Hex,
    /// At least 16 letters and digits that change places often: for names that stand for other things as well (`sid`).
    Session,
    /// At least 16 hexadecimal digits in a header of cookies: for names that accounts and processes have as well (`uid`).
    Sent,
    /// Anything that is not a flag.
    Any,
}

/// Which check proves a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckUse {
    /// Name of a check.
    #[serde(default = "no_check")]
    pub with: String,
    /// The looser check that serves when a keyword or field names the detector.
    pub labelled: Option<String>,
    /// What happens when the check fails although keyword or field speak for the value.
    #[serde(default)]
    pub failed: Failed,
}

fn no_check() -> String {
    "none".to_owned()
}

impl Default for CheckUse {
    fn default() -> Self {
        Self { with: no_check(), labelled: None, failed: Failed::Drop }
    }
}

/// What happens when a check fails.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Failed {
    /// The value is dropped.
    #[default]
    Drop,
    /// With keyword or field it is low, else dropped.
    Weaken,
    /// The rule is uncertain: a field that names the detector, or words on both sides of the value, outweigh it
    /// (medium, if the looser check lets it pass); with a keyword alone it is low, else dropped.
    Confirm,
}

/// Words and fields that speak for and against a detector.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Only a keyword directly before the value counts.
    #[serde(default)]
    pub near: bool,
    /// How far keywords reach.
    #[serde(default)]
    pub window: Window,
    /// Keywords by language.
    #[serde(default)]
    pub raise: BTreeMap<String, Vec<String>>,
    /// Words that speak against, by language.
    #[serde(default)]
    pub lower: BTreeMap<String, Vec<String>>,
    /// Names of JSON keys, columns and form fields.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// How far keywords reach, in characters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Before the value.
    pub back: u16,
    /// Behind the value.
    pub forward: u16,
}

impl Default for Window {
    fn default() -> Self {
        Self { back: 40, forward: 20 }
    }
}

/// A text and what must be found in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The text.
    pub text: String,
    /// The values, in order.
    pub finds: Vec<String>,
}

/// A text in which nothing of this kind may be found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counterexample {
    /// The text.
    pub text: String,
    /// Why.
    pub why: String,
}

/// `context.toml`: words and field names that speak against every detector that needs context.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// Words by language.
    #[serde(default)]
    pub lower: BTreeMap<String, Vec<String>>,
    /// Field names.
    #[serde(default)]
    pub fields: CommonFields,
}

/// Field names that speak against.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonFields {
    /// Tokens as in a detector's `fields`.
    #[serde(default)]
    pub lower: Vec<String>,
}
