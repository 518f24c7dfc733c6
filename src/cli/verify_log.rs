//! `elek verify-log`: does the chain of decisions hold?

use super::args::Common;
use super::failure::Failure;
use super::settings::Settings;
use elek::gate::log::{Expected, verify};
use elek::lang::Message;
use elek::report::escape;
use elek::report::outcome::Code;
use std::path::Path;

/// Verifies a log.
pub(crate) fn run(common: &Common, file: &Path, expected: Expected<'_>, json: bool) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    let lang = settings.lang();
    let answer = verify(file, expected).map_err(|error| {
        let context = format!("cannot read the decision log `{}`", escape::path(file));
        Failure::usage(anyhow::Error::new(error).context(context))
            .hint("the gate writes to what --decision-log names, else to ~/.local/state/elek/decisions.jsonl")
    })?;
    let (text, code) = match answer {
        Ok(whole) if json => (serde_json::to_string(&whole).map_err(Failure::internal)?, Code::Ok),
        Err(broken) if json => (serde_json::to_string(&broken).map_err(Failure::internal)?, Code::Findings),
        Ok(whole) => {
            let values = [
                ("records", lang.number(whole.records)),
                ("decisions", lang.number(whole.decisions)),
                ("signed", lang.number(whole.signed_until)),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            (lang.format(Message::LogWhole, &values), Code::Ok)
        }
        Err(broken) => {
            let line = lang.number(broken.line);
            (lang.format(Message::LogBroken, &[("line", &line), ("why", &broken.why)]), Code::Findings)
        }
    };
    super::print(&format!("{text}\n"))?;
    Ok(code)
}
