//! `elek config`: is the file in order, and what is in force.

use super::args::{Common, Config};
use super::failure::Failure;
use super::judging::{self, Judging};
use super::scan;
use super::settings::Settings;
use elek::report::escape;
use elek::report::outcome::Code;
use std::fmt::Write as _;

/// Gives everything that the settings say its meaning: what a command would refuse later is refused now.
pub(crate) fn check(settings: &Settings) -> Result<(), Failure> {
    scan::check(settings)?;
    if settings.selects() {
        scan::catalog(settings)?;
    }
    judging::stated(settings.policy(), &Judging::new(settings)?).map(drop)
}

pub(crate) fn run(common: &Common, command: &Config) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    check(&settings)?;
    #[cfg(feature = "serve")]
    let served = super::serve::plan(&settings)?;
    match command {
        Config::Check => super::print(&match settings.file() {
            Some(path) => format!("{}: in order\n", escape::path(path)),
            None => "no config file; defaults and variables are in order\n".to_owned(),
        }),
        Config::Show => {
            let rows: Vec<_> = settings.rows().collect();
            let key_width = rows.iter().map(|(key, _, _)| key.len()).max().unwrap_or(0);
            let value_width = rows.iter().map(|(_, value, _)| value.chars().count().max(1)).max().unwrap_or(0).min(32);
            let mut text = String::new();
            let stated = settings.policy().stated();
            for (key, value, origin) in rows {
                let value = if value.is_empty() { "-" } else { &value };
                // Writing to a string cannot fail.
                writeln!(text, "{key:key_width$}  {value:value_width$}  {}", escape::text(&origin.to_string())).ok();
            }
            for (name, value) in stated {
                writeln!(text, "{name}  {}", escape::text(&value)).ok();
            }
            #[cfg(feature = "serve")]
            for (name, value) in super::serve::rows(&served) {
                writeln!(text, "{name}  {}", escape::text(&value)).ok();
            }
            super::print(&text)
        }
    }
}
