//! The table `[serve.api]` of the config file.

use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use toml::Spanned;

const MIB: u64 = 1 << 20;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiTable {
    off: Option<bool>,
    socket: Option<PathBuf>,
    socket_mode: Option<Spanned<String>>,
    listen: Option<Spanned<String>>,
    tokens: Option<PathBuf>,
    certificate: Option<Spanned<PathBuf>>,
    certificate_key: Option<Spanned<PathBuf>>,
    #[serde(default)]
    hosts: Vec<String>,
    max_body_mib: Option<Spanned<i64>>,
    jobs: Option<Spanned<i64>>,
}

/// How requests are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiPlan {
    /// The unix socket; in the state folder if not said.
    pub(crate) socket: Option<PathBuf>,
    pub(crate) socket_mode: u32,
    /// An address of the loopback interface; any other with a certificate alone.
    pub(crate) listen: Option<SocketAddr>,
    /// With it, TLS is spoken there.
    pub(crate) certificate: Option<Certificate>,
    /// Tokens, a line each.
    pub(crate) tokens: Option<PathBuf>,
    /// Names that the service goes by, besides those of this machine alone.
    pub(crate) hosts: Vec<String>,
    /// Most content of one request.
    pub(crate) most_bytes: u64,
    /// Requests that scan at the same time.
    pub(crate) turns: usize,
}

/// Where a certificate lies, in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// The certificate, and behind it those that lead to its issuer.
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl ApiPlan {
    /// Whether all is the same that is decided when the service starts. Tokens, names and the certificate may change, but
    /// not whether there is one.
    pub(crate) fn is_same_door(&self, other: &Self) -> bool {
        let mut others = Self { tokens: self.tokens.clone(), hosts: self.hosts.clone(), ..other.clone() };
        if other.certificate.is_some() && self.certificate.is_some() {
            others.certificate.clone_from(&self.certificate);
        }
        *self == others
    }
}

/// Something wrong: where in the file, and what.
pub(crate) type Wrong = (usize, String);

impl ApiTable {
    /// The plan; `None`: nothing is answered. `base`: where relative paths begin.
    pub(crate) fn plan(self, base: &Path) -> Result<Option<ApiPlan>, Wrong> {
        if self.off == Some(true) {
            return Ok(None);
        }
        let at = |path: PathBuf| base.join(path).components().collect::<PathBuf>();
        let mode = match &self.socket_mode {
            None => 0o660,
            Some(text) => {
                u32::from_str_radix(text.get_ref(), 8).ok().filter(|mode| mode & !0o770 == 0).ok_or_else(|| {
                    (
                        text.span().start,
                        "`socket_mode` is not a mode such as \"0660\" that leaves others out".to_owned(),
                    )
                })?
            }
        };
        let certificate = match (self.certificate, self.certificate_key) {
            (None, None) => None,
            (Some(chain), Some(key)) if self.listen.is_some() => {
                Some(Certificate { chain: at(chain.into_inner()), key: at(key.into_inner()) })
            }
            (Some(chain), Some(_)) => {
                return Err((chain.span().start, "`certificate` is for `listen`, which is not set".to_owned()));
            }
            (Some(one), None) | (None, Some(one)) => {
                return Err((one.span().start, "`certificate` and `certificate_key` belong together".to_owned()));
            }
        };
        let listen = match &self.listen {
            None => None,
            Some(text) => {
                let address: SocketAddr = text.get_ref().parse().map_err(|_| {
                    (text.span().start, "`listen` is not an address and a port such as \"127.0.0.1:7180\"".to_owned())
                })?;
                if !address.ip().is_loopback() {
                    let lacks = if certificate.is_none() {
                        "`listen` is an address that others reach: it needs `certificate` and `certificate_key`; or take an \
                         address of this machine alone, behind a proxy that speaks TLS"
                    } else if self.hosts.is_empty() {
                        "`listen` is an address that others reach: `hosts` must name what they call the service by, since it \
                         answers to no other name"
                    } else {
                        ""
                    };
                    if !lacks.is_empty() {
                        return Err((text.span().start, lacks.to_owned()));
                    }
                }
                Some(address)
            }
        };
        let within = |value: Option<&Spanned<i64>>, name: &str, most: u64, usual: u64| {
            let Some(value) = value else { return Ok(usual) };
            let fitting = u64::try_from(*value.get_ref()).ok().filter(|value| (1..=most).contains(value));
            fitting.ok_or_else(|| (value.span().start, format!("`{name}` must be from 1 to {most}")))
        };
        Ok(Some(ApiPlan {
            socket: self.socket.map(at),
            socket_mode: mode,
            listen,
            certificate,
            tokens: self.tokens.map(at),
            hosts: self.hosts,
            most_bytes: within(self.max_body_mib.as_ref(), "max_body_mib", 4096, 64)? * MIB,
            turns: within(self.jobs.as_ref(), "jobs", 1024, 16)? as usize,
        }))
    }
}
