//! `--baseline` and `--write-baseline`: findings that are accepted, with reason and day.

use super::args::Scan;
use super::failure::Failure;
use super::settings::Settings;
use anyhow::anyhow;
use elek::detect::Catalog;
use elek::lang::{Lang, Message};
use elek::report::baseline::{Baseline, BaselineError, Comparing, Making};
use elek::report::escape;
use elek::report::key::Key;
use elek::report::output::{Output, Place};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use std::fs;
use std::path::Path;

/// Expired entries that are named one by one.
const NAMED: usize = 20;

/// What the arguments say of baselines.
pub(crate) struct Accepting {
    baseline: Baseline,
    making: Option<(Output, String, Date)>,
}

fn failure(error: BaselineError, path: &Path) -> Failure {
    let no_key = matches!(error, BaselineError::NoKey);
    let failure =
        Failure::usage(anyhow::Error::new(error).context(format!("cannot use the baseline `{}`", path.display())));
    if no_key { failure.hint("name a key with --key-file") } else { failure }
}

/// Whether something would be lost if another file took the place of this one.
fn is_kept(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() > 0)
}

impl Accepting {
    /// Reads the baseline and opens the new one, if any of both is asked for.
    pub(crate) fn open(arguments: &Scan, settings: &Settings, key: Option<&Key>) -> Result<Option<Self>, Failure> {
        let path = settings.path("baseline");
        let (Some(key), Some(named)) = (key, path.as_ref().or(arguments.write_baseline.as_ref())) else {
            return Ok(None);
        };
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let mut baseline = Baseline::none(today);
        if let Some(path) = &path {
            let text = fs::read_to_string(path).map_err(|error| {
                Failure::usage(
                    anyhow::Error::new(error).context(format!("cannot read the baseline `{}`", path.display())),
                )
            })?;
            baseline = Baseline::read(&text, key, today).map_err(|error| failure(error, path))?;
        }
        let mut making = None;
        if let (Some(path), Some(reason)) = (&arguments.write_baseline, &arguments.reason) {
            let until = match &arguments.until {
                Some(text) => {
                    let day: Date = text
                        .parse()
                        .map_err(|_| Failure::usage(anyhow!("`{text}` is not a day, such as 2027-01-31")))?;
                    if day < today {
                        return Err(Failure::usage(anyhow!("`--until {day}` has passed: nothing would be accepted"))
                            .hint("name the last day on which the findings are still accepted"));
                    }
                    day
                }
                None => today.saturating_add(1.year()),
            };
            if reason.trim().is_empty() {
                return Err(Failure::usage(anyhow!("the reason is empty")));
            }
            let shown = escape::path(path);
            if is_kept(path) && settings.path("baseline").and_then(|read| Place::of(&read)) != Place::of(path) {
                let why = anyhow!("there is a file `{shown}` already: its reasons and days would be lost");
                return Err(Failure::usage(why).hint(format!(
                    "`--baseline {shown}` beside it keeps the entries of what is still found; else name another file"
                )));
            }
            let output = Output::open(Some(path)).map_err(|error| {
                Failure::usage(
                    anyhow::Error::new(error).context(format!("cannot write the baseline `{}`", path.display())),
                )
            })?;
            making = Some((output, reason.clone(), until));
        }
        if key.origin() == elek::report::key::KeyOrigin::Ephemeral {
            return Err(failure(BaselineError::NoKey, named));
        }
        Ok(Some(Self { baseline, making }))
    }

    pub(crate) fn baseline(&self) -> &Baseline {
        &self.baseline
    }
}

/// Takes the place of the new baseline out of the arguments, so that it can be written while the old one is read.
pub(crate) fn making(accepting: Option<&mut Accepting>) -> Option<(Output, String, Date)> {
    accepting.and_then(|accepting| accepting.making.take())
}

/// The sink that compares.
pub(crate) fn comparing<'a>(
    accepting: &'a Accepting, making: Option<&'a mut (Output, String, Date)>, catalog: &'a Catalog, key: &Key,
    list_all: bool,
) -> Result<Comparing<'a>, Failure> {
    let making = making.map(|(to, reason, until)| Making { to, reason: reason.clone(), until: *until });
    Comparing::new(&accepting.baseline, catalog.kinds(), key, list_all, making).map_err(Failure::usage)
}

/// Names what has expired.
pub(crate) fn name_expired(comparing: &Comparing<'_>, lang: Lang) {
    for entry in comparing.expired().take(NAMED) {
        let values = [
            ("until", entry.until.to_string()),
            ("detector", escape::text(&entry.detector)),
            ("path", escape::text(&entry.path)),
            ("reason", escape::text(&entry.reason)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        super::note(&lang.format(Message::BaselineExpired, &values));
    }
}
