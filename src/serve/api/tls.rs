//! TLS of the service's own: a certificate with its key, checked when they are read, and how long the certificate lasts.
//!
//! In:      two files in PEM form: the certificate with what leads to its issuer, and the key, which is the owner's alone.
//! Out:     what a handshake needs: TLS 1.2 and 1.3, HTTP/1.1 alone, no early data.
//! Not:     no certificates of clients, since tokens say who asks; no second certificate by name.
//! Promise: no byte of the key gets into a message; what cannot be used is told before it is in force.

use super::access::{FileError, read_private};
use super::plan::Certificate;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{InconsistentKeys, ServerConfig};
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage};

/// Longest chain of certificates, in bytes.
const CHAIN_BYTES: u64 = 1 << 20;

/// A certificate that can be used.
#[derive(Debug)]
pub(crate) struct Tls {
    pub(super) handshake: Arc<ServerConfig>,
    own: CertificateDer<'static>,
    /// Seconds since 1970: valid from the first to the last.
    pub(crate) valid: (u64, u64),
}

/// What is wrong with a certificate or its key; never a part of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("the certificate cannot be read: {0}")]
    Storage(#[from] io::Error),
    #[error("the file of the certificate holds none in PEM form")]
    NoCertificate,
    #[error("the key of the certificate cannot be used: {0}")]
    Key(#[from] FileError),
    #[error("the file of the key holds none that is read here: PEM, one of PKCS #8, PKCS #1 and SEC 1, not encrypted")]
    NoKey,
    #[error("the key does not fit the certificate")]
    OtherKey,
    #[error("the certificate cannot be used: {0}")]
    Refused(rustls::Error),
    #[error("the certificate does not say how long it is valid")]
    NoDates,
}

impl Tls {
    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// What keeps them from being used. That the certificate is over is no error: see [`Tls::is_over`].
    pub(crate) fn read(files: &Certificate) -> Result<Self, TlsError> {
        let size = fs::metadata(&files.chain)?.len();
        if size > CHAIN_BYTES {
            return Err(TlsError::NoCertificate);
        }
        let chain = fs::read(&files.chain)?;
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(&chain).collect::<Result<_, _>>().map_err(|_| TlsError::NoCertificate)?;
        let own = chain.first().cloned().ok_or(TlsError::NoCertificate)?;
        let key = read_private(&files.key)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| TlsError::NoKey)?;
        // Named here and nowhere set for the whole process: no other part can bring in a second one.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut handshake = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Refused)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::OtherKey,
                error => TlsError::Refused(error),
            })?;
        handshake.alpn_protocols = vec![b"http/1.1".to_vec()];
        let valid = dates(&own).ok_or(TlsError::NoDates)?;
        Ok(Self { handshake: Arc::new(handshake), own, valid })
    }

    /// Whether nobody accepts the certificate any more. `now`: seconds since 1970.
    pub(crate) fn is_over(&self, now: i64) -> bool {
        self.seconds_left(now) < 0
    }

    /// How long the certificate lasts, in seconds.
    pub(crate) fn seconds_left(&self, now: i64) -> i64 {
        i64::try_from(self.valid.1).unwrap_or(i64::MAX).saturating_sub(now)
    }

    /// Whether the certificate is one for this name or address.
    pub(crate) fn is_for(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let Ok(name) = ServerName::try_from(host) else { return false };
        let own = EndEntityCert::try_from(&self.own);
        own.is_ok_and(|own| own.verify_is_valid_for_subject_name(&name).is_ok())
    }
}

/// From when to when a certificate is valid, in seconds since 1970: whoever checks it at the beginning and at the end of
/// time is told.
fn dates(certificate: &CertificateDer<'_>) -> Option<(u64, u64)> {
    let own = EndEntityCert::try_from(certificate).ok()?;
    let at = |second| {
        let time = UnixTime::since_unix_epoch(Duration::from_secs(second));
        own.verify_for_usage(&[], &[], &[], time, KeyUsage::server_auth(), None, None).err()
    };
    let begin = match at(0)? {
        webpki::Error::CertNotValidYet { not_before, .. } => not_before.as_secs(),
        // Valid since before 1970.
        _ => 0,
    };
    let Some(webpki::Error::CertExpired { not_after, .. }) = at(u64::MAX) else { return None };
    Some((begin, not_after.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use tempfile::TempDir;

    const YEAR: i64 = 365 * 86_400;

    /// A certificate for a name from 2026 to 2027, and its key.
    fn made() -> (String, String) {
        let mut wanted = CertificateParams::new(vec!["elek.example.kz".to_owned(), "10.1.2.3".to_owned()]).unwrap();
        (wanted.not_before, wanted.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
        let key = KeyPair::generate().unwrap();
        (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    fn written(folder: &Path, chain: &str, key: &str, mode: u32) -> Certificate {
        let files = Certificate { chain: folder.join("chain.pem"), key: folder.join("key.pem") };
        fs::write(&files.chain, chain).unwrap();
        fs::write(&files.key, key).unwrap();
        fs::set_permissions(&files.key, fs::Permissions::from_mode(mode)).unwrap();
        files
    }

    #[test]
    fn a_certificate_says_how_long_it_lasts_and_whom_it_is_for() {
        let (folder, (chain, key)) = (TempDir::new().unwrap(), made());
        let tls = Tls::read(&written(folder.path(), &chain, &key, 0o600)).unwrap();
        let begin = 1_767_225_600;
        assert_eq!(tls.valid, (begin as u64, (begin + YEAR) as u64));
        assert!(!tls.is_over(begin + YEAR) && tls.is_over(begin + YEAR + 1));
        for (host, is_for) in [("elek.example.kz", true), ("10.1.2.3", true), ("example.kz", false), ("[::1]", false)] {
            assert_eq!(tls.is_for(host), is_for, "{host}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_without_a_byte_of_the_key() {
        let (folder, (chain, key), (other, other_key)) = (TempDir::new().unwrap(), made(), made());
        let two = format!("{chain}{other}");
        let secret = key.lines().nth(1).unwrap();
        for (chain, key, mode, told) in [
            (&two[..], &key[..], 0o600, ""),
            (&chain, &key, 0o640, "others may read it"),
            (&chain, &other_key, 0o600, "the key does not fit"),
            (&chain, "", 0o600, "holds none that is read here"),
            (
                &chain,
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                0o600,
                "encrypted",
            ),
            (&key, &key, 0o600, "holds none in PEM form"),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", &key, 0o600, "cannot be used"),
        ] {
            let read = Tls::read(&written(folder.path(), chain, key, mode));
            let said = read.map_or_else(|error| error.to_string(), |_| String::new());
            assert!(said.contains(told) && said.is_empty() == told.is_empty(), "{told}: {said}");
            assert!(!said.contains(secret));
        }
        let nowhere = Certificate { chain: "/nowhere/chain.pem".into(), key: "/nowhere/key.pem".into() };
        assert!(matches!(Tls::read(&nowhere), Err(TlsError::Storage(_))));
    }
}
