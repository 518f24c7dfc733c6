//! The service as an administrator meets it: point it at folders, rotate, kill, restart, reload, look.
#![cfg(feature = "serve")]

use elek::store::{FindingFilter, Reader};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before the test gives up: a failure is told, not waited for.
const PATIENCE: Duration = Duration::from_secs(25);

/// A folder with a volume, a configuration and a state.
struct House {
    folder: TempDir,
}

/// A running service; it is ended with the test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl House {
    fn new(more: &str) -> Self {
        let house = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(house.path("volume")).expect("made");
        house.configure(more);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure(&self, more: &str) {
        let text = format!(
            "[serve]\nstate = \"state\"\nreconcile_s = 1\nsettle_ms = 100\n{more}\n[volume.v]\npaths = [\"volume\"]\n"
        );
        fs::write(self.path("elek.toml"), text).expect("written");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elek"));
        command.args(arguments).arg("--config").arg(self.path("elek.toml")).env_clear().env("HOME", self.folder.path());
        command
    }

    fn start(&self) -> Service {
        let journal = OpenOptions::new().create(true).append(true).open(self.path("journal")).expect("opened");
        let child = self.command(&["serve"]).stderr(journal).stdout(Stdio::null()).spawn().expect("started");
        Service(child)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path("volume").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("written");
    }

    fn journal(&self) -> String {
        fs::read_to_string(self.path("journal")).unwrap_or_default()
    }

    /// Name of the file, detector and mask of each finding, sorted.
    fn findings(&self) -> Vec<String> {
        let Ok(reader) = Reader::open(&self.path("state")) else { return Vec::new() };
        let Ok(found) = reader.findings(&FindingFilter::default(), 0, 100_000) else { return Vec::new() };
        let name = |path: &Path| path.strip_prefix(self.path("volume")).unwrap_or(path).display().to_string();
        let mut lines: Vec<String> =
            found.iter().map(|found| format!("{} {} {}", name(&found.path), found.detector, found.masked)).collect();
        lines.sort();
        lines
    }

    /// Waits until these are the findings.
    fn finds(&self, expected: &[&str]) {
        let until = Instant::now() + PATIENCE;
        while self.findings() != expected {
            assert!(Instant::now() < until, "{:#?}\n{}", self.findings(), self.journal());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn says(&self, event: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.journal().contains(event) {
            assert!(Instant::now() < until, "`{event}` is not in {}", self.journal());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Service {
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.0.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Ends it as the service manager does.
    fn end(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().expect("it ends").code()
    }
}

const IIN: &str = "ИИН клиента: 900101300017\n";

/// So much text without values that the file is larger than a block.
fn filler() -> String {
    "2026-11-22 10:00:00 the request was served without any trouble at all\n".repeat(70_000)
}

#[test]
fn what_is_there_what_comes_and_what_goes() {
    let house = House::new("");
    house.write("a.txt", IIN);
    let service = house.start();
    house.finds(&["a.txt kz.iin ••••••••17"]);
    house.write("new/deep/er/b.txt", IIN);
    house.finds(&["a.txt kz.iin ••••••••17", "new/deep/er/b.txt kz.iin ••••••••17"]);
    fs::remove_file(house.path("volume/a.txt")).expect("removed");
    house.finds(&["new/deep/er/b.txt kz.iin ••••••••17"]);
    assert_eq!(service.end(), Some(0));
    assert!(!house.journal().contains("900101300017"));
}

/// A volume that is not there any more keeps what was found, and whoever asks the state is told.
#[test]
fn a_volume_that_is_gone_is_told_by_its_state() {
    let house = House::new("");
    house.write("a.txt", IIN);
    let service = house.start();
    house.finds(&["a.txt kz.iin ••••••••17"]);
    fs::rename(house.path("volume"), house.path("elsewhere")).expect("moved");
    house.says("no path of the volume can be reached");
    let status = |arguments: &[&str]| {
        let state = house.path("state");
        let folder = state.to_str().expect("UTF-8");
        let output = house.command(&[&["status", folder], arguments].concat()).output().expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let text = status(&[]);
    assert!(text.contains("last run: no path of it could be reached"), "{text}");
    assert!(status(&["--lang", "ru"]).contains("последний запуск: ни один путь не доступен"));
    assert!(status(&["-f", "json"]).contains("\"state\": \"unreachable\""));
    house.finds(&["a.txt kz.iin ••••••••17"]);
    fs::rename(house.path("elsewhere"), house.path("volume")).expect("moved back");
    let until = Instant::now() + PATIENCE;
    while !status(&[]).contains("last run: complete") {
        assert!(Instant::now() < until, "{}", status(&[]));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(service.end(), Some(0));
}

#[test]
fn a_log_is_read_on_through_rotations_and_a_kill() {
    let house = House::new("");
    house.write("app.log", &(filler() + IIN));
    let service = house.start();
    house.finds(&["app.log kz.iin ••••••••17"]);
    // Half a value first, the rest later: one finding.
    house.write("app.log", "карта 4400 4322 41");
    std::thread::sleep(Duration::from_millis(300));
    house.write("app.log", "36 5033\n");
    house.finds(&["app.log card ••••••••5033", "app.log kz.iin ••••••••17"]);
    fs::rename(house.path("volume/app.log"), house.path("volume/app.log.1")).expect("renamed");
    house.write("app.log", IIN);
    let both = ["app.log kz.iin ••••••••17", "app.log.1 card ••••••••5033", "app.log.1 kz.iin ••••••••17"];
    house.finds(&both);
    assert!(!house.journal().contains("from its beginning"), "a renamed log stays the same: {}", house.journal());
    // Killed, and changed while nobody looked: cut, and filled beyond its old size.
    service.signal("-KILL");
    drop(service);
    fs::write(house.path("volume/app.log.1"), filler() + &filler() + "почта ivanov@firma-test.kz\n").expect("written");
    let service = house.start();
    house.finds(&["app.log kz.iin ••••••••17", "app.log.1 email i••••••••@••••••••.kz"]);
    assert!(
        house.journal().contains("\"why\":\"tail_differs\"") || house.journal().contains("\"why\":\"head_differs\""),
        "{}",
        house.journal()
    );
    assert_eq!(service.end(), Some(0));
}

/// The scheduling policy of each named thread of a process (`proc_pid_stat(5)`, field 41).
fn policies(process: u32) -> BTreeMap<String, u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let stat = |task: fs::DirEntry| fs::read_to_string(task.path().join("stat")).ok();
    let policy = |stat: String| {
        let (name, fields) = stat.split_once('(')?.1.rsplit_once(") ")?;
        Some((name.to_owned(), fields.split(' ').nth(38)?.parse().ok()?))
    };
    tasks.flatten().filter_map(stat).filter_map(policy).collect()
}

#[test]
fn what_reads_volumes_leaves_the_processors_to_others() {
    const IDLE: u32 = libc::SCHED_IDLE as u32;
    for (setting, rests) in [("", true), ("idle = false", false)] {
        let house = House::new(setting);
        house.write("a.txt", IIN);
        let service = house.start();
        house.finds(&["a.txt kz.iin ••••••••17"]);
        let policies = policies(service.0.id());
        for name in ["walks", "files", "logs"] {
            assert_eq!(policies[name] == IDLE, rests, "{name}: {policies:?}");
        }
        assert_ne!(policies["notices"], IDLE, "{policies:?}");
        assert_eq!(service.end(), Some(0));
    }
}

#[test]
fn one_at_a_time_and_a_wrong_configuration_changes_nothing() {
    let house = House::new("");
    house.write("a.txt", IIN);
    let service = house.start();
    house.finds(&["a.txt kz.iin ••••••••17"]);
    let second = house.command(&["serve"]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(2), "{}", String::from_utf8_lossy(&second.stderr));
    house.configure("reconcile_s = \"often\"");
    service.signal("-HUP");
    house.says("the configuration is wrong, the old one stays");
    house.configure("nice = 19");
    service.signal("-HUP");
    house.says("the configuration was read again");
    house.write("b.txt", IIN);
    house.finds(&["a.txt kz.iin ••••••••17", "b.txt kz.iin ••••••••17"]);
    assert_eq!(service.end(), Some(0));
}

#[test]
fn the_service_manager_is_told() {
    let house = House::new("");
    let socket = UnixDatagram::bind(house.path("notify")).expect("bound");
    socket.set_read_timeout(Some(PATIENCE)).expect("set");
    let child = house
        .command(&["serve"])
        .env("NOTIFY_SOCKET", house.path("notify"))
        .env("WATCHDOG_USEC", "200000")
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let service = Service(child);
    let hears = |wanted: &str| {
        let mut buffer = [0; 256];
        for _ in 0..1_000 {
            let count = socket.recv(&mut buffer).expect("it goes on");
            if String::from_utf8_lossy(&buffer[..count]).starts_with(wanted) {
                return;
            }
        }
        panic!("`{wanted}` was not told");
    };
    hears("READY=1");
    hears("WATCHDOG=1");
    service.signal("-HUP");
    hears("RELOADING=1\nMONOTONIC_USEC=");
    hears("READY=1");
    service.signal("-TERM");
    hears("STOPPING=1");
}

#[test]
fn new_findings_are_told_without_values_and_what_nobody_takes_is_kept() {
    let house = House::new("");
    let program = house.path("hook");
    fs::write(&program, format!("#!/bin/sh\ncat >> {}\n", house.path("told").display())).expect("written");
    Command::new("chmod").arg("+x").arg(&program).status().expect("chmod runs");
    house.configure(&format!("notify_command = [\"{}\"]", program.display()));
    house.write("a.txt", IIN);
    let service = house.start();
    let until = Instant::now() + PATIENCE;
    let mut told = String::new();
    // The program makes the file before it writes to it.
    while !told.ends_with('\n') {
        assert!(Instant::now() < until, "{}", house.journal());
        std::thread::sleep(Duration::from_millis(50));
        told = fs::read_to_string(house.path("told")).unwrap_or_default();
    }
    assert!(told.contains("\"detector\":\"kz.iin\"") && told.contains("\"new\":1"), "{told}");
    assert!(!told.contains("900101300017"), "{told}");
    drop(service);
    // A program that is not there: the notice is kept.
    house.configure("notify_command = [\"/nowhere/hook\"]");
    house.write("b.txt", IIN);
    let service = house.start();
    house.finds(&["a.txt kz.iin ••••••••17", "b.txt kz.iin ••••••••17"]);
    house.says("a notice was not taken");
    let dead = fs::read_to_string(house.path("state/dead-letters.jsonl")).expect("kept");
    assert!(dead.contains("\"new\":1") && dead.contains("\"found\":2"), "{dead}");
    assert_eq!(service.end(), Some(0));
}

#[test]
fn the_doctor_says_what_to_do() {
    let house = House::new("");
    let output = house.command(&["doctor"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("the service can run") && text.contains("sandbox of the worker"), "{text}");
    fs::remove_dir(house.path("volume")).expect("removed");
    let output = house.command(&["doctor"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("BAD") && text.contains("1 to be put right"), "{text}");
    assert!(text.contains("mount it, or name another path") && !text.contains("without events"), "{text}");
}

/// An address that is taken is named, with what to do.
#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let house = House::new(&format!("[serve.api]\nlisten = \"{address}\"\ntokens = \"tokens\""));
    fs::write(house.path("tokens"), format!("operator desk {}\n", "a".repeat(40))).expect("written");
    fs::set_permissions(house.path("tokens"), fs::Permissions::from_mode(0o600)).expect("set");
    let doctor = house.command(&["doctor"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&doctor.stdout);
    assert!(doctor.status.code() == Some(1) && text.contains(&format!("BAD   listen: {address}: ")), "{text}");
    let served = house.command(&["serve"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&served.stderr);
    assert_eq!(served.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("cannot listen at {address}: ")) && said.contains("hint: `listen`"), "{said}");
    drop(taken);
    assert_eq!(house.command(&["doctor"]).output().expect("it runs").status.code(), Some(0));
}

/// What nobody will look into, and what is named and not there, is said before it is missed.
#[test]
fn volumes_without_an_instruction_are_named() {
    let house = House::new("");
    let own = fs::read_to_string(house.path("elek.toml")).expect("read");
    let theirs = "[volume.theirs]\npaths = [\"theirs\"]\nrole = \"processor\"\n";
    fs::write(house.path("elek.toml"), format!("{own}{theirs}")).expect("written");
    let doctor = || {
        let output = house.command(&["doctor"]).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = doctor();
    assert!(code == Some(0) && text.contains("mind  volume theirs has no instruction"), "{text}");
    assert!(text.contains("`instruction_ref` in `[volume.theirs]`"), "{text}");
    let service = house.start();
    house.says("a volume without an instruction is not looked into");
    assert_eq!(service.end(), Some(0));
    let consent = "[consent]\nregister = \"consents.jsonl\"\nmax_age_days = 7\n";
    fs::write(house.path("elek.toml"), format!("{own}{consent}")).expect("written");
    let (code, text) = doctor();
    assert!(code == Some(1) && text.contains("BAD   register of consents") && text.contains("No such file"), "{text}");
    fs::write(house.path("consents.jsonl"), "").expect("written");
    assert_eq!(doctor().0, Some(0));
}
