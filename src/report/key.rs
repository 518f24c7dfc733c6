//! The key of fingerprints: without it a fingerprint says nothing, with it equal values can be recognised across reports.
//!
//! A key file that the user names must serve; the default one is made when it is missing, and a run without a place for it
//! gets a key of its own, which the `scan` record says.

#![expect(clippy::disallowed_methods, reason = "the key file is the operator's own, never content")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const KEY_BYTES: usize = 32;
const LONGEST_FILE_BYTES: u64 = 64 << 10;

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// A file: fingerprints of different runs can be compared.
    File,
    /// Made for this run only.
    Ephemeral,
}

impl KeyOrigin {
    /// The report's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// A key, and what should be said about it.
pub struct Key {
    bytes: [u8; KEY_BYTES],
    origin: KeyOrigin,
    warning: Option<KeyWarning>,
    tenants: Tenants,
}

/// Folders with the keys of those whose they are, the deepest first.
#[derive(Clone, Debug, Default)]
struct Tenants {
    base: PathBuf,
    folders: Vec<(PathBuf, [u8; KEY_BYTES])>,
}

/// Something about the key that the user should know.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyWarning {
    /// Others can read the key and so find out values from fingerprints.
    #[error("key file `{}` can be read by others (mode {mode:04o}); run `chmod 600` on it", path.display())]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The default key could be neither read nor made.
    #[error("no key file could be used, so fingerprints and ids hold for this run only: {cause}")]
    Ephemeral {
        /// Why.
        cause: String,
    },
}

/// A key file that the user named cannot serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It cannot be read.
    #[error("cannot read key file `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It holds too little.
    #[error("key file `{}` holds {bytes} bytes, a key needs at least {KEY_BYTES}", path.display())]
    TooShort {
        /// The file.
        path: PathBuf,
        /// Bytes found.
        bytes: usize,
    },
    /// It holds far too much to be a key.
    #[error("key file `{}` is longer than {LONGEST_FILE_BYTES} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("cannot get random bytes from `/dev/urandom`")]
    Random {
        /// What the operating system said.
        source: io::Error,
    },
}

impl Key {
    /// The key of this run.
    ///
    /// `named` is the file that the user gave (flag, environment or config). `default` is where a key is kept otherwise; it is made when missing.
    ///
    /// # Errors
    ///
    /// The named file cannot serve, or there are no random bytes for a key of this run.
    pub fn load(named: Option<&Path>, default: Option<&Path>) -> Result<Self, KeyError> {
        if let Some(path) = named {
            return Self::read(path);
        }
        let cause = match default {
            None => "neither $XDG_STATE_HOME nor $HOME is set".to_owned(),
            Some(path) => match Self::read_or_make(path) {
                Ok(key) => return Ok(key),
                Err(error) => with_cause(&error),
            },
        };
        let mut key = Self::made(random_bytes()?, KeyOrigin::Ephemeral);
        key.warning = Some(KeyWarning::Ephemeral { cause });
        Ok(key)
    }

    /// A key with these bytes, for tests and tools that bring their own.
    pub fn fixed(bytes: [u8; KEY_BYTES]) -> Self {
        Self::made(bytes, KeyOrigin::File)
    }

    fn made(bytes: [u8; KEY_BYTES], origin: KeyOrigin) -> Self {
        Self { bytes, origin, warning: None, tenants: Tenants::default() }
    }

    /// Where it comes from.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// What should be said about it.
    pub fn warning(&self) -> Option<&KeyWarning> {
        self.warning.as_ref()
    }

