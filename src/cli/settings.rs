//! Settings and where they come from: defaults < config file < `ELEK_` variables < flags.
//!
//! The config file is named by `--config` or `$ELEK_CONFIG`, or lies at one of two fixed places. Nothing in or above what is
//! scanned is ever looked at. Keys that are not known are refused.

use super::args::{Common, Logging, Running, Scan};
use super::failure::Failure;
use anyhow::anyhow;
use elek::finding::Confidence;
use elek::lang::Lang;
use elek::limits::{Limits, Unpack};
use elek::policy::{Policy, PolicyError, TABLES};
use elek::problem::{Breaks, Reason};
use elek::read::Mode;
use elek::report::escape;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The form of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A path.
    Path,
    /// A whole number.
    Number,
    /// true or false.
    Flag,
    /// Words.
    List,
}

/// One setting.
pub(crate) struct Setting {
    /// Key in the config file; the flag has dashes, the variable `ELEK_` and capitals. The limits of unpacking have no flags.
    pub(crate) key: &'static str,
    pub(crate) form: Form,
    /// The default as `config show` prints it.
    default: &'static str,
}

/// The table of the config file that the service reads.
pub(crate) const SERVICE: &str = "serve";

/// Variables that are no settings: of the program, and of the templates in `deploy/`.
const OTHER_VARIABLES: [&str; 7] =
    ["ELEK_CONFIG", "ELEK_SIMD", "ELEK_PATHS", "ELEK_FAIL", "ELEK_DEST", "ELEK_FILE", "ELEK_OUT"];

/// Every setting.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "format",
        form: Form::Choice(&["human", "json", "jsonl", "csv", "sarif", "html"]),
        default: "human",
    },
    Setting { key: "min_confidence", form: Form::Choice(&["low", "medium", "high"]), default: "medium" },
    Setting { key: "only", form: Form::List, default: "" },
    Setting { key: "except", form: Form::List, default: "" },
    Setting { key: "patterns", form: Form::List, default: "" },
    Setting { key: "lang", form: Form::Choice(&["en", "ru", "kk", "uk", "be"]), default: "en" },
    Setting { key: "color", form: Form::Choice(&["auto", "always", "never"]), default: "auto" },
    Setting { key: "no_progress", form: Form::Flag, default: "false" },
    Setting { key: "key_file", form: Form::Path, default: "" },
    Setting { key: "password_file", form: Form::Path, default: "" },
    Setting { key: "jobs", form: Form::Number, default: "" },
    Setting { key: "read", form: Form::Choice(&["auto", "pread", "map"]), default: "auto" },
    Setting { key: "exclude", form: Form::List, default: "" },
    Setting { key: "one_file_system", form: Form::Flag, default: "false" },
    Setting { key: "items", form: Form::Flag, default: "false" },
    Setting { key: "list", form: Form::Choice(&["personal", "all"]), default: "personal" },
    Setting { key: "accept_gaps", form: Form::List, default: "" },
    Setting { key: "max_findings_per_item", form: Form::Number, default: "" },
    Setting { key: "limit_depth", form: Form::Number, default: "16" },
    Setting { key: "limit_members", form: Form::Number, default: "100000" },
    Setting { key: "limit_bytes", form: Form::Number, default: "8589934592" },
    Setting { key: "limit_ratio", form: Form::Number, default: "1000" },
    Setting { key: "limit_memory", form: Form::Number, default: "134217728" },
    Setting { key: "limit_time", form: Form::Number, default: "60" },
    Setting { key: "fail_on", form: Form::List, default: "none" },
    Setting { key: "baseline", form: Form::Path, default: "" },
    Setting { key: "state", form: Form::Path, default: "" },
    Setting { key: "profile", form: Form::Choice(&["operator", "processor", "auditor"]), default: "operator" },
    Setting { key: "decision_log", form: Form::Path, default: "" },
    Setting { key: "decision_key", form: Form::Path, default: "" },
    Setting { key: "spool", form: Form::Path, default: "" },
    Setting { key: "spool_memory", form: Form::Number, default: "67108864" },
];

impl Setting {
    /// The flag, without dashes in front.
    pub(crate) fn flag(&self) -> String {
        self.key.replace('_', "-")
    }

