//! Tells the service manager how it goes (`sd_notify`): a few words over a socket whose name is in the environment.

use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::time::Duration;

/// The service manager, if there is one.
pub(crate) struct Manager {
    socket: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Manager {
    /// The manager that the environment names.
    pub(crate) fn from_environment() -> io::Result<Self> {
        let socket = match std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) {
            None => None,
            Some(name) => {
                let address = match name.as_bytes().strip_prefix(b"@") {
                    Some(abstract_name) => SocketAddr::from_abstract_name(abstract_name)?,
                    None => SocketAddr::from_pathname(Path::new(&name))?,
                };
                Some((UnixDatagram::unbound()?, address))
            }
        };
        let own = std::env::var("WATCHDOG_PID").ok().is_none_or(|process| process == std::process::id().to_string());
        let microseconds = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok());
        let watchdog = microseconds.filter(|_| own).map(Duration::from_micros);
        Ok(Self { socket, watchdog })
    }

    /// How often it wants a sign of life: half of the time after which it would give up.
    pub(crate) fn watchdog(&self) -> Option<Duration> {
        self.watchdog.map(|limit| (limit / 2).max(Duration::from_millis(10)))
    }

    /// Sends words. Nobody is there to hear that this failed.
    pub(crate) fn tell(&self, words: &str) {
        if let Some((socket, address)) = &self.socket {
            socket.send_to_addr(words.as_bytes(), address).ok();
        }
    }

    /// Everything is up.
    pub(crate) fn ready(&self, status: &str) {
        self.tell(&format!("READY=1\nSTATUS={status}"));
    }

    /// The configuration is read again; [`Manager::ready`] follows.
    pub(crate) fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={microseconds}"));
    }
}
