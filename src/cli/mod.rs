//! The command line: a thin front that turns arguments into parts of the library, runs them and says how it ended.

mod apart;
mod args;
mod baseline;
mod config;
mod detectors;
#[cfg(feature = "serve")]
mod doctor;
mod eval;
mod extras;
mod failure;
mod gate;
mod judging;
mod progress;
mod redact;
mod report;
mod scan;
#[cfg(feature = "serve")]
mod serve;
mod settings;
mod signals;
mod state;
mod stored;
mod verify_log;

use args::{Arguments, Command};
use clap::Parser as _;
use elek::gate::log::Expected;
use elek::report::outcome::Code;
use failure::Failure;
use std::io::{self, Write as _};
use std::panic::UnwindSafe;
use std::process::ExitCode;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    ExitCode::from(guarded(run).number())
}

/// Runs something of which no panic may say more than its place.
fn guarded(run: impl FnOnce() -> Code + UnwindSafe) -> Code {
    hide_panics();
    std::panic::catch_unwind(run).unwrap_or(Code::Internal)
}

fn run() -> Code {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are errors to clap; a closed pipe is no reason to complain about them.
            error.print().ok();
            return if error.use_stderr() { Code::Usage } else { Code::Ok };
        }
    };
    let quiet = arguments.common.quiet;
    let ended = match &arguments.command {
        Command::Scan(scan) => scan::run(&arguments.common, scan),
        Command::Gate(gate) => gate::run(&arguments.common, gate),
        Command::Redact(redact) => redact::run(&arguments.common, redact),
        Command::Report(report) => report::run(&arguments.common, report),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => serve::run(&arguments.common, serve),
        #[cfg(feature = "serve")]
        Command::Doctor => doctor::run(&arguments.common),
        Command::VerifyLog { file, public_key, expect, json } => {
            let expected = Expected { key: public_key.as_deref(), line: expect.as_deref() };
            verify_log::run(&arguments.common, file, expected, *json)
        }
        Command::Status { folder, format } => stored::status(&arguments.common, folder, format),
        Command::Findings(findings) => stored::findings(&arguments.common, findings),
        Command::Detectors(detectors) => detectors::run(&arguments.common, detectors),
        Command::Eval(eval) => eval::run(&arguments.common, eval),
        Command::Config(config) => config::run(&arguments.common, config),
        Command::Schema { which } => extras::schema(*which),
        Command::Completions { shell } => extras::completions(*shell),
        Command::Man => extras::man(),
        Command::Worker { sandbox } => crate::worker::run(*sandbox).map(|()| Code::Ok).map_err(Failure::internal),
        Command::Version { json } => extras::version(*json),
    };
    match ended {
        Ok(code) => code,
        Err(failure) => {
            failure.print(quiet);
            failure.code()
        }
    }
}

/// A panic is a bug, and its message may hold bytes of what was scanned: only the place is printed.
fn hide_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        // Nobody is left to tell when this fails.
        writeln!(io::stderr(), "error: a bug in elek at {place}; please report it with the version and the command")
            .ok();
    }));
}

/// Writes to standard output; a closed pipe ends the program quietly.
fn print(text: &str) -> Result<Code, Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Code::Ok),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Code::Ok),
        Err(error) => Err(Failure::internal(anyhow::Error::new(error).context("cannot write to standard output"))),
    }
}

/// Writes a line to standard error. There is no other place to say that this failed.
fn note(text: &str) {
    writeln!(io::stderr(), "{text}").ok();
}

#[cfg(test)]
mod tests {
    use super::guarded;
    use std::process::Command;

    const VALUE: &str = "900101300017";

    /// A panic is a bug whose message could hold what was scanned. Here one does, on two threads, in a process of its own.
    #[test]
    fn a_panic_says_where_and_nothing_else() {
        const CHILD: &str = "ELEK_TEST_PANIC";
        if std::env::var_os(CHILD).is_some() {
            let code = guarded(|| {
                std::thread::spawn(|| panic!("on a thread: {VALUE}")).join().ok();
                panic!("no sense in {VALUE}")
            });
            std::process::exit(code.number().into());
        }
        let name =
            format!("{}::a_panic_says_where_and_nothing_else", module_path!().split_once("::").expect("inside").1);
        let program = std::env::current_exe().expect("there");
        let arguments = ["--exact", &name, "--nocapture", "--test-threads=1"];
        let output = Command::new(program).args(arguments).env(CHILD, "1").output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{errors}");
        assert_eq!(errors.matches("error: a bug in elek at src/cli/mod.rs:").count(), 2, "{errors}");
        let all = [output.stdout.as_slice(), &output.stderr].concat();
        assert!(!String::from_utf8_lossy(&all).contains(VALUE), "{errors}");
    }
}