    fn variable(&self) -> String {
        format!("ELEK_{}", self.key.to_ascii_uppercase())
    }

    fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    fn parse(&self, text: &str) -> Result<Value, String> {
        match self.form {
            Form::Choice(words) if words.contains(&text) => Ok(Value::Words(vec![text.into()])),
            Form::Choice(words) => Err(format!("`{text}` is none of {}", words.join(", "))),
            Form::Path if text.is_empty() => Err("a path is empty".to_owned()),
            Form::Path => Ok(Value::Words(vec![text.into()])),
            Form::Number => text.parse().map(Value::Number).map_err(|_| format!("`{text}` is not a whole number")),
            Form::Flag => match text {
                "1" | "true" => Ok(Value::Flag(true)),
                "0" | "false" | "" => Ok(Value::Flag(false)),
                _ => Err(format!("`{text}` is neither true nor false")),
            },
            Form::List => Ok(Value::Words(
                text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(OsString::from).collect(),
            )),
        }
    }
}

/// A value before it gets its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Words(Vec<OsString>),
    Number(u64),
    Flag(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| escape::path(Path::new(word))).collect();
                f.write_str(&words.join(","))
            }
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Variable(String),
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// Formats of a scan's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    Jsonl,
    Csv,
    Sarif,
    Html,
}

/// All settings, with their origins.
#[derive(Debug)]
pub(crate) struct Settings {
    values: BTreeMap<&'static str, (Value, Origin)>,
    file: Option<PathBuf>,
    /// The config file as it was read.
    text: String,
    policy: Policy,
}

/// Who asks, and so what may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Everything of its own.
    Operator,
    /// Nothing of the content.
    Processor,
    /// Decisions, no content.
    Auditor,
}

impl Settings {
    /// Defaults, config file, environment and flags, in this order.
    pub(crate) fn load(common: &Common, scan: Option<&Scan>) -> Result<Self, Failure> {
        let policy = Policy::shipped().map_err(Failure::internal)?;
        let mut settings = Self { values: BTreeMap::new(), file: None, text: String::new(), policy };
        for setting in SETTINGS {
            let value = setting.parse(setting.default).unwrap_or(Value::Words(Vec::new()));
            settings.values.insert(setting.key, (value, Origin::Default));
        }
        settings.locale();
        if let Some((path, text)) = find_file(common.config.as_deref())? {
            for (key, value, line) in read_file(&path, &text)? {
                settings.values.insert(key, (value, Origin::File { path: path.clone(), line }));
            }
            settings.policy = read_policy(&path, &text)?;
            settings.file = Some(path);
            settings.text = text;
        }
        let profile = settings.profile();
        settings.variables()?;
        if !common.quiet {
            for name in Self::unknown_variables() {
                let name = escape::text(&name);
                super::note(&format!("warning: no setting is called `${name}`, so it has no effect"));
            }
            if super::scan::asked_level().is_none() {
                super::note("warning: `$ELEK_SIMD` is neither `off` nor `sse2`, so it has no effect");
            }
        }
        settings.flags(common, scan)?;
        if profile != Profile::Operator && settings.profile() != profile {
            let error = anyhow!("the config file sets the profile `{}`, which nothing widens", profile.name());
            return Err(Failure::not_permitted(error));
        }
        Ok(settings)
    }

