//! `elek verify-log`: does the chain of decisions hold?

use super::args::Common;
use super::failure::Failure;
use super::settings::Settings;
use anyhow::anyhow;
use elek::gate::log::{Expected, verify};
use elek::lang::Message;
use elek::report::escape;
use elek::report::outcome::Code;
use std::path::Path;

/// Refuses what cannot be a key or digest of 32 bytes: compared, it would say that the log is another one.
fn well_formed(flag: &str, text: Option<&str>, prefix: &str) -> Result<(), Failure> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let digits = |text: &str| text.strip_prefix(prefix).is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_digit));
    match text {
        Some(text) if !digits(text) => {
            let name = escape::text(text);
            let error =
                anyhow!("`--{flag}` is `{name}`; it must be `{prefix}` and 64 hexadecimal digits, in small letters");
            Err(Failure::usage(error).hint("`elek verify-log --json FILE` prints `key` and `head`"))
        }
        _ => Ok(()),
    }
}

/// Verifies a log.
pub(crate) fn run(common: &Common, file: &Path, expected: Expected<'_>, json: bool) -> Result<Code, Failure> {
    let settings = Settings::load(common, None)?;
    let lang = settings.lang();
    well_formed("public-key", expected.key, "ed25519:")?;
    well_formed("expect", expected.line, "sha256:")?;
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
            let mut text = lang.format(Message::LogWhole, &values);
            if whole.head_file.is_none() {
                text = format!("{text}; {}", lang.text(Message::LogHeadless));
            }
            (text, Code::Ok)
        }
        Err(broken) => {
            let line = lang.number(broken.line);
            (lang.format(Message::LogBroken, &[("line", &line), ("why", &broken.why)]), Code::Findings)
        }
    };
    super::print(&format!("{text}\n"))?;
    Ok(code)
}
