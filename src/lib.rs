//! `elek` finds personal data in what an operator hosts, says what it could not read, and never shows a value.
//!
//! The engine is a synchronous library; the command line is a thin front on it. Data flows one way:
//!
//! ```text
//! source -> read -> unpack -> text -> detect -> check -> score -> Finding -> report
//! (items)  (bytes)  (children) (chars) (spans)  (proof)  (evidence)          Problem travels beside it
//! ```

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::allow_attributes,
        reason = "tests may panic"
    )
)]

pub mod check;
mod code;
pub mod detect;
pub mod engine;
pub mod eval;
pub mod finding;
pub mod follow;
pub mod gate;
pub mod known;
pub mod lang;
pub mod ledger;
pub mod limits;
pub mod location;
pub mod matched;
pub mod policy;
pub mod problem;
pub mod read;
pub mod redact;
pub mod report;
pub mod score;
pub mod sink;
pub mod source;
pub mod span;
#[cfg(feature = "store")]
pub mod store;
pub mod survey;
pub mod taxonomy;
pub mod text;
pub mod unpack;

/// The examples of the README are compiled and run with the other tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