    /// What the operator decided about destinations, volumes and categories.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn profile(&self) -> Profile {
        match self.word("profile") {
            "processor" => Profile::Processor,
            "auditor" => Profile::Auditor,
            _ => Profile::Operator,
        }
    }

    /// Refuses what the profile may not see.
    pub(crate) fn permit(&self, what: &str, to: &[Profile]) -> Result<(), Failure> {
        if to.contains(&self.profile()) {
            return Ok(());
        }
        let error = anyhow!("the profile `{}` ({}) may not {what}", self.profile().name(), self.origin("profile"));
        Err(Failure::not_permitted(error))
    }

    /// Takes the flags of commands that open content for a purpose.
    pub(crate) fn running(&mut self, running: &Running) -> Result<(), Failure> {
        self.words("min_confidence", running.min_confidence.as_slice())?;
        self.words("key_file", running.key_file.as_slice())?;
        self.words("spool", running.spool.as_slice())?;
        self.number("spool_memory", running.spool_memory);
        self.number("jobs", running.jobs);
        Ok(())
    }

    /// Takes the flags of the decision log.
    pub(crate) fn logging(&mut self, logging: &Logging) -> Result<(), Failure> {
        self.words("decision_log", logging.decision_log.as_slice())?;
        self.words("decision_key", logging.decision_key.as_slice())
    }

    /// Takes the flag `--key-file`.
    #[cfg(feature = "serve")]
    pub(crate) fn keyed(&mut self, key_file: Option<&OsString>) -> Result<(), Failure> {
        self.words("key_file", key_file.cloned().as_slice())
    }

    /// Takes the flag `--format`.
    pub(crate) fn formatted(&mut self, format: Option<&OsString>) -> Result<(), Failure> {
        self.words("format", format.cloned().as_slice())
    }

    /// The language of the locale, if it is one of ours.
    fn locale(&mut self) {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let Some(locale) = env::var(name).ok().filter(|locale| !locale.is_empty()) {
                if let Some(lang) = Lang::from_locale(&locale) {
                    let value = Value::Words(vec![lang.code().into()]);
                    self.values.insert("lang", (value, Origin::Variable(name.to_owned())));
                }
                return;
            }
        }
    }

    fn variables(&mut self) -> Result<(), Failure> {
        for setting in SETTINGS {
            let name = setting.variable();
            let Some(text) = env::var_os(&name).filter(|text| !text.is_empty()) else {
                continue;
            };
            let value = match (setting.form, text.to_str()) {
                (Form::Path, _) => Value::Words(vec![text]),
                (_, Some(text)) => setting
                    .parse(text)
                    .map_err(|problem| Failure::usage(anyhow!("{problem}").context(format!("cannot use `${name}`"))))?,
                (_, None) => return Err(Failure::usage(anyhow!("`${name}` is not UTF-8"))),
            };
            self.values.insert(setting.key, (value, Origin::Variable(name)));
        }
        Ok(())
    }

    /// Variables that look like settings and are none.
    fn unknown_variables() -> Vec<String> {
        let is_known =
            |name: &str| OTHER_VARIABLES.contains(&name) || SETTINGS.iter().any(|setting| setting.variable() == name);
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        names.filter(|name| name.starts_with("ELEK_") && !name.starts_with("ELEK_TEST_") && !is_known(name)).collect()
    }

    fn flags(&mut self, common: &Common, scan: Option<&Scan>) -> Result<(), Failure> {
        self.words("only", &common.only)?;
        self.words("except", &common.except)?;
        self.words("patterns", &common.patterns)?;
        self.words("lang", common.lang.as_slice())?;
        self.words("color", common.color.as_slice())?;
        self.words("profile", common.profile.as_slice())?;
        let Some(scan) = scan else {
            return Ok(());
        };
        self.words("format", scan.format.as_slice())?;
        self.words("min_confidence", scan.min_confidence.as_slice())?;
        self.words("list", scan.list.as_slice())?;
        self.words("read", scan.read.as_slice())?;
        self.words("key_file", scan.key_file.as_slice())?;
        self.words("password_file", scan.password_file.as_slice())?;
        self.words("state", scan.state.as_slice())?;
        self.words("baseline", scan.baseline.as_slice())?;
        self.words("exclude", &scan.exclude)?;
        self.words("fail_on", &scan.fail_on)?;
        self.words("accept_gaps", &scan.accept_gaps)?;
        self.flag("one_file_system", scan.one_file_system);
        self.flag("items", scan.items);
        self.flag("no_progress", scan.no_progress);
        self.number("jobs", scan.jobs);
        self.number("max_findings_per_item", scan.max_findings_per_item);
        Ok(())
    }

    fn words(&mut self, key: &'static str, words: &[OsString]) -> Result<(), Failure> {
        let (Some(setting), Some(first)) = (Setting::find(key), words.first()) else {
            return Ok(());
        };
        let value = match setting.form {
            Form::Choice(_) => {
                let parsed = setting.parse(&first.to_string_lossy());
                parsed.map_err(|problem| {
                    Failure::usage(anyhow!("{problem}").context(format!("cannot use `--{}`", setting.flag())))
                })?
            }
            _ => Value::Words(words.to_vec()),
        };
        self.values.insert(key, (value, Origin::Flag(setting.flag())));
        Ok(())
    }

    fn flag(&mut self, key: &'static str, set: bool) {
        if set {
            self.values.insert(key, (Value::Flag(true), Origin::Flag(key.replace('_', "-"))));
        }
    }

    fn number(&mut self, key: &'static str, number: Option<u64>) {
        if let Some(number) = number {
            self.values.insert(key, (Value::Number(number), Origin::Flag(key.replace('_', "-"))));
        }
    }

    /// The config file that was read.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The config file as it was read; empty if there is none.
    #[cfg(feature = "serve")]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Key, value and origin of every setting, in the order of the list.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&'static str, String, &Origin)> {
        SETTINGS.iter().filter_map(|setting| {
            let (value, origin) = self.values.get(setting.key)?;
            Some((setting.key, value.to_string(), origin))
        })
    }

    /// Where a setting comes from, for messages about it.
    pub(crate) fn origin(&self, key: &str) -> String {
        self.values.get(key).map(|(_, origin)| origin.to_string()).unwrap_or_default()
    }

    /// The words of a setting.
    pub(crate) fn list(&self, key: &str) -> &[OsString] {
        match self.values.get(key) {
            Some((Value::Words(words), _)) => words,
            _ => &[],
        }
    }

    /// Whether scans leave detectors out.
    pub(crate) fn selects(&self) -> bool {
        !self.list("only").is_empty() || !self.list("except").is_empty()
    }

    /// The words of a setting that must be UTF-8.
    pub(crate) fn strings(&self, key: &str) -> Result<Vec<String>, Failure> {
        let text = |word: &OsString| word.to_str().map(str::to_owned);
        let words: Option<Vec<String>> = self.list(key).iter().map(text).collect();
        words.ok_or_else(|| Failure::usage(anyhow!("`{key}` ({}) is not UTF-8", self.origin(key))))
    }

    fn word(&self, key: &str) -> &str {
        self.list(key).first().and_then(|word| word.to_str()).unwrap_or_default()
    }

    /// A setting that is on or off.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        matches!(self.values.get(key), Some((Value::Flag(true), _)))
    }

    fn count(&self, key: &str) -> Option<u64> {
        match self.values.get(key) {
            Some((Value::Number(number), _)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn lang(&self) -> Lang {
        Lang::from_code(self.word("lang")).unwrap_or_default()
    }

    pub(crate) fn color(&self) -> Color {
        match self.word("color") {
            "always" => Color::Always,
            "never" => Color::Never,
            _ => Color::Auto,
        }
    }

    pub(crate) fn format(&self) -> Format {
        match self.word("format") {
            "json" => Format::Json,
            "jsonl" => Format::Jsonl,
            "csv" => Format::Csv,
            "sarif" => Format::Sarif,
            "html" => Format::Html,
            _ => Format::Human,
        }
    }

    pub(crate) fn min_confidence(&self) -> Confidence {
        Confidence::from_name(self.word("min_confidence")).unwrap_or(Confidence::Medium)
    }

    pub(crate) fn list_all(&self) -> bool {
        self.word("list") == "all"
    }

    pub(crate) fn read_mode(&self) -> Mode {
        match self.word("read") {
            "pread" => Mode::Pread,
            "map" => Mode::Map,
            _ => Mode::Auto,
        }
    }

    /// What one file, and everything inside it, may cost.
    ///
    /// # Errors
    /// Usage: a limit that leaves nothing to be opened, or one that is beyond all memory.
    pub(crate) fn limits(&self) -> Result<Limits, Failure> {
        let number = |key: &str, least: u64, most: u64| match self.count(key) {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            number => Err(Failure::usage(anyhow!("`{key}` ({}) cannot be {}", self.origin(key), number.unwrap_or(0)))
                .hint(format!("between {least} and {most}"))),
        };
        let unpack = Unpack {
            depth: number("limit_depth", 1, 64)? as u32,
            members: number("limit_members", 1, u64::MAX)?,
            bytes: number("limit_bytes", 1 << 20, u64::MAX)?,
            ratio: number("limit_ratio", 1, u64::MAX)?,
            memory_bytes: number("limit_memory", 1 << 20, 2 << 30)? as usize,
            time_ms: number("limit_time", 1, 86_400)? * 1000,
            ..Unpack::default()
        };
        let findings_per_item = match self.count("max_findings_per_item") {
            None => None,
            Some(_) => Some(number("max_findings_per_item", 1, u64::MAX)?),
        };
        Ok(Limits { findings_per_item, unpack, ..Limits::default() })
    }

    /// Threads; as many as the machine offers unless said otherwise.
    pub(crate) fn jobs(&self) -> Result<usize, Failure> {
        match self.count("jobs") {
            None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
            Some(jobs @ 1..=1024) => Ok(jobs as usize),
            Some(jobs) => Err(Failure::usage(anyhow!("cannot work with {jobs} threads ({})", self.origin("jobs")))
                .hint("between 1 and 1024")),
        }
    }

    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        self.path("key_file")
    }

    /// A setting that is a path.
    pub(crate) fn path(&self, key: &str) -> Option<PathBuf> {
        self.list(key).first().map(PathBuf::from)
    }

    /// Bytes of content that are kept in memory.
    pub(crate) fn spool_memory(&self) -> u64 {
        self.count("spool_memory").unwrap_or(64 << 20)
    }

    /// Gaps that are accepted by name.
    pub(crate) fn accept_gaps(&self) -> Result<Vec<Reason>, Failure> {
        let acceptable = |reason: &Reason| reason.breaks() == Breaks::UnlessAccepted;
        let mut reasons = Vec::new();
        for name in self.strings("accept_gaps")? {
            let Some(reason) = Reason::from_name(&name).filter(acceptable) else {
                let known: Vec<&str> =
                    Reason::ALL.iter().filter(|reason| acceptable(reason)).map(|reason| reason.name()).collect();
                let error = anyhow!("`{name}` is not a gap that can be accepted ({})", self.origin("accept_gaps"));
                return Err(Failure::usage(error).hint(format!("these can be: {}", known.join(", "))));
            };
            reasons.push(reason);
        }
        Ok(reasons)
    }
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Processor => "processor",
            Self::Auditor => "auditor",
        }
    }
}

