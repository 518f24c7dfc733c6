//! The way in: a unix socket, and the loopback interface if asked for. An own accept loop, since every connection is
//! watched from its first byte on.
//!
//! Who says nothing is closed after five seconds, who does not finish a request's head after ten. A connection that has
//! asked nothing yet takes a place among the waiting ones only: when those are too many, the oldest goes, so that nobody
//! can shut others out by being idle.

use super::{Api, routes};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::timeout;

const FIRST_BYTE: Duration = Duration::from_secs(5);
const HEAD: Duration = Duration::from_secs(10);
/// Longest head of a request.
const HEAD_BYTES: usize = 32 << 10;
/// Connections that have asked nothing yet.
const MOST_WAITING: usize = 1024;
/// Connections in all.
const MOST: usize = 2048;

/// Connections that have asked nothing yet, the oldest first.
#[derive(Default)]
struct Waiting(Mutex<VecDeque<(Arc<AtomicBool>, AbortHandle)>>);

impl Waiting {
    fn add(&self, asked: Arc<AtomicBool>, task: AbortHandle) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST_WAITING {
            waiting.retain(|(asked, task)| !asked.load(Ordering::Relaxed) && !task.is_finished());
        }
        if waiting.len() >= MOST_WAITING
            && let Some((_, oldest)) = waiting.pop_front()
        {
            oldest.abort();
        }
        waiting.push_back((asked, task));
    }
}

/// Both ways in.
pub(crate) struct Door {
    unix: UnixListener,
    tcp: Option<TcpListener>,
    waiting: Waiting,
    all: Arc<Semaphore>,
}

impl Door {
    /// Opens them. A socket that a dead service left is replaced; nothing else at that path is.
    pub(crate) fn open(socket: &Path, mode: u32, listen: Option<SocketAddr>) -> io::Result<Self> {
        if let Ok(meta) = fs::symlink_metadata(socket) {
            if !meta.file_type().is_socket() {
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, "what is there is no socket"));
            }
            if std::os::unix::net::UnixStream::connect(socket).is_ok() {
                return Err(io::Error::new(io::ErrorKind::AddrInUse, "another service listens there"));
            }
            fs::remove_file(socket)?;
        }
        let unix = UnixListener::bind(socket)?;
        fs::set_permissions(socket, fs::Permissions::from_mode(mode))?;
        let tcp = match listen {
            Some(address) => {
                let tcp = std::net::TcpListener::bind(address)?;
                tcp.set_nonblocking(true)?;
                Some(TcpListener::from_std(tcp)?)
            }
            None => None,
        };
        Ok(Self { unix, tcp, waiting: Waiting::default(), all: Arc::new(Semaphore::new(MOST)) })
    }

    /// Answers until the service ends.
    pub(crate) async fn serve(&self, api: &Arc<Api>) {
        loop {
            let tcp = async {
                match &self.tcp {
                    Some(tcp) => tcp.accept().await.map(|(stream, _)| stream),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                accepted = self.unix.accept() => match accepted {
                    Ok((stream, _)) => {
                        let account = stream.peer_cred().ok().map(|peer| peer.uid());
                        self.admit(api, account, stream);
                    }
                    Err(_) => pause().await,
                },
                accepted = tcp => match accepted {
                    Ok(stream) => {
                        // Small answers go out at once; without that they are only slower.
                        stream.set_nodelay(true).ok();
                        self.admit(api, None, stream);
                    }
                    Err(_) => pause().await,
                },
            }
        }
    }

    fn admit<S: Stream>(&self, api: &Arc<Api>, account: Option<u32>, stream: S) {
        let Ok(place) = Arc::clone(&self.all).try_acquire_owned() else { return };
        let asked = Arc::new(AtomicBool::new(false));
        let (api, own) = (Arc::clone(api), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            let _place = place;
            if matches!(timeout(FIRST_BYTE, stream.first_byte()).await, Ok(Ok(()))) {
                connection(api, account, stream, own).await;
            }
        });
        self.waiting.add(asked, task.abort_handle());
    }
}

/// No descriptor is left, or the like: others end meanwhile.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// A connection that can be waited on.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn first_byte(&self) -> impl Future<Output = io::Result<()>> + Send;
}

impl Stream for UnixStream {
    async fn first_byte(&self) -> io::Result<()> {
        self.readable().await
    }
}

impl Stream for tokio::net::TcpStream {
    async fn first_byte(&self) -> io::Result<()> {
        self.readable().await
    }
}

async fn connection<S: Stream>(api: Arc<Api>, account: Option<u32>, stream: S, asked: Arc<AtomicBool>) {
    let service = service_fn(move |request| {
        asked.store(true, Ordering::Relaxed);
        let api = Arc::clone(&api);
        async move { Ok::<_, Infallible>(routes::answer(api, account, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever goes away in the middle of it is no event.
    served.await.ok();
}
