//! What `deploy/` offers works with the real program.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=t", "-c", "user.email=t@primer.kz"]).args(arguments);
    command
        .env("ELEK", env!("CARGO_BIN_EXE_elek"))
        .env("HOME", folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE");
    command.output().expect("git runs")
}

#[test]
fn the_git_hook_stops_a_commit_with_personal_data() {
    if Command::new("git").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    assert!(git(path, &["init", "-q"]).status.success());
    let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/git/pre-commit");
    fs::create_dir_all(path.join(".git/hooks")).expect("made");
    fs::copy(hook, path.join(".git/hooks/pre-commit")).expect("copied");

    fs::write(path.join("a.txt"), "ИИН клиента: 900101300017\n").expect("written");
    git(path, &["add", "a.txt"]);
    // The index counts, not what stands in the working tree by now.
    fs::write(path.join("a.txt"), "nothing\n").expect("written");
    let stopped = git(path, &["commit", "-q", "-m", "x"]);
    assert!(!stopped.status.success(), "{stopped:?}");
    let said = String::from_utf8_lossy(&stopped.stderr).into_owned() + &String::from_utf8_lossy(&stopped.stdout);
    assert!(said.contains("commit stopped: personal data") && !said.contains("900101300017"), "{said}");

    git(path, &["add", "a.txt"]);
    let passed = git(path, &["commit", "-q", "-m", "x"]);
    assert!(passed.status.success(), "{passed:?}");
    let left = fs::read_dir(path.join(".git")).expect("there");
    assert!(!left.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("elek.")));
}
