//! Small commands: schemas, completions, manual page, version.

use super::args::{Arguments, Schema};
use super::failure::Failure;
use clap::CommandFactory as _;
use elek::report::outcome::Code;
use elek::report::schema;
use std::fmt::Write as _;

pub(crate) fn schema(which: Schema) -> Result<Code, Failure> {
    super::print(match which {
        Schema::Scan => schema::SCAN,
        Schema::Report => schema::REPORT,
        Schema::Config => schema::CONFIG,
        Schema::Decision => schema::DECISION,
        Schema::Redaction => schema::REDACTION,
        Schema::Purposes => schema::PURPOSES,
        Schema::Register => schema::REGISTER,
        Schema::Diff => schema::DIFF,
        Schema::Measures => schema::MEASURES,
        Schema::Overview => schema::OVERVIEW,
    })
}

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Code, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "elek", &mut text);
    super::print(&String::from_utf8_lossy(&text))
}

pub(crate) fn man() -> Result<Code, Failure> {
    let mut text = Vec::new();
    let mut page = |command: clap::Command| clap_mangen::Man::new(command).render(&mut text);
    let mut command = Arguments::command();
    command.build();
    let mut rendered = page(command.clone());
    for sub in command.get_subcommands() {
        rendered = rendered.and_then(|()| page(sub.clone()));
    }
    rendered.map_err(Failure::internal)?;
    super::print(&String::from_utf8_lossy(&text))
}

pub(crate) fn version(json: bool) -> Result<Code, Failure> {
    let sandbox = crate::worker::held_back().unwrap_or_else(|error| format!("no worker can be started: {error}"));
    let facts = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("commit", env!("ELEK_GIT_SHA")),
        ("date", env!("ELEK_BUILD_DATE")),
        ("target", env!("ELEK_TARGET")),
        ("profile", env!("ELEK_BUILD_PROFILE")),
        ("rustc", env!("ELEK_RUSTC")),
        ("simd", super::scan::level().name()),
        ("sandbox", sandbox.as_str()),
    ];
    let features: Vec<&str> = env!("ELEK_FEATURES").split(',').filter(|name| !name.is_empty()).collect();
    if json {
        let mut object = serde_json::Map::new();
        object.extend(facts.map(|(name, fact)| (name.to_owned(), fact.into())));
        object.insert("features".to_owned(), features.into());
        return super::print(&format!("{}\n", serde_json::Value::Object(object)));
    }
    let mut text = String::new();
    for (name, fact) in facts.into_iter().chain([("features", features.join(", ").as_str())]) {
        writeln!(text, "{name:9} {fact}").ok();
    }
    super::print(&text)
}