/// The policy of a config file.
fn read_policy(path: &Path, text: &str) -> Result<Policy, Failure> {
    let folder = std::path::absolute(path)
        .map(|path| path.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned))
        .map_err(|error| Failure::usage(anyhow::Error::new(error).context("cannot tell the current folder")))?;
    Policy::with_overlay(text).map(|policy| policy.beside(&folder)).map_err(|error| match error {
        PolicyError::Overlay { line, message, known } => {
            let place = format!("cannot use the config file `{}`, line {line}", path.display());
            let failure = Failure::usage(anyhow!("{message}").context(place));
            if known.is_empty() { failure } else { failure.hint(format!("known: {}", known.join(", "))) }
        }
        other => Failure::internal(other),
    })
}

/// The config file in force and its text.
fn find_file(named: Option<&Path>) -> Result<Option<(PathBuf, String)>, Failure> {
    let from_variable = env::var_os("ELEK_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = named.map(Path::to_owned).or(from_variable) {
        return match fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) => {
                let context = format!("cannot read the config file `{}`", path.display());
                Err(Failure::usage(anyhow::Error::new(error).context(context))
                    .hint("it is named by --config or $ELEK_CONFIG"))
            }
        };
    }
    let home = base_folder("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("elek/config.toml"));
    for path in home.into_iter().chain([PathBuf::from("/etc/elek/config.toml")]) {
        match fs::read_to_string(&path) {
            Ok(text) => return Ok(Some((path, text))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => {
                let context = format!("cannot read the config file `{}`", path.display());
                return Err(
                    Failure::usage(anyhow::Error::new(error).context(context)).hint("name another one with --config")
                );
            }
        }
    }
    Ok(None)
}

/// A folder of the XDG base directories; a relative one is ignored, as the specification asks.
pub(crate) fn base_folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home)))
}

