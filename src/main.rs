//! `elek` finds personal data in what an operator hosts. The work is done by the library; this is its command line.

mod cli;
#[cfg(feature = "serve")]
mod serve;
mod worker;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
