//! Programs and rights that a test may lack.

use std::io::Write as _;

/// Says why a part of a test cannot be done here, past the harness, which keeps what a passing test prints to itself.
pub(crate) fn cannot(why: &str) {
    writeln!(std::io::stderr(), "not tested here: {why}").expect("standard error is open");
}
