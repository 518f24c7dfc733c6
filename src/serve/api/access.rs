//! Who may ask what: roles by token or by the account behind a unix socket; the names that the service goes by.

use super::answer::Refusal;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use subtle::ConstantTimeEq as _;

const LONGEST_FILE: u64 = 1 << 20;
/// Names of the loopback interface.
const NEAR: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
const SHORTEST_TOKEN: usize = 32;

/// What a caller is: the profiles of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Everything of its own.
    Operator,
    /// How it goes, nothing of the content.
    Processor,
    /// Decisions and coverage, no content.
    Auditor,
}

impl Role {
    pub(crate) const ALL: [Self; 3] = [Self::Operator, Self::Processor, Self::Auditor];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Processor => "processor",
            Self::Auditor => "auditor",
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) role: Role,
    /// Name of the token, or the account by number.
    pub(crate) name: String,
}

/// A token by its hash.
struct Token {
    hash: [u8; 32],
    caller: Caller,
}

/// Tokens and names.
pub(crate) struct Access {
    tokens: Vec<Token>,
    hosts: Vec<String>,
    own_user: u32,
}

/// Why a file that is its owner's alone cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("it cannot be read: {0}")]
    Storage(#[from] io::Error),
    #[error("others may read it: the mode is {0:04o}, 0600 is needed")]
    Open(u32),
}

/// Where systemd lays what a unit is given as credentials: their bit for the group is the mask of a list that names the
/// unit's account alone (systemd.exec(5), acl(5)).
const CREDENTIALS: &str = "/run/credentials";

/// The text of a file that nobody else may read.
pub(super) fn read_private(path: &Path) -> Result<String, FileError> {
    let mut file = File::open(path)?;
    let mode = file.metadata()?.mode() & 0o777;
    let others = if path.starts_with(CREDENTIALS) { 0o037 } else { 0o077 };
    if mode & others != 0 {
        return Err(FileError::Open(mode));
    }
    let mut text = String::new();
    (&mut file).take(LONGEST_FILE).read_to_string(&mut text)?;
    Ok(text)
}

/// What is wrong with a file of tokens; never a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("line {0} is not `ROLE NAME TOKEN` with a role of operator, processor, auditor")]
    Form(usize),
    #[error("line {0}: a token has at least {SHORTEST_TOKEN} characters")]
    Short(usize),
    #[error("line {0}: this token stands in a line before; each caller has one of its own")]
    Twice(usize),
}

impl Access {
    /// Tokens of a file, one a line: role, name, token. Without a file only accounts are known.
    pub(crate) fn new(tokens: Option<&Path>, hosts: &[String], own_user: u32) -> Result<Self, TokenError> {
        let hosts = NEAR.into_iter().chain(hosts.iter().map(String::as_str)).map(str::to_ascii_lowercase).collect();
        let mut access = Self { tokens: Vec::new(), hosts, own_user };
        let Some(path) = tokens else { return Ok(access) };
        for (index, line) in read_private(path)?.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split_whitespace();
            let (Some(role), Some(name), Some(token), None) = (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(TokenError::Form(index + 1));
            };
            let role = Role::ALL.into_iter().find(|known| known.name() == role).ok_or(TokenError::Form(index + 1))?;
            if token.len() < SHORTEST_TOKEN {
                return Err(TokenError::Short(index + 1));
            }
            let caller = Caller { role, name: name.to_owned() };
            let hash = *blake3::hash(token.as_bytes()).as_bytes();
            if access.tokens.iter().any(|known| known.hash == hash) {
                return Err(TokenError::Twice(index + 1));
            }
            access.tokens.push(Token { hash, caller });
        }
        Ok(access)
    }

    pub(crate) fn has_tokens(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Who asks: by token if there is one, else by the account at the other end of a unix socket.
    pub(crate) fn caller(&self, headers: &HeaderMap, account: Option<u32>) -> Result<Caller, Refusal> {
        if let Some(header) = headers.get(AUTHORIZATION) {
            let token = header.as_bytes().strip_prefix(b"Bearer ").unwrap_or_default();
            let hash = blake3::hash(token);
            // Every token is compared, whichever fits.
            let mut found = None;
            for known in &self.tokens {
                if bool::from(known.hash.ct_eq(hash.as_bytes())) {
                    found = Some(&known.caller);
                }
            }
            return found.cloned().ok_or(Refusal::UNKNOWN_TOKEN);
        }
        match account {
            Some(user) if user == 0 || user == self.own_user => {
                Ok(Caller { role: Role::Operator, name: format!("uid {user}") })
            }
            _ => Err(Refusal::NO_TOKEN),
        }
    }

    /// The name that was asked for must be one of ours, and no page of another origin may ask: a browser that was led here
    /// says so.
    pub(crate) fn check_names(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Refusal::WRONG_HOST) };
        let host = host.to_str().map_err(|_| Refusal::WRONG_HOST)?.to_ascii_lowercase();
        let end = if host.starts_with('[') { host.find(']').map(|end| end + 1) } else { host.find(':') };
        let (name, port) = host.split_at_checked(end.unwrap_or(host.len())).ok_or(Refusal::WRONG_HOST)?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        if !is_port || !self.hosts.iter().any(|known| known == name) {
            return Err(Refusal::WRONG_HOST);
        }
        let own = |origin: &str| origin.strip_prefix("http://").or(origin.strip_prefix("https://")) == Some(&host);
        match headers.get(ORIGIN).map(|origin| origin.to_str().map(str::to_ascii_lowercase)) {
            None => Ok(()),
            Some(Ok(origin)) if own(&origin) => Ok(()),
            Some(_) => Err(Refusal::WRONG_ORIGIN),
        }
    }
}

