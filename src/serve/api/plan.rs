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
    #[serde(default)]
    hosts: Vec<String>,
    max_body_mib: Option<Spanned<u64>>,
    jobs: Option<Spanned<usize>>,
}

/// How requests are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiPlan {
    /// The unix socket; in the state folder if not said.
    pub(crate) socket: Option<PathBuf>,
    pub(crate) socket_mode: u32,
    /// An address of the loopback interface.
    pub(crate) listen: Option<SocketAddr>,
    /// Tokens, a line each.
    pub(crate) tokens: Option<PathBuf>,
    /// Names that the service goes by.
    pub(crate) hosts: Vec<String>,
    /// Most content of one request.
    pub(crate) most_bytes: u64,
    /// Requests that scan at the same time.
    pub(crate) turns: usize,
}

impl ApiPlan {
    /// Whether all is the same that is decided when the service starts.
    pub(crate) fn is_same_door(&self, other: &Self) -> bool {
        let others = Self { tokens: self.tokens.clone(), hosts: self.hosts.clone(), ..other.clone() };
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
        let listen = match &self.listen {
            None => None,
            Some(text) => {
                let address: SocketAddr = text.get_ref().parse().map_err(|_| {
                    (text.span().start, "`listen` is not an address and a port such as \"127.0.0.1:7180\"".to_owned())
                })?;
                if !address.ip().is_loopback() {
                    let message = "`listen` must be an address of this machine alone: others reach the service through a \
                                   proxy that speaks TLS";
                    return Err((text.span().start, message.to_owned()));
                }
                Some(address)
            }
        };
        let within = |value: Option<&Spanned<u64>>, name: &str, most: u64, usual: u64| match value {
            None => Ok(usual),
            Some(value) if (1..=most).contains(value.get_ref()) => Ok(*value.get_ref()),
            Some(value) => Err((value.span().start, format!("`{name}` must be from 1 to {most}"))),
        };
        let mut hosts = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        hosts.extend(self.hosts);
        let jobs = self.jobs.map(|jobs| Spanned::new(jobs.span(), *jobs.get_ref() as u64));
        Ok(Some(ApiPlan {
            socket: self.socket.map(at),
            socket_mode: mode,
            listen,
            tokens: self.tokens.map(at),
            hosts,
            most_bytes: within(self.max_body_mib.as_ref(), "max_body_mib", 4096, 64)? * MIB,
            turns: within(jobs.as_ref(), "jobs", 1024, 16)? as usize,
        }))
    }
}
