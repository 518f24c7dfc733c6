//! A home of its own for each test, and the real program in it.

use serde_json::Value;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with a folder `in` to scan, and no settings from outside.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("in")).expect("made");
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.within(&[env!("CARGO_BIN_EXE_elek")], arguments)
    }

    /// The program, started by another one: `setpriv … elek …`.
    pub(crate) fn within(&self, starter: &[&str], arguments: &[&str]) -> Command {
        let (program, rest) = starter.split_first().expect("a program");
        let mut command = Command::new(program);
        command.args(rest).args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["ELEK_", "LC_", "XDG_", "LANG", "NO_COLOR"].iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        command.env("HOME", self.folder.path()).env("LC_ALL", "C.UTF-8");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().expect("it runs"))
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Exit code; 128 and the number of the signal that killed it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// The last record of a report in lines.
    pub(crate) fn summary(&self) -> Value {
        let last = self.out.lines().last().unwrap_or_else(|| panic!("a summary: {self:?}"));
        let record: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {last}"));
        assert_eq!(record["type"], "summary", "{self:?}");
        record
    }
}