impl Refusal {
    pub(crate) const NO_TOKEN: Self =
        Self::new(StatusCode::UNAUTHORIZED, "no_token", "a token is needed: `Authorization: Bearer …`");
    pub(crate) const UNKNOWN_TOKEN: Self =
        Self::new(StatusCode::UNAUTHORIZED, "unknown_token", "nobody has this token");
    pub(crate) const NOT_PERMITTED: Self =
        Self::new(StatusCode::FORBIDDEN, "not_permitted", "the role of this token may not ask this");
    const WRONG_HOST: Self =
        Self::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", "the service does not go by this name");
    const WRONG_ORIGIN: Self =
        Self::new(StatusCode::FORBIDDEN, "wrong_origin", "pages of other origins are not answered");
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    fn headers(rows: &[(hyper::header::HeaderName, &str)]) -> HeaderMap {
        rows.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("a value"))).collect()
    }

    #[test]
    fn names_of_others_and_pages_of_others_are_refused() {
        let access = Access::new(None, &["elek.example.kz".to_owned()], 7).expect("no file");
        for (host, origin, good) in [
            ("localhost", None, true),
            ("LOCALHOST:7180", None, true),
            ("[::1]:7180", None, true),
            ("elek.Example.kz:7180", Some("https://elek.example.kz:7180"), true),
            ("localhost", Some("http://localhost"), true),
            ("localhost:80", Some("https://localhost:80"), true),
            ("localhost", Some("http://localhost:81"), false),
            ("localhost", Some("null"), false),
            ("localhost", Some("http://evil.example"), false),
            ("evil.example", None, false),
            ("localhost.evil.example", None, false),
            ("localhost:evil", None, false),
            ("[::1", None, false),
            ("", None, false),
        ] {
            let mut rows = vec![(HOST, host)];
            rows.extend(origin.map(|origin| (ORIGIN, origin)));
            assert_eq!(access.check_names(&headers(&rows)).is_ok(), good, "{host} {origin:?}");
        }
        assert!(access.check_names(&HeaderMap::new()).is_err());
        let mut twice = headers(&[(HOST, "localhost")]);
        twice.append(HOST, HeaderValue::from_static("localhost"));
        assert!(access.check_names(&twice).is_err());
    }

    #[test]
    fn tokens_tell_roles_and_accounts_are_known_without() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokens");
        let token = |n: char| n.to_string().repeat(40);
        let lines = format!("# who\noperator desk {}\n\nauditor kpmg {}\n", token('a'), token('b'));
        fs::write(&path, lines).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        let access = Access::new(Some(&path), &[], 7).expect("in order");
        let ask = |text: &str, account| {
            let rows = headers(&[(AUTHORIZATION, text)]);
            access.caller(&rows, account).map(|caller| (caller.role, caller.name)).map_err(|refusal| refusal.code)
        };
        assert_eq!(ask(&format!("Bearer {}", token('a')), None), Ok((Role::Operator, "desk".to_owned())));
        assert_eq!(ask(&format!("Bearer {}", token('b')), Some(0)), Ok((Role::Auditor, "kpmg".to_owned())));
        for bad in
            [format!("Bearer {}", token('c')), token('a'), "Bearer ".to_owned(), format!("bearer {}", token('a'))]
        {
            assert_eq!(ask(&bad, Some(0)), Err("unknown_token"), "a wrong token is no account");
        }
        let by_account = |account| access.caller(&HeaderMap::new(), account).map(|caller| caller.role).is_ok();
        assert_eq!(
            (by_account(Some(0)), by_account(Some(7)), by_account(Some(8)), by_account(None)),
            (true, true, false, false)
        );

        let twice = format!("operator a {0}\nauditor b {0}\n", token('a'));
        for (text, mode) in [
            (twice.as_str(), 0o600),
            ("operator a short", 0o600),
            ("king a b", 0o600),
            ("operator a", 0o600),
            ("", 0o640),
        ] {
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
            assert!(Access::new(Some(&path), &[], 7).is_err(), "{text}");
        }
    }
}
