//! What `deploy/` offers works with the real program.
#![cfg(feature = "cli")]

#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tools::cannot;

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
        return cannot("the Git hook: `git` is not there");
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
    // The program by a path from the top of the working tree; what cannot be read is no reason to go on, a picture is.
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_elek"), path.join("elek")).expect("linked");
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    for (name, passes) in [("photo.jpg", true), ("locked.zip", false)] {
        fs::copy(formats.join(name), path.join(name)).expect("copied");
        git(path, &["add", name]);
        let mut command = Command::new("git");
        command.arg("-C").arg(path).args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@primer.kz",
            "commit",
            "-q",
            "-m",
            "x",
        ]);
        let ended = command.env("ELEK", "./elek").env("ELEK_FAIL_ON", "nid.ua_rnokpp").env("HOME", path).output();
        let ended = ended.expect("git runs");
        assert_eq!(ended.status.success(), passes, "{name}: {ended:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr).contains("could be read"), !passes, "{name}: {ended:?}");
    }
    let left = fs::read_dir(path.join(".git")).expect("there");
    assert!(!left.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("elek.")));
}

/// The steps of the templates for pull requests, as they stand there.
#[test]
fn jobs_end_as_the_scan_or_the_gate_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("there");
    let action = read("github/action.yml");
    let (_, github) = action.split_once("      run: |\n").expect("a step");
    let github: String = github.lines().map(|line| line.trim_start_matches("        ").to_owned() + "\n").collect();
    let template = read("gitlab/elek.gitlab-ci.yml");
    let gitlab: Vec<&str> = template.lines().filter_map(|line| line.strip_prefix("    - elek ")).collect();
    let [scan, gate] = gitlab[..] else { panic!("two jobs: {gitlab:?}") };

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("clean.txt"), "nothing\n").expect("written");
    fs::write(path.join("person.txt"), "почта: aigul.s@pochta-primer.kz\n").expect("written");
    let config = "[destination.copilot]\ncountry = \"KZ\"\nmay_train = false\nterms_ref = \"t\"\n";
    fs::write(path.join("elek.toml"), config).expect("written");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_elek"), path.join("elek")).expect("linked");
    let run = |shell: &str, script: &str, variables: &[(&str, &str)]| {
        let mut command = Command::new(shell);
        command.args(["-c", script]).current_dir(path).env_clear().env("HOME", path);
        command.env("PATH", format!("{}:/usr/bin:/bin", path.display())).envs(variables.iter().copied());
        let output = command.output().expect("the shell runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let step = |file: &str, dest: &str| {
        let own =
            [("PROGRAM", "./elek"), ("PATHS", file), ("FAIL_ON", "high,medium"), ("DEST", dest), ("OUTPUT", "out")];
        let given = [("GITHUB_OUTPUT", "outputs"), ("GITHUB_WORKFLOW", "w"), ("ELEK_CONFIG", "elek.toml")];
        fs::write(path.join("outputs"), "").expect("written");
        let (code, said) = run("bash", &github, &[own.as_slice(), &given].concat());
        (code, fs::read_to_string(path.join("outputs")).expect("there").trim().to_owned(), said)
    };
    for (file, dest, code, told) in [
        ("clean.txt", "", 0, "code=0"),
        ("clean.txt person.txt", "", 1, "code=1"),
        ("clean.txt", "copilot", 0, "code=0"),
        ("person.txt", "copilot", 0, "code=10"),
        ("person.txt", "nowhere", 2, "code=2"),
    ] {
        let (ended, outputs, said) = step(file, dest);
        assert_eq!((ended, outputs.as_str()), (Some(code), told), "{file} {dest}: {said}");
    }
    let job = |script: &str, file: &str, dest: &str| {
        let own = [("ELEK_PATHS", file), ("ELEK_FAIL", "medium"), ("ELEK_DEST", dest), ("ELEK_FILE", file)];
        let given =
            [("ELEK_OUT", "out"), ("ELEK_CONFIG", "elek.toml"), ("ELEK_DECISION_LOG", "log"), ("CI_JOB_NAME", "j")];
        run("sh", &format!("elek {script}"), &[own.as_slice(), &given].concat())
    };
    for (script, file, dest, good) in [
        (scan, "clean.txt", "", true),
        (scan, "clean.txt person.txt", "", false),
        (gate, "clean.txt", "copilot", true),
        (gate, "person.txt", "copilot", true),
        (gate, "person.txt", "nowhere", false),
    ] {
        let (code, said) = job(script, file, dest);
        assert_eq!(code == Some(0), good, "{file} {dest}: {said}");
        assert!(!said.contains("no setting is called"), "the variables of the template are known: {said}");
    }
}

#[test]
fn a_notice_reaches_a_web_hook_and_no_secret_is_an_argument() {
    if Command::new("curl").arg("--version").output().is_err() {
        return cannot("the web hook: `curl` is not there");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let file = folder.path().join("hook");
    fs::write(&file, format!("http://{address}/in?x=1\nAuthorization: Bearer secret-of-the-hook\n")).expect("written");
    let send = |answer: &'static str| {
        let mut child = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/notify/webhook"))
            .arg(&file)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh runs");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(b"{\"schema\":\"elek.notice/1\"}\n").expect("taken");
        drop(input);
        let (mut stream, _) = listener.accept().expect("it asks");
        let mut asked = String::new();
        while !asked.contains("elek.notice/1") {
            let mut piece = [0; 1024];
            let count = stream.read(&mut piece).expect("it sends");
            assert!(count > 0, "{asked}");
            asked += &String::from_utf8_lossy(&piece[..count]);
        }
        stream.write_all(answer.as_bytes()).expect("answered");
        drop(stream);
        (asked, child.wait().expect("it ends").success())
    };
    let (asked, taken) = send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    assert!(taken && asked.starts_with("POST /in?x=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Authorization: Bearer secret-of-the-hook\r\n"), "{asked}");
    let (_, taken) = send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert!(!taken, "what was not taken is tried again");
}

#[test]
#[cfg(feature = "serve")]
fn the_configuration_of_the_package_is_in_order() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/systemd/config.toml");
    let checked = Command::new(env!("CARGO_BIN_EXE_elek")).args(["config", "check", "--config"]).arg(config).output();
    let checked = checked.expect("it runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
#[cfg(feature = "serve")]
fn the_units_are_hardened_and_in_order() {
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/systemd");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["elek.service", "elek-scan@.service", "elek-scan@.timer"] {
        let text = fs::read_to_string(units.join(name)).expect("there");
        // The program lies elsewhere here, and has no manual page.
        let text = text.replace("/usr/bin/elek", env!("CARGO_BIN_EXE_elek")).replace("Documentation=man:elek(1)\n", "");
        fs::write(folder.path().join(name), text).expect("written");
    }
    let analyze =
        |arguments: &[&str]| Command::new("systemd-analyze").args(arguments).current_dir(folder.path()).output().ok();
    let Some(verified) = analyze(&["verify", "./elek.service", "./elek-scan@srv.timer"]) else {
        return cannot("the units: `systemd-analyze` is not there");
    };
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    for unit in ["./elek.service", "./elek-scan@.service"] {
        let judged = analyze(&["security", "--offline=true", "--threshold=15", unit]).expect("it ran before");
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
    }
    // With an interface open to others.
    fs::create_dir(folder.path().join("elek.service.d")).expect("made");
    fs::copy(units.join("network.conf"), folder.path().join("elek.service.d/network.conf")).expect("copied");
    let verified = analyze(&["verify", "./elek.service"]).expect("it ran before");
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
}
