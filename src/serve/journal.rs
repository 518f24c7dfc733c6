//! What the service says of itself: a line of JSON on standard error for each event. Never content, never a value.

use serde_json::{Map, Value};
use std::io::{self, Write as _};

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Writes events that matter enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Journal {
    pub(crate) least: Level,
}

impl Journal {
    /// Writes an event: a short sentence that is the same every time, and its fields.
    pub(crate) fn say<const N: usize>(self, level: Level, event: &str, fields: [(&str, Value); N]) {
        if level < self.least {
            return;
        }
        let mut line = Map::new();
        line.insert("time".to_owned(), format!("{:.3}", jiff::Timestamp::now()).into());
        line.insert("level".to_owned(), level.name().into());
        line.insert("event".to_owned(), event.into());
        line.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        // There is no other place to say that this failed.
        io::stderr().lock().write_all(text.as_bytes()).ok();
    }
}
