//! The service's answers: who may ask what, what is let out, and what anybody who means harm gets.
#![cfg(feature = "serve")]

#[path = "report/validate.rs"]
mod validate;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(25);
const IIN: &str = "900101300017";
const PROMPT: &str = "ИИН клиента 900101300017, звонить aigul.s@pochta-primer.kz\n";

/// A service with a volume, tokens and a destination; it is ended with the test.
struct House {
    folder: TempDir,
    service: Child,
    port: u16,
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Drop for House {
    fn drop(&mut self) {
        self.service.kill().ok();
        self.service.wait().ok();
    }
}

fn token(letter: char) -> String {
    letter.to_string().repeat(40)
}

/// Writes a certificate for `elek.example.kz` that ends after so many days, and its key; gives the certificate.
fn certify(folder: &Path, days: i64) -> CertificateDer<'static> {
    let mut wanted = CertificateParams::new(vec!["elek.example.kz".to_owned()]).expect("a name");
    let end = Timestamp::now().to_zoned(TimeZone::UTC).date() + days.days();
    let [month, day] = [end.month(), end.day()].map(i8::unsigned_abs);
    (wanted.not_before, wanted.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(end.year().into(), month, day));
    let key = KeyPair::generate().expect("a key");
    let chain = wanted.self_signed(&key).expect("signed").pem();
    fs::write(folder.join("chain.pem"), &chain).expect("written");
    fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
    fs::set_permissions(folder.join("key.pem"), Permissions::from_mode(0o600)).expect("set");
    CertificateDer::from_pem_slice(chain.as_bytes()).expect("PEM")
}

impl House {
    fn new() -> Self {
        Self::open("127.0.0.1", "")
    }

    /// Its interface has TLS and can be reached from elsewhere.
    fn encrypted() -> (Self, CertificateDer<'static>) {
        let own = "hosts = [\"elek.example.kz\"]\ncertificate = \"chain.pem\"\ncertificate_key = \"key.pem\"\n";
        let house = Self::open("0.0.0.0", own);
        let chain = fs::read(house.path("chain.pem")).expect("there");
        (house, CertificateDer::from_pem_slice(&chain).expect("PEM"))
    }

    fn open(address: &str, own: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        certify(folder.path(), 90);
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("data/sub")).expect("made");
        fs::write(path("data/sub/a.txt"), format!("ИИН: {IIN}\n")).expect("written");
        fs::write(path("secret"), "outside").expect("written");
        symlink("../secret", path("data/link")).expect("linked");
        fs::write(
            path("tokens"),
            format!("operator desk {}\nprocessor adm {}\nauditor kpmg {}\n", token('a'), token('b'), token('c')),
        )
        .expect("written");
        fs::set_permissions(path("tokens"), Permissions::from_mode(0o600)).expect("set");
        // A port that is free now is most likely free in a moment.
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let config = format!(
            "[volume.crm]\npaths = [\"data\"]\n[volume.other]\n[volume.theirs]\npaths = [\"theirs\"]\nrole = \"processor\"\n\
             [destination.copilot]\ncountry = \"US\"\nmay_train = false\n\
             terms_ref = \"t\"\n[serve]\nstate = \"state\"\nreconcile_s = 1\n[serve.api]\nlisten = \"{address}:{port}\"\n\
             tokens = \"tokens\"\nmax_body_mib = 1\n{own}"
        );
        fs::write(path("elek.toml"), config).expect("written");
        let journal = fs::File::create(path("journal")).expect("made");
        let service = command(&folder, &["serve"]).stderr(journal).stdout(Stdio::null()).spawn().expect("started");
        let house = Self { folder, service, port };
        let until = Instant::now() + PATIENCE;
        while house.try_ask("GET", "/healthz", &[], b"").is_err() {
            assert!(Instant::now() < until, "{}", house.journal());
            std::thread::sleep(Duration::from_millis(20));
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn journal(&self) -> String {
        fs::read_to_string(self.path("journal")).unwrap_or_default()
    }

    fn try_ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        exchange(UnixStream::connect(self.path("state/api.sock"))?, method, target, headers, body)
    }

    /// Asks over the socket, as the account that the service runs under.
    fn ask(&self, method: &str, target: &str, body: &[u8]) -> Answer {
        self.try_ask(method, target, &[], body).expect("an answer")
    }

    /// Asks over the loopback interface.
    fn tcp(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        exchange(stream, method, target, headers, body).expect("an answer")
    }

    /// Asks over TLS, with a token.
    fn tls(&self, trusted: &CertificateDer<'_>, target: &str) -> io::Result<Answer> {
        let stream = shake_hands(self.port, trusted, b"http/1.1", &[&rustls::version::TLS13])?;
        let bearer = format!("Bearer {}", token('a'));
        exchange(stream, "GET", target, &[("Authorization", &bearer), ("Host", "elek.example.kz")], b"")
    }