    /// The key of a tenant: fingerprints of two tenants cannot be compared.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> Self {
        let material = [self.bytes.as_slice(), tenant.as_bytes()].concat();
        Self::made(blake3::derive_key("elek 2026-11 tenant", &material), self.origin)
    }

    /// The same key, with those of tenants for what lies in their folders. A folder without a tenant keeps this key;
    /// relative paths stand below `base`.
    #[must_use]
    pub fn with_tenants<'t>(mut self, base: &Path, folders: impl Iterator<Item = (&'t Path, Option<&'t str>)>) -> Self {
        let place = |path: &Path| base.join(path).components().collect::<PathBuf>();
        let key = |tenant: Option<&str>| tenant.map_or(self.bytes, |tenant| self.of_tenant(tenant).bytes);
        let mut folders: Vec<_> = folders.map(|(path, tenant)| (place(path), key(tenant))).collect();
        folders.sort_by_key(|(path, _)| std::cmp::Reverse(path.components().count()));
        self.tenants = Tenants { base: base.to_owned(), folders };
        self
    }

    /// The key for fingerprints of what lies at a path: that of the tenant whose it is.
    pub fn of_path(&self, path: &Path) -> &[u8; KEY_BYTES] {
        if self.tenants.folders.is_empty() {
            return &self.bytes;
        }
        let place: PathBuf = self.tenants.base.join(path).components().collect();
        let owned = self.tenants.folders.iter().find(|(folder, _)| place.starts_with(folder));
        owned.map_or(&self.bytes, |(_, key)| key)
    }

    /// A key that makes the same fingerprints, for something that makes many.
    pub(crate) fn for_fingerprints(&self) -> Self {
        Self { tenants: self.tenants.clone(), ..Self::made(self.bytes, self.origin) }
    }

    /// A key for another purpose, which tells nothing of this one.
    pub fn derive(&self, purpose: &str) -> [u8; KEY_BYTES] {
        blake3::derive_key(purpose, &self.bytes)
    }

    /// The key itself, for fingerprints.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    /// Reads a key file: 32 bytes as they are, or a longer secret, of which a key is derived (a last line feed does not count).
    fn read(path: &Path) -> Result<Self, KeyError> {
        let unreadable = |source| KeyError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut content = Vec::new();
        file.take(LONGEST_FILE_BYTES + 1).read_to_end(&mut content).map_err(unreadable)?;
        if content.len() as u64 > LONGEST_FILE_BYTES {
            return Err(KeyError::TooLong { path: path.to_owned() });
        }
        let bytes = if let Ok(bytes) = <[u8; KEY_BYTES]>::try_from(content.as_slice()) {
            bytes
        } else {
            let secret =
                content.strip_suffix(b"\n").map_or(content.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
            if secret.len() < KEY_BYTES {
                return Err(KeyError::TooShort { path: path.to_owned(), bytes: secret.len() });
            }
            blake3::derive_key("elek 2026-11 fingerprint key from a key file", secret)
        };
        let mode = metadata.mode() & 0o777;
        let open_to_others = metadata.is_file() && mode & 0o077 != 0;
        let warning = open_to_others.then(|| KeyWarning::Readable { path: path.to_owned(), mode });
        Ok(Self { warning, ..Self::made(bytes, KeyOrigin::File) })
    }

    fn read_or_make(path: &Path) -> Result<Self, KeyError> {
        match Self::read(path) {
            Err(KeyError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            read => return read,
        }
        let bytes = random_bytes()?;
        make(path, &bytes).map_err(|source| KeyError::Unreadable { path: path.to_owned(), source })?;
        // Another run may have been faster: its key counts, and this reads it.
        Self::read(path)
    }
}

/// The error and its cause in one line.
fn with_cause(error: &KeyError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Writes a new key so that it is there whole or not at all, and never over another.
fn make(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut name = [0_u8; 8];
    File::open("/dev/urandom")?.read_exact(&mut name)?;
    let temporary = folder.join(format!(".key.{:016x}", u64::from_ne_bytes(name)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written =
        file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| match fs::hard_link(&temporary, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    let removed = fs::remove_file(&temporary);
    written.and(removed)
}

fn random_bytes() -> Result<[u8; KEY_BYTES], KeyError> {
    let mut bytes = [0; KEY_BYTES];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|source| KeyError::Random { source })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Key, KeyError, KeyOrigin, KeyWarning};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    #[test]
    fn the_default_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/elek/key");
        let first = Key::load(None, Some(&path)).expect("made");
        assert_eq!(first.origin(), KeyOrigin::File);
        assert!(first.warning().is_none());
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path().join("state/elek")).expect("there").count(), 1);
        let second = Key::load(None, Some(&path)).expect("read");
        assert_eq!(first.bytes(), second.bytes());
    }

    #[test]
    fn without_a_place_a_key_serves_this_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let blocker = folder.path().join("file");
        fs::write(&blocker, "x").expect("written");
        for default in [None, Some(blocker.join("elek/key"))] {
            let key = Key::load(None, default.as_deref()).expect("a key");
            assert_eq!(key.origin(), KeyOrigin::Ephemeral);
            assert!(matches!(key.warning(), Some(KeyWarning::Ephemeral { .. })));
        }
    }

    #[test]
    fn every_tenant_has_a_key_of_its_own() {
        let key = Key::fixed([7; 32]);
        let own = *key.bytes();
        let [one, two] = ["one", "two"].map(|tenant| *key.of_tenant(tenant).bytes());
        assert!(one != two && one != own);
        let folders = [("data", None), ("./data/a", Some("one")), ("/srv/b", Some("two")), ("data/a/ours", None)];
        let folders = folders.into_iter().map(|(path, tenant)| (Path::new(path), tenant));
        let key = key.with_tenants(Path::new("/srv"), folders);
        for (path, expected) in [
            ("data/x", own),
            ("./data/a/x", one),
            ("/srv/data/a/x/y", one),
            ("data/ab", own),
            ("b/x", two),
            ("data/a/ours/x", own),
            ("-", own),
            ("/elsewhere", own),
        ] {
            assert_eq!(*key.of_path(Path::new(path)), expected, "{path}");
            assert_eq!(*key.for_fingerprints().of_path(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_named_file_must_serve() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        assert!(matches!(Key::load(Some(&path), None), Err(KeyError::Unreadable { .. })));
        fs::write(&path, "short\n").expect("written");
        assert!(matches!(Key::load(Some(&path), None), Err(KeyError::TooShort { bytes: 5, .. })));
        fs::write(&path, vec![0; 70_000]).expect("written");
        assert!(matches!(Key::load(Some(&path), None), Err(KeyError::TooLong { .. })));
        fs::write(&path, "a passphrase that is long enough to serve\n").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        let with_line_feed = Key::load(Some(&path), None).expect("long enough");
        assert!(matches!(with_line_feed.warning(), Some(KeyWarning::Readable { mode: 0o644, .. })));
        fs::write(&path, "a passphrase that is long enough to serve").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        let without = Key::load(Some(&path), None).expect("long enough");
        assert!(without.warning().is_none());
        assert_eq!(with_line_feed.bytes(), without.bytes());
    }
}
