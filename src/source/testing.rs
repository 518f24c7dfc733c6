//! What the tests of `source` and `read` share: listings as text, and tests that need a process of their own.

use super::{Listed, Source};
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

/// A listing as text: `path` for an item, `path: reason` for what ended; paths relative to `root`.
pub(crate) fn lines(mut source: impl Source, root: &Path) -> Vec<String> {
    std::iter::from_fn(|| source.next())
        .map(|listed| {
            let (location, reason) = match listed {
                Listed::Item(item) => (item.location, String::new()),
                Listed::Known(_) => unreachable!("walks know nothing"),
                Listed::Ended { location, reason, .. } => (location, format!(": {}", reason.name())),
            };
            let path = location.path().strip_prefix(root).unwrap_or(location.path());
            format!("{}{reason}", path.display())
        })
        .collect()
}

/// Makes a named pipe. Nobody writes to it: whoever opens it without care waits for ever.
pub(crate) fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

const CHILD: &str = "ELEK_TEST_CHILD";

/// Whether this process was started by [`run_child`].
pub(crate) fn in_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// Runs one test of this binary again in a process of its own, and says how that ended.
pub(crate) fn start_child(module: &str, test: &str, change: impl FnOnce(&mut Command)) -> Output {
    // A copy that any user may run; the build directory may be closed to others. Made by another process: while this
    // one had it open for writing, a child of another test could inherit that, and then nobody may execute it.
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = dir.path().join("test");
    assert!(Command::new("cp").arg(env::current_exe().unwrap()).arg(&program).status().unwrap().success());
    let name = format!("{}::{test}", module.split_once("::").unwrap().1);
    let mut command = Command::new(&program);
    command.args(["--exact", &name, "--nocapture", "--test-threads=1"]).env(CHILD, "1").current_dir("/");
    change(&mut command);
    command.output().unwrap()
}

/// Runs one test again in a process of its own, which must pass.
pub(crate) fn run_child(module: &str, test: &str, change: impl FnOnce(&mut Command)) {
    let output = start_child(module, test, change);
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{}\n{said}\n{errors}", output.status);
}

/// Takes the rights of root away from a command; other users have none to take.
pub(crate) fn as_nobody(command: &mut Command) -> &mut Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root { command.uid(65534).gid(65534) } else { command }
}