    /// Has the configuration read again, and waits until it is told.
    fn reload(&self, told: &str) {
        let count = || self.journal().matches(told).count();
        let before = count();
        let sent = Command::new("kill").args(["-HUP", &self.service.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let until = Instant::now() + PATIENCE;
        while count() == before {
            assert!(Instant::now() < until, "{}", self.journal());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks with a token.
    fn with(&self, letter: char, method: &str, target: &str, body: &[u8]) -> Answer {
        self.tcp(method, target, &[("Authorization", &format!("Bearer {}", token(letter)))], body)
    }

    /// Waits until the file of the volume was found.
    fn found(&self) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let page = self.ask("GET", "/v1/findings", b"").json();
            if page["findings"].as_array().is_some_and(|found| !found.is_empty()) {
                return page;
            }
            assert!(Instant::now() < until, "{}", self.journal());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the first volume was walked to its end.
    fn walked(&self) {
        let until = Instant::now() + PATIENCE;
        while self.ask("GET", "/v1/status", b"").json()["volumes"][0]["walked"].is_null() {
            assert!(Instant::now() < until, "{}", self.journal());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn elek(&self, arguments: &[&str]) -> Output {
        command(&self.folder, arguments).output().expect("it runs")
    }
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elek"));
    command.args(arguments).arg("--config").arg(folder.path().join("elek.toml")).env_clear();
    command.env("HOME", folder.path()).current_dir(folder.path()).stdin(Stdio::null());
    command
}

trait Stream: Read + Write {
    fn patience(&self);
}

impl Stream for UnixStream {
    fn patience(&self) {
        self.set_read_timeout(Some(PATIENCE)).expect("set");
    }
}

impl Stream for TcpStream {
    fn patience(&self) {
        self.set_read_timeout(Some(PATIENCE)).expect("set");
    }
}

type Encrypted = StreamOwned<ClientConnection, TcpStream>;

impl Stream for Encrypted {
    fn patience(&self) {
        self.sock.patience();
    }
}

/// A client that trusts one certificate.
fn shake_hands(
    port: u16, trusted: &CertificateDer<'_>, speaks: &[u8], versions: &[&'static rustls::SupportedProtocolVersion],
) -> io::Result<Encrypted> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone().into_owned()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).expect("known");
    let mut client = client.with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![speaks.to_vec()];
    let name = ServerName::try_from("elek.example.kz").expect("a name");
    let client = ClientConnection::new(Arc::new(client), name).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(client, TcpStream::connect(("127.0.0.1", port))?);
    stream.patience();
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

fn exchange(
    mut stream: impl Stream, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8],
) -> io::Result<Answer> {
    stream.patience();
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        head.extend([*name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    // Who is refused before the end of the content hears of it all the same.
    stream.write_all(body).ok();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).ok();
    parsed(&all).ok_or_else(|| io::Error::other("no answer"))
}

fn parsed(all: &[u8]) -> Option<Answer> {
    let end = memchr::memmem::find(all, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&all[..end]);
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers: BTreeMap<String, String> = lines.filter_map(pair).collect();
    let mut rest = &all[end + 4..];
    if !headers.contains_key("transfer-encoding") {
        return Some(Answer { status, headers, body: rest.to_vec() });
    }
    let mut body = Vec::new();
    loop {
        let line = memchr::memmem::find(rest, b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(Answer { status, headers, body });
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn error(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn what_is_kept_is_told_by_role() {
    let house = House::new();
    let page = house.found();
    let finding = &page["findings"][0];
    assert_eq!((&finding["detector"], &finding["masked"]), (&"kz.iin".into(), &"••••••••17".into()));
    assert!(!page.to_string().contains(IIN));
    assert_eq!(house.ask("GET", "/readyz", b"").status, 200);
    // Pages, and filters.
    let after = format!("/v1/findings?limit=1&after={}", finding["number"]);
    assert_eq!(house.ask("GET", &after, b"").json()["findings"], Value::Array(vec![]));
    for (query, count) in
        [("detector=kz.*", 1), ("detector=email", 0), ("min_confidence=high&volume=crm", 1), ("path=/none", 0)]
    {
        let found = house.ask("GET", &format!("/v1/findings?{query}"), b"").json();
        assert_eq!(found["findings"].as_array().expect("a list").len(), count, "{query}");
    }
    for bad in [
        "limit=0",
        "limit=x",
        "after=",
        "min_confidence=sure",
        "colour=red",
        "limit=1&limit=2",
        "path=%ff",
        "detector=*****",
        "detector=kz.iim",
        "volume=other&detector=kz.iim",
        "category=contact.fax",
        "path=sub/a.txt",
    ] {
        let refused = house.ask("GET", &format!("/v1/findings?{bad}"), b"");
        assert_eq!(refused.status, 400, "{bad}: {refused:?}");
    }
    for (unknown, code) in [("volume=nope", "no_such_volume"), ("run=xx", "no_such_run")] {
        let refused = house.ask("GET", &format!("/v1/findings?{unknown}"), b"");
        assert_eq!(refused.error(), (404, code.to_owned()), "{unknown}");
    }
    assert_eq!(house.ask("GET", "/v1/findings?volume=other", b"").status, 200, "it is declared, and nothing was found");
    let unknown = house.ask("GET", "/v1/jobs?colour=red", b"").text();
    assert!(unknown.contains("known: after, limit") && !unknown.contains("colour"), "{unknown}");
    assert_eq!(house.with('c', "GET", "/v1/decisions/verify", b"").error(), (404, "no_decisions".to_owned()));
    // What each role may ask.
    for (target, roles) in [
        ("/v1/findings", "a"),
        ("/v1/reports/overview", "a"),
        ("/v1/reports/purposes", "a"),
        ("/v1/reports/register", "a"),
        ("/v1/decisions", "ac"),
        ("/v1/status", "abc"),
        ("/v1/jobs", "ab"),
        ("/v1/approvals", "ac"),
        ("/v1/coverage", "abc"),
        ("/v1/volumes", "abc"),
        ("/metrics", "abc"),
        ("/openapi.json", "abc"),
    ] {
        for letter in ['a', 'b', 'c'] {
            let answer = house.with(letter, "GET", target, b"");
            let expected = if roles.contains(letter) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{target} {letter}: {answer:?}");
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains(IIN), "{target}");
            let names = text.contains("a.txt") || text.contains("nid.kz_iin");
            assert!(letter == 'a' || !names, "{target} tells {letter} of content: {text}");
        }
        assert_eq!(house.tcp("GET", target, &[], b"").error(), (401, "no_token".to_owned()), "{target}");
        let wrong = house.with('d', "GET", target, b"");
        assert_eq!(wrong.error(), (401, "unknown_token".to_owned()), "{target}");
    }
    for target in ["/healthz", "/readyz", "/"] {
        assert_eq!(house.tcp("GET", target, &[], b"").status, 200, "{target}");
    }
    let page = house.tcp("GET", "/", &[], b"");
    assert!(page.headers["content-security-policy"].starts_with("default-src 'none'; script-src 'sha256-"), "{page:?}");
    assert!(page.text().starts_with("<!DOCTYPE html>"));
    let metrics = house.ask("GET", "/metrics", b"").text();
    assert!(
        metrics.contains("elek_bytes_total ") && !metrics.contains("crm") && !metrics.contains("a.txt"),
        "{metrics}"
    );
    let value = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse::<u64>().ok()).unwrap_or_else(|| panic!("`{name}` is not in {metrics}"))
    };
    for name in ["elek_state_bytes", "elek_state_free_bytes", "process_resident_memory_bytes", "process_open_fds"] {
        assert!(value(name) > 0, "{name}");
    }
    assert!(value("elek_oldest_walk_timestamp_seconds") > 1_700_000_000, "every volume was walked");
    assert!(metrics.contains("# TYPE elek_unread_items gauge"), "{metrics}");
    // Walks that find nothing new add nothing to what was found.
    let until = Instant::now() + PATIENCE;
    let number = |metrics: &str, name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse::<u64>().ok()).expect("a number")
    };
    let after = |most: u64| loop {
        let metrics = house.ask("GET", "/metrics", b"").text();
        if number(&metrics, "elek_items_unchanged_total") >= most {
            return metrics;
        }
        assert!(Instant::now() < until, "{metrics}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let (first, later) = (after(1), after(4));
    assert_eq!(number(&first, "elek_findings_total"), number(&later, "elek_findings_total"), "{later}");
    for line in ["elek_findings{confidence=\"high\"} 1", "elek_findings{confidence=\"low\"} 0"] {
        assert!(later.lines().any(|own| own == line), "{line}: {later}");
    }
}

#[test]
fn every_route_of_the_description_is_there() {
    let house = House::new();
    let document = house.ask("GET", "/openapi.json", b"").json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() >= 12);
    for (path, methods) in paths {
        let target = path.replace("{dest}", "copilot").replace("{id}", "1").replace("{kind}", "overview");
        for method in ["get", "post", "put", "delete"] {
            let answer = house.ask(&method.to_ascii_uppercase(), &target, b"");
            match methods.get(method) {
                None => {
                    assert_eq!(answer.status, 405, "{method} {path}");
                    let mut known: Vec<_> = methods.as_object().expect("methods").keys().cloned().collect();
                    let mut told: Vec<_> =
                        answer.headers["allow"].to_lowercase().split(", ").map(str::to_owned).collect();
                    known.sort();
                    told.sort();
                    assert_eq!(told, known, "{path}");
                }
                Some(operation) => {
                    let described = operation["responses"].get(answer.status.to_string());
                    assert!(described.is_some(), "{method} {path} gave {}: {answer:?}", answer.status);
                }
            }
        }
    }
    assert_eq!(house.ask("GET", "/v2", b"").error(), (404, "not_found".to_owned()));
    assert_eq!(
        house.tcp("GET", "/v2", &[], b"").error(),
        (401, "no_token".to_owned()),
        "who may ask nothing learns nothing"
    );
}

/// What a service leaves out of its scans is judged all the same.
#[test]
fn no_selection_of_the_service_loosens_its_gate() {
    let house = House::new();
    let whole = house.ask("POST", "/v1/gate/copilot", PROMPT.as_bytes());
    assert_eq!((whole.status, whole.headers["elek-decision"].as_str()), (200, "redact"), "{whole:?}");
    let config = fs::read_to_string(house.path("elek.toml")).expect("there");
    let narrowed = format!("except = [\"kz.iin\", \"email\"]\nmin_confidence = \"high\"\n{config}");
    fs::write(house.path("elek.toml"), narrowed).expect("written");
    house.reload("the configuration was read again");
    let scanned = house.ask("POST", "/v1/scan", PROMPT.as_bytes());
    assert!(!String::from_utf8_lossy(&scanned.body).contains("\"type\":\"finding\""), "the scan leaves them out");
    let again = house.ask("POST", "/v1/gate/copilot", PROMPT.as_bytes());
    assert_eq!((again.status, &again.body), (200, &whole.body), "{again:?}");
}

/// A message with another one attached, which has a third.
const NESTED: &str = "From: a@primer.kz\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
     Content-Type: message/rfc822\n\nFrom: a@primer.kz\nSubject: y\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\
     Content-Type: message/rfc822\n\nSubject: z\n\nx\n--c--\n\n--b--\n";

#[test]
fn the_gate_answers_as_the_command_does() {
    let house = House::new();
    fs::write(house.path("key"), fs::read(house.path("state/key")).expect("the service's key")).expect("written");
    gate_and_command_agree(&house);
    // The limits of the configuration are those of both.
    let config = fs::read_to_string(house.path("elek.toml")).expect("there");
    fs::write(house.path("elek.toml"), format!("limit_depth = 1\n{config}")).expect("written");
    house.reload("the configuration was read again");
    assert_eq!(gate_and_command_agree(&house), "limit_depth");
}

/// Whether service and command give the same answers; gives the reason of the one about messages in each other.
fn gate_and_command_agree(house: &House) -> String {
    let mut nested = String::new();
    let archive = [b"PK\x03\x04".as_slice(), &[0; 60]].concat();
    for (name, content) in [
        ("prompt", PROMPT.as_bytes()),
        ("clean", "Когда откроется офис?\n".as_bytes()),
        ("binary", &[0xFF, 0, 1, 2, 3, 0xFE, 7, 8]),
        ("nested", NESTED.as_bytes()),
        ("archive", &archive),
        ("empty", b""),
    ] {
        fs::write(house.path("content"), content).expect("written");
        fs::remove_file(house.path("out")).ok();
        let ran = house.elek(&["gate", "--dest", "copilot", "content", "-o", "out", "-f", "json", "--key-file", "key"]);
        let record: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        let answer = house.ask("POST", "/v1/gate/copilot", content);
        let header = |name: &str| answer.headers.get(name).cloned().unwrap_or_default();
        assert_eq!(header("elek-decision"), record["decision"], "{name}: {answer:?}");
        assert_eq!(header("elek-reason"), record["reason_code"], "{name}");
        match fs::read(house.path("out")) {
            Ok(released) => assert_eq!((answer.status, &answer.body), (200, &released), "{name}"),
            Err(_) => assert!(matches!(answer.status, 403 | 423), "{name}: {answer:?}"),
        }
        assert!(!String::from_utf8_lossy(&answer.body).contains(IIN), "{name}");
        if name == "nested" {
            nested = header("elek-reason");
        }
    }
    nested
}

#[test]
fn the_gate_of_the_service_refuses_what_it_does_not_know() {
    let house = House::new();
    // What is not known lets nothing pass, and is recorded.
    let unknown = house.ask("POST", "/v1/gate/nowhere", PROMPT.as_bytes());
    assert_eq!((unknown.status, unknown.json()["reason_code"].as_str()), (403, Some("destination_unknown")));
    let dry = house.ask("POST", "/v1/gate/copilot?dry_run=true", PROMPT.as_bytes());
    assert_eq!((dry.status, dry.json()["decision"].as_str()), (200, Some("redact")));
    assert_eq!(house.ask("POST", "/v1/gate/copilot?volume=none", b"x").error().0, 404);
    assert_eq!(house.ask("POST", "/v1/gate/copilot?direction=up", b"x").error().0, 400);
    // A processor touches content under an instruction only; an auditor never does.
    assert_eq!(
        house.with('b', "POST", "/v1/gate/copilot?volume=crm", b"x").error(),
        (403, "not_instructed".to_owned())
    );
    assert_eq!(house.with('c', "POST", "/v1/gate/copilot", b"x").error(), (403, "not_permitted".to_owned()));
    let verified = house.ask("GET", "/v1/decisions/verify", b"");
    assert_eq!(verified.status, 200, "{verified:?}");
    assert!(verified.json()["decisions"].as_u64().is_some_and(|count| count >= 2));
}

#[test]
fn a_hold_waits_for_a_person() {
    let house = House::new();
    // Strong numbers are not redacted here: one of another country waits.
    let prompt = format!("ИИН {IIN}");
    let text = fs::read_to_string(house.path("elek.toml")).expect("read");
    fs::write(
        house.path("elek.toml"),
        text.replace(
            "terms_ref = \"t\"",
            "terms_ref = \"t\"\nprimary_copy_country = \"KZ\"\nmatrix = { strong_id = \"allow\" }",
        ),
    )
    .expect("written");
    let sent = Command::new("kill").args(["-HUP", &house.service.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let until = Instant::now() + PATIENCE;
    while !house.journal().contains("the configuration was read again") {
        assert!(Instant::now() < until, "{}", house.journal());
        std::thread::sleep(Duration::from_millis(50));
    }
    let held = house.ask("POST", "/v1/gate/copilot", prompt.as_bytes());
    assert_eq!(
        (held.status, held.headers["elek-decision"].as_str()),
        (423, "hold"),
        "{}",
        String::from_utf8_lossy(&held.body)
    );
    let seq = &held.headers["elek-seq"];
    let open = house.with('c', "GET", "/v1/approvals", b"").json();
    assert_eq!(open["holds"][0]["seq"].to_string(), *seq, "{open}");
    let approve = |body: String, letter| house.with(letter, "POST", "/v1/approvals", body.as_bytes());
    let asked = |seq: &str| format!("{{\"seq\":{seq},\"role\":\"dpo\",\"reason\":\"договор 7\"}}");
    assert_eq!(approve(asked(seq), 'b').status, 403);
    assert_eq!(approve(asked("999"), 'a').error(), (404, "no_such_hold".to_owned()));
    assert_eq!(approve(asked(seq).replace("договор 7", " "), 'a').status, 400);
    assert_eq!(approve(asked(seq).replace("договор 7", &format!("ИИН {IIN}")), 'a').status, 400, "a record holds none");
    let approved = approve(asked(seq), 'a');
    assert_eq!(approved.status, 201, "{approved:?}");
    let passes = format!("/v1/gate/copilot?approval={}", approved.json()["seq"]);
    let passed = house.ask("POST", &passes, prompt.as_bytes());
    assert_eq!((passed.status, passed.text()), (200, prompt.clone()));
    assert_eq!(house.ask("POST", &passes, "ИИН 900101300017 другой текст".as_bytes()).status, 403, "other content");
    assert_eq!(house.ask("GET", "/v1/approvals", b"").json()["holds"], Value::Array(vec![]));
}

#[test]
fn content_and_files_are_scanned_and_jobs_are_done() {
    let house = House::new();
    let report = house.ask("POST", "/v1/scan?name=chat.txt", PROMPT.as_bytes()).text();
    let last: Value = serde_json::from_str(report.lines().last().expect("a summary")).expect("JSON");
    assert_eq!(
        (&last["type"], &last["complete"], &last["items"]["listed"]),
        (&"summary".into(), &true.into(), &1.into())
    );
    assert!(report.contains("\"detector\":\"kz.iin\"") && !report.contains(IIN), "{report}");
    let file = house.ask("POST", "/v1/scan?volume=crm&path=sub/a.txt", b"").text();
    assert!(file.contains("\"detector\":\"kz.iin\""), "{file}");
    let whole = house.path("data/sub/a.txt");
    let absolute = format!("/v1/scan?volume=crm&path={}", whole.display());
    assert_eq!(house.ask("POST", &absolute, b"").status, 200);

    // Nothing outside a volume, by whatever way.
    let outside = house.path("secret");
    let mut corpus: Vec<String> = [
        "../secret",
        "sub/../../secret",
        "link",
        "/etc/passwd",
        "sub",
        ".",
        "",
        "..%2fsecret",
        "sub/a.txt/..",
        "%2e%2e/secret",
        "/proc/self/environ",
    ]
    .map(str::to_owned)
    .to_vec();
    corpus.push(outside.display().to_string());
    for path in &corpus {
        let answer = house.ask("POST", &format!("/v1/scan?volume=crm&path={path}"), b"");
        assert_eq!(answer.error(), (404, "no_such_path".to_owned()), "{path}");
        assert!(!answer.text().contains("secret") && !answer.text().contains("outside"), "{answer:?}");
        let job =
            serde_json::json!({ "volume": "crm", "paths": [path.replace("%2f", "/").replace("%2e", ".")] }).to_string();
        if path != "sub" {
            assert_eq!(house.ask("POST", "/v1/jobs", job.as_bytes()).error().0, 404, "{path}");
        }
    }
    assert_eq!(house.ask("POST", "/v1/scan?volume=none&path=a", b"").error().0, 404);
    assert_eq!(house.ask("POST", "/v1/scan?path=a", b"").error().0, 400);

    for (body, status) in [
        ("{\"volume\":\"crm\"}", 202),
        ("{\"volume\":\"crm\",\"paths\":[\"sub/a.txt\"]}", 202),
        ("{\"volume\":\"other\"}", 404),
        ("{\"volume\":\"crm\",\"colour\":1}", 400),
        ("{", 400),
    ] {
        assert_eq!(house.ask("POST", "/v1/jobs", body.as_bytes()).status, status, "{body}");
    }
    let until = Instant::now() + PATIENCE;
    loop {
        let jobs = house.ask("GET", "/v1/jobs", b"").json();
        let states: Vec<_> = jobs["jobs"].as_array().expect("a list").iter().map(|job| job["state"].clone()).collect();
        if states == ["done", "done"] {
            break;
        }
        assert!(Instant::now() < until, "{jobs}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let job = house.with('b', "GET", "/v1/jobs/2", b"");
    assert_eq!(job.json()["state"], "done");
    assert!(!job.text().contains("a.txt"), "names of files are not a processor's");
    assert_eq!(house.ask("GET", "/v1/jobs/77", b"").status, 404);
    let theirs = house.ask("POST", "/v1/jobs", b"{\"volume\":\"theirs\"}");
    assert_eq!(theirs.error(), (403, "not_instructed".to_owned()), "it is there, and nobody may look into it");
}

#[test]
fn who_means_harm_is_refused_without_an_echo() {
    let house = House::new();
    // Names and origins of others.
    for host in ["evil.example", "localhost.evil.example", "10.0.0.1", "localhost:x"] {
        let answer = house.tcp("GET", "/healthz", &[("Host", host)], b"");
        assert_eq!(answer.error(), (421, "wrong_host".to_owned()), "{host}");
    }
    let operator = format!("Bearer {}", token('a'));
    for origin in ["http://evil.example", "null", "http://localhost:1"] {
        let answer = house.tcp("GET", "/v1/findings", &[("Authorization", &operator), ("Origin", origin)], b"");
        assert_eq!(answer.error(), (403, "wrong_origin".to_owned()), "{origin}");
    }
    assert!(!house.ask("GET", "/healthz", b"").headers.contains_key("access-control-allow-origin"));

    // Too much, announced and not.
    let large = vec![b'x'; (1 << 20) + 1];
    for target in ["/v1/scan", "/v1/gate/copilot"] {
        assert_eq!(house.ask("POST", target, &large).error(), (413, "too_large".to_owned()), "{target}");
    }
    let announced = house.try_ask("POST", "/v1/scan", &[("Content-Encoding", "gzip")], b"x").expect("an answer");
    assert_eq!(announced.error(), (415, "encoded".to_owned()));
    let mut chunked = UnixStream::connect(house.path("state/api.sock")).expect("connected");
    chunked.patience();
    chunked
        .write_all(b"POST /v1/gate/copilot HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        .expect("sent");
    for _ in 0..40 {
        let piece = [format!("{:x}\r\n", 64 << 10).as_bytes(), &vec![b'y'; 64 << 10], b"\r\n"].concat();
        if chunked.write_all(&piece).is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    if chunked.read_exact(&mut answer).is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }

    // A value in a request never comes back in a refusal, nor stands in the log.
    for target in [
        format!("/v1/{IIN}"),
        format!("/v1/findings?{IIN}=1"),
        format!("/v1/findings?limit={IIN}000000000"),
        format!("/v1/jobs/{IIN}x"),
        format!("/v1/scan?volume={IIN}&path={IIN}"),
        format!("/v1/gate/copilot?purpose={IIN}"),
    ] {
        let method = if target.contains("scan") || target.contains("gate") { "POST" } else { "GET" };
        let answer = house.ask(method, &target, b"x");
        assert!(answer.status >= 400 && !answer.text().contains(IIN), "{answer:?}");
    }
    for body in [format!("{{\"volume\":\"{IIN}\"}}"), format!("{{\"{IIN}\":1}}"), IIN.to_owned()] {
        assert!(!house.ask("POST", "/v1/jobs", body.as_bytes()).text().contains(IIN));
    }
    assert!(!house.journal().contains(IIN));
    // Garbage, and a head without end.
    for garbage in
        [b"\x16\x03\x01\x02\x00\x01\x00".as_slice(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &vec![b'A'; 100_000]]
    {
        let mut stream = UnixStream::connect(house.path("state/api.sock")).expect("connected");
        stream.patience();
        stream.write_all(garbage).ok();
        stream.shutdown(std::net::Shutdown::Write).ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(house.ask("GET", "/healthz", b"").status, 200);
}

#[test]
fn idle_and_slow_clients_shut_nobody_out_and_are_closed() {
    let house = House::new();
    let connect = || UnixStream::connect(house.path("state/api.sock")).expect("connected");
    let mut idle: Vec<UnixStream> = Vec::new();
    let mut dribbling: Vec<UnixStream> = Vec::new();
    for _ in 0..150 {
        idle.push(connect());
        let mut stream = connect();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHo").expect("sent");
        dribbling.push(stream);
    }
    let mut slow = connect();
    slow.write_all(b"POST /v1/gate/copilot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab")
        .expect("sent");
    for _ in 0..20 {
        assert_eq!(house.ask("GET", "/healthz", b"").status, 200);
        assert_eq!(house.ask("POST", "/v1/gate/copilot", "Привет".as_bytes()).status, 200);
    }
    // Each of them is closed in its time, and the slow one is told.
    let gone = |mut stream: UnixStream| {
        stream.patience();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("closed, not waited for");
        rest
    };
    assert!(idle.into_iter().map(gone).all(|answer| answer.is_empty()));
    for answer in dribbling.into_iter().map(gone) {
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert!(gone(slow).starts_with(b"HTTP/1.1 408"), "the content came too slowly");
}

#[test]
fn the_service_does_not_open_what_is_not_safe() {
    let pair = "certificate = \"chain.pem\"\ncertificate_key = \"key.pem\"";
    for (table, why) in [
        ("listen = \"0.0.0.0:7180\"\ntokens = \"tokens\"", "needs `certificate`"),
        ("listen = \"[::]:7180\"\ntokens = \"tokens\"", "needs `certificate`"),
        ("listen = \"192.0.2.1:7180\"\ntokens = \"tokens\"", "proxy"),
        (&format!("listen = \"0.0.0.0:0\"\nhosts = [\"a\"]\n{pair}"), "tokens"),
        (&format!("listen = \"0.0.0.0:0\"\ntokens = \"tokens\"\n{pair}"), "`hosts`"),
        (&format!("tokens = \"tokens\"\n{pair}"), "`certificate` is for `listen`"),
        ("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\ncertificate = \"chain.pem\"", "belong together"),
        ("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\ncertificate_key = \"key.pem\"", "belong together"),
        (
            &format!("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\n{}", pair.replace("key.pem", "open.pem")),
            "others may read",
        ),
        (
            &format!("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\n{}", pair.replace("chain.pem", "other.pem")),
            "does not fit",
        ),
        (
            &format!("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\n{}", pair.replace("chain.pem", "none.pem")),
            "cannot be read",
        ),
        ("listen = \"7180\"", "address"),
        ("listen = \"127.0.0.1:0\"", "tokens"),
        ("tokens = \"none\"", "tokens"),
        ("tokens = \"open\"", "others may read"),
        ("socket_mode = \"0666\"", "mode"),
        ("colour = 1", "colour"),
        ("max_body_mib = 0", "max_body_mib"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("data")).expect("made");
        for (name, mode) in [("tokens", 0o600), ("open", 0o644)] {
            fs::write(path(name), format!("operator desk {}\n", token('a'))).expect("written");
            fs::set_permissions(path(name), Permissions::from_mode(mode)).expect("set");
        }
        certify(folder.path(), 90);
        fs::rename(path("chain.pem"), path("other.pem")).expect("renamed");
        certify(folder.path(), 90);
        fs::copy(path("key.pem"), path("open.pem")).expect("copied");
        fs::set_permissions(path("open.pem"), Permissions::from_mode(0o640)).expect("set");
        let config = format!("[volume.v]\npaths = [\"data\"]\n[serve]\nstate = \"state\"\n[serve.api]\n{table}\n");
        fs::write(path("elek.toml"), config).expect("written");
        let mut child = command(&folder, &["serve"]).stderr(Stdio::piped()).spawn().expect("started");
        let until = Instant::now() + PATIENCE;
        while child.try_wait().expect("asked").is_none() {
            assert!(Instant::now() < until || child.kill().is_err(), "`{table}` is served");
            std::thread::sleep(Duration::from_millis(20));
        }
        let ended = child.wait_with_output().expect("ended");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && said.contains(why), "`{table}`: {said}");
        assert!(!said.contains(&token('a')), "a token is told");
    }
}

/// Every key of the table is in the published schema, and nothing else is.
#[test]
fn the_schema_of_the_configuration_knows_the_table() {
    let (house, _) = House::encrypted();
    let schema = String::from_utf8(house.elek(&["schema", "config"]).stdout).expect("UTF-8");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let text = fs::read_to_string(house.path("elek.toml")).expect("there");
    let more = format!("{text}off = false\nsocket = \"s\"\nsocket_mode = \"0660\"\njobs = 3\n");
    for (text, is_good) in [(text.clone(), true), (more, true), (format!("{text}colour = 1\n"), false)] {
        let table: Value = toml::from_str(&text).expect("TOML");
        assert_eq!(validate::problems(&schema, &table).is_empty(), is_good, "{text}");
    }
}

#[test]
fn tokens_change_with_a_reload_and_wrong_ones_change_nothing() {
    let house = House::new();
    let reload = |text: &str, mode: u32, told: &str| {
        fs::write(house.path("tokens"), text).expect("written");
        fs::set_permissions(house.path("tokens"), Permissions::from_mode(mode)).expect("set");
        house.reload(told);
    };
    let asks = |letter| house.with(letter, "GET", "/v1/status", b"").status;
    assert_eq!((asks('a'), asks('d')), (200, 401));
    reload(&format!("operator desk {}\n", token('d')), 0o644, "others may read it");
    assert_eq!((asks('a'), asks('d')), (200, 401), "the old ones stay");
    reload(&format!("operator desk {}\n", token('d')), 0o600, "the configuration was read again");
    assert_eq!((asks('a'), asks('d')), (401, 200));
    assert!(!house.journal().contains(&token('d')));
}

#[test]
fn tls_is_spoken_with_a_token_and_nothing_else_is() {
    let (house, own) = House::encrypted();
    let answer = house.tls(&own, "/v1/status").expect("an answer");
    assert_eq!((answer.status, answer.json()["role"].as_str()), (200, Some("operator")));
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    assert!(!house.ask("GET", "/v1/status", b"").headers.contains_key("strict-transport-security"));
    let open = |speaks: &[u8], version| shake_hands(house.port, &own, speaks, &[version]);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let stream = open(b"http/1.1", version).expect("hands shaken");
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        let is_older = version.version == ProtocolVersion::TLSv1_2;
        assert_eq!(stream.conn.protocol_version(), Some(version.version), "{is_older}");
        let host = [("Host", "elek.example.kz")];
        assert_eq!(exchange(stream, "GET", "/v1/status", &host, b"").expect("an answer").status, 401);
    }
    assert!(open(b"h2", &rustls::version::TLS13).is_err());
    assert!(shake_hands(house.port, &certify(house.folder.path(), 90), b"http/1.1", rustls::ALL_VERSIONS).is_err());

    // Who speaks HTTP there is told, long requests as well, and no token of his is believed.
    for body in [0, 20_000] {
        let answer = house.with('a', "POST", "/v1/gate/copilot", &vec![b'x'; body]);
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("tls_needed")));
        assert_eq!(answer.headers["content-length"], answer.body.len().to_string());
    }

    // Handshakes that never end are ended, and those that are none; others are answered meanwhile, and no line is written.
    let own_lines = || house.journal().lines().filter(|line| !line.contains("a volume was walked")).count();
    let lines = own_lines();
    let connect = |said: &[u8]| {
        let mut stream = TcpStream::connect(("127.0.0.1", house.port)).expect("connected");
        stream.write_all(said).expect("sent");
        stream
    };
    let slow: Vec<_> = (0..100).map(|_| connect(b"\x16\x03\x01\x02\x00\x01")).collect();
    let wrong: Vec<_> = (0..100).map(|_| connect(&[0x16; 2000])).collect();
    for _ in 0..10 {
        assert_eq!(house.tls(&own, "/healthz").expect("an answer").status, 200);
    }
    for mut stream in slow.into_iter().chain(wrong) {
        stream.patience();
        let ended = stream.read_to_end(&mut Vec::new());
        assert!(ended.is_ok_and(|count| count < 100) || stream.take_error().is_ok(), "closed, not waited for");
    }
    assert_eq!(house.tls(&own, "/healthz").expect("an answer").status, 200);
    assert_eq!(own_lines(), lines, "{}", house.journal());
    let metrics = house.tls(&own, "/metrics").expect("an answer").text();
    let read = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).expect("a metric");
        line.trim().parse::<i64>().expect("a number")
    };
    assert!(read("elek_tls_handshakes_failed_total ") >= 200, "{metrics}");
    let days = (read("elek_certificate_not_after_timestamp_seconds ") - Timestamp::now().as_second()) / 86_400;
    assert!((88..=90).contains(&days), "{days}");
}

#[test]
fn a_certificate_changes_with_a_reload_and_a_wrong_one_changes_nothing() {
    let (house, first) = House::encrypted();
    let holds = |own: &CertificateDer<'_>| house.tls(own, "/healthz").is_ok();
    let second = certify(house.folder.path(), 5);
    assert!(holds(&first) && !holds(&second), "not before it is told");
    house.reload("the certificate ends soon");
    assert!(holds(&second) && !holds(&first));
    let third = certify(house.folder.path(), -3);
    house.reload("the new certificate is over, the old configuration stays");
    fs::write(house.path("chain.pem"), "no certificate").expect("written");
    house.reload("holds none in PEM form");
    assert!(holds(&second) && !holds(&third));
    // Without a certificate the way in stays as it was until the next start: never open.
    let config = fs::read_to_string(house.path("elek.toml")).expect("there");
    let open = config.replace("0.0.0.0", "127.0.0.1").replace("certificate", "# certificate");
    fs::write(house.path("elek.toml"), open).expect("written");
    house.reload("the way in changes when the service is started again");
    assert!(holds(&second));
    assert_eq!(house.with('a', "GET", "/v1/status", b"").status, 400);
}

#[test]
fn the_doctor_looks_at_the_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("data")).expect("made");
    fs::write(path("tokens"), format!("operator desk {}\n", token('a'))).expect("written");
    fs::set_permissions(path("tokens"), Permissions::from_mode(0o600)).expect("set");
    let config = "[volume.v]\npaths = [\"data\"]\n[serve]\nstate = \"state\"\n[serve.api]\nlisten = \"0.0.0.0:7180\"\n\
                  tokens = \"tokens\"\ncertificate = \"chain.pem\"\ncertificate_key = \"key.pem\"\n\
                  hosts = [\"elek.example.kz\", \"elek.example.ru\"]\n";
    fs::write(path("elek.toml"), config).expect("written");
    let asked = || {
        let output = command(&folder, &["doctor"]).output().expect("it runs");
        (String::from_utf8(output.stdout).expect("UTF-8"), output.status.success())
    };
    certify(folder.path(), 40);
    let (said, is_good) = asked();
    assert!(is_good && said.contains("ok    TLS: the certificate is valid until "), "{said}");
    assert!(said.contains("mind  the certificate is not for `elek.example.ru`"), "{said}");
    assert!(!said.contains("is not for `elek.example.kz`"), "{said}");
    certify(folder.path(), 8);
    let (said, is_good) = asked();
    assert!(is_good && said.contains("mind  the certificate ends on ") && said.contains(", in 7 days"), "{said}");
    certify(folder.path(), -8);
    let (said, is_good) = asked();
    assert!(!is_good && said.contains("BAD   the certificate is over since "), "{said}");
    fs::copy(path("chain.pem"), path("kept.pem")).expect("copied");
    certify(folder.path(), 90);
    fs::rename(path("kept.pem"), path("chain.pem")).expect("renamed");
    let (said, is_good) = asked();
    assert!(!is_good && said.contains("BAD   the key does not fit the certificate"), "{said}");
}

/// The page holds no data, asks nobody else, and what it asks for is there for those who may.
#[test]
fn the_page_and_what_it_asks_for() {
    let house = House::new();
    house.found();
    house.walked();
    let page = house.tcp("GET", "/", &[("Accept-Language", "kk-KZ,kk;q=0.9,en;q=0.5")], b"");
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    let policy = &page.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(policy.contains("connect-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let text = page.text();
    assert!(text.contains("<html lang=\"kk\">") && text.contains("\"token_needed\":true"));
    assert!(house.ask("GET", "/", b"").text().contains("\"token_needed\":false"), "the account is known");
    assert!(!text.contains("a.txt"), "it holds no data");

    for (letter, role) in [('a', "operator"), ('b', "processor"), ('c', "auditor")] {
        assert_eq!(house.with(letter, "GET", "/v1/status", b"").json()["role"], role);
        let overview = house.with(letter, "GET", "/v1/reports/overview", b"");
        let decisions = house.with(letter, "GET", "/v1/decisions", b"");
        assert_eq!((overview.status == 200, decisions.status == 200), (letter == 'a', letter != 'b'), "{role}");
    }
    let overview = house.with('a', "GET", "/v1/reports/overview", b"").json();
    assert_eq!(overview["schema"], "elek.report.overview/1");
    assert_eq!(overview["volumes"][0]["held"][0]["category"], "nid.kz_iin");
    assert_eq!(
        (&overview["coverage"]["items"]["scanned_full"], &overview["coverage"]["complete"]),
        (&1.into(), &true.into())
    );
    let schema = String::from_utf8(house.elek(&["schema", "overview"]).stdout).expect("UTF-8");
    assert_eq!(validate::problems(&serde_json::from_str(&schema).expect("JSON"), &overview), [""; 0]);
    let items = &overview["coverage"]["items"];
    let states: u64 =
        ["scanned_full", "scanned_partial", "skipped", "failed"].iter().filter_map(|state| items[state].as_u64()).sum();
    assert_eq!(items["listed"], states, "{items}");
    assert_eq!(overview["coverage"].get("subjects"), None, "nobody counted them");
    for (query, detail) in
        [("limit=-1", "`limit` must be"), ("limit=x", "`limit` must be"), ("after=x", "`after` must be")]
    {
        let refused = house.with('a', "GET", &format!("/v1/findings?{query}"), b"");
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.text().contains(detail), "{query}: {}", refused.text());
    }
    let count = |query: &str| {
        let found = house.with('a', "GET", &format!("/v1/findings?{query}"), b"").json();
        found["findings"].as_array().map(Vec::len)
    };
    assert_eq!((count("category=nid.kz_iin"), count("category=contact.phone")), (Some(1), Some(0)));
    assert_eq!(house.with('a', "POST", "/v1/gate/copilot", PROMPT.as_bytes()).status, 200);
    let newest = house.with('c', "GET", "/v1/decisions", b"").json();
    assert_eq!(newest["decisions"][0]["decision"], "redact", "{newest}");
    assert!(!house.with('c', "GET", "/v1/decisions", b"").text().contains(IIN));
}