/// Keys, values and line numbers of a config file.
fn read_file(path: &Path, text: &str) -> Result<Vec<(&'static str, Value, usize)>, Failure> {
    let line_of = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let place = |line: usize| format!("cannot use the config file `{}`, line {line}", path.display());
    let refused = |line: usize, problem: String| Failure::usage(anyhow!("{problem}").context(place(line)));
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(span.start));
        refused(line, error.message().to_owned())
    })?;
    let mut rows = Vec::new();
    for (key, value) in table.get_ref() {
        let line = line_of(key.span().start);
        if TABLES.contains(&key.get_ref().as_ref()) || key.get_ref() == SERVICE {
            continue;
        }
        let Some(setting) = Setting::find(key.get_ref()) else {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).chain(TABLES).chain([SERVICE]).collect();
            let failure = refused(line, format!("unknown key `{}`", key.get_ref()));
            return Err(failure.hint(format!("known keys: {}", known.join(", "))));
        };
        let value = read_value(setting, value.get_ref())
            .map_err(|problem| refused(line, format!("`{}`: {problem}", setting.key)))?;
        rows.push((setting.key, value, line));
    }
    Ok(rows)
}

fn read_value(setting: &Setting, value: &DeValue<'_>) -> Result<Value, String> {
    match (setting.form, value) {
        (Form::Choice(_) | Form::Path, DeValue::String(text)) => setting.parse(text),
        (Form::Number, DeValue::Integer(number)) => u64::from_str_radix(number.as_str(), number.radix())
            .map(Value::Number)
            .map_err(|_| "not a whole number from 0 on".to_owned()),
        (Form::Flag, DeValue::Boolean(flag)) => Ok(Value::Flag(*flag)),
        (Form::List, DeValue::Array(items)) => items
            .iter()
            .map(|item| {
                item.get_ref()
                    .as_str()
                    .map(OsString::from)
                    .ok_or_else(|| "holds something else than strings".to_owned())
            })
            .collect::<Result<_, _>>()
            .map(Value::Words),
        (form, _) => Err(match form {
            Form::Choice(words) => format!("must be one of {}, in quotes", words.join(", ")),
            Form::Path => "must be a path, in quotes".to_owned(),
            Form::Number => "must be a whole number".to_owned(),
            Form::Flag => "must be true or false".to_owned(),
            Form::List => "must be a list of strings".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, Value, read_file};
    use std::path::Path;

    #[test]
    fn defaults_parse() {
        for setting in SETTINGS {
            assert!(setting.default.is_empty() || setting.parse(setting.default).is_ok(), "{}", setting.key);
        }
    }

    #[test]
    fn a_file_is_read_with_line_numbers() {
        let rows = read_file(
            Path::new("f"),
            "# mine\nlang = \"ru\"\n\nfail_on = [\"high\", \"nid.*\"]\njobs = 0x2\nitems = true\n",
        )
        .expect("in order");
        let list = Value::Words(vec!["high".into(), "nid.*".into()]);
        let mut expected = vec![
            ("lang", Value::Words(vec!["ru".into()]), 2),
            ("fail_on", list, 4),
            ("jobs", Value::Number(2), 5),
            ("items", Value::Flag(true), 6),
        ];
        expected.sort_by_key(|row| row.2);
        let mut rows = rows;
        rows.sort_by_key(|row| row.2);
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("lang = \"ru\"\nlangs = 1\n", "unknown key `langs`"),
            ("[scan]\nlang = \"ru\"\n", "unknown key `scan`"),
            ("lang = \"de\"\n", "`lang`: `de` is none of en, ru, kk, uk, be"),
            ("jobs = \"2\"\n", "`jobs`: must be a whole number"),
            ("jobs = -2\n", "`jobs`: not a whole number from 0 on"),
            ("only = \"kz.*\"\n", "`only`: must be a list of strings"),
        ] {
            let failure = read_file(Path::new("f"), text).expect_err("refused");
            let shown = format!("{failure:?}");
            assert!(shown.contains(expected), "{shown}");
            let line = if text.contains("langs") { 2 } else { 1 };
            assert!(shown.contains(&format!("line {line}")), "{shown}");
        }
        assert!(read_file(Path::new("f"), "a = = 1").is_err());
    }
}
