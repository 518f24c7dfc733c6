//! The way in: a unix socket, and an interface if asked for, with TLS or without. An own accept loop, since every
//! connection is watched from its first byte on.
//!
//! Who says nothing is closed after five seconds, who does not finish a handshake or a request's head after ten. A
//! connection that has asked nothing yet takes a place among the waiting ones only: when those are too many, the oldest
//! goes, so that nobody can shut others out by being idle. A handshake that fails is counted and not told.

use super::routes::Peer;
use super::{Api, routes};
use elek::report::escape;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
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
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

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

/// First byte of what begins a handshake (RFC 8446, 5.1).
const HANDSHAKE: u8 = 0x16;
/// What somebody is told who speaks HTTP where TLS is spoken; a token that came with it has travelled for all to read.
const SPEAKS_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 74\r\n\
    cache-control: no-store\r\nconnection: close\r\n\r\n\
    {\"error\":\"tls_needed\",\"detail\":\"TLS alone is spoken here: ask for https\"}\n";

/// Both ways in.
pub(crate) struct Door {
    unix: UnixListener,
    tcp: Option<TcpListener>,
    /// With a certificate, the newest: what was opened with one is never open without.
    handshake: Option<Mutex<Arc<ServerConfig>>>,
    /// Whether the interface leads to other machines.
    is_far: bool,
    waiting: Waiting,
    all: Arc<Semaphore>,
}

impl Door {
    /// Opens them. A socket that a dead service left is replaced; nothing else at that path is.
    pub(crate) fn open(
        socket: &Path, mode: u32, listen: Option<SocketAddr>, handshake: Option<Arc<ServerConfig>>,
    ) -> io::Result<Self> {
        let at_socket = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", escape::path(socket)));
        if let Ok(meta) = fs::symlink_metadata(socket) {
            if !meta.file_type().is_socket() {
                return Err(at_socket(io::Error::new(io::ErrorKind::AlreadyExists, "what is there is no socket")));
            }
            if std::os::unix::net::UnixStream::connect(socket).is_ok() {
                return Err(at_socket(io::Error::new(io::ErrorKind::AddrInUse, "another service listens there")));
            }
            fs::remove_file(socket).map_err(at_socket)?;
        }
        let unix = UnixListener::bind(socket).map_err(at_socket)?;
        fs::set_permissions(socket, fs::Permissions::from_mode(mode)).map_err(at_socket)?;
        let tcp = match listen {
            Some(address) => {
                let at_address = |error: io::Error| io::Error::new(error.kind(), format!("{address}: {error}"));
                let tcp = std::net::TcpListener::bind(address).map_err(at_address)?;
                tcp.set_nonblocking(true)?;
                Some(TcpListener::from_std(tcp)?)
            }
            None => None,
        };
        let is_far = listen.is_some_and(|address| !address.ip().is_loopback());
        let (waiting, all) = (Waiting::default(), Arc::new(Semaphore::new(MOST)));
        let handshake = handshake.map(Mutex::new);
        Ok(Self { unix, tcp, handshake, is_far, waiting, all })
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
                        let peer = Peer { account, is_encrypted: false };
                        let api = Arc::clone(api);
                        self.admit(|asked| plain(api, peer, stream, asked));
                    }
                    Err(_) => pause().await,
                },
                accepted = tcp => match accepted {
                    Ok(stream) => {
                        // Small answers go out at once; without that they are only slower.
                        stream.set_nodelay(true).ok();
                        self.take(api, stream);
                    }
                    Err(_) => pause().await,
                },
            }
        }
    }

    /// Over the interface.
    fn take(&self, api: &Arc<Api>, stream: TcpStream) {
        let (api, peer) =
            (Arc::clone(api), Peer { account: None, is_encrypted: self.handshake.is_some() && self.is_far });
        match &self.handshake {
            None => self.admit(|asked| plain(api, peer, stream, asked)),
            Some(kept) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(tls) = &api.shared.setup().api.tls {
                    *kept = Arc::clone(&tls.handshake);
                }
                let handshake = Arc::clone(&kept);
                self.admit(|asked| encrypted(api, peer, handshake, stream, asked));
            }
        }
    }

    fn admit<F: Future<Output = ()> + Send + 'static>(&self, connection: impl FnOnce(Arc<AtomicBool>) -> F) {
        let Ok(place) = Arc::clone(&self.all).try_acquire_owned() else { return };
        let asked = Arc::new(AtomicBool::new(false));
        let connection = connection(Arc::clone(&asked));
        let task = tokio::spawn(async move {
            let _place = place;
            connection.await;
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

impl Stream for TcpStream {
    async fn first_byte(&self) -> io::Result<()> {
        self.readable().await
    }
}

/// Waits for the first byte; gives whether it came.
async fn begins(stream: &impl Stream) -> bool {
    matches!(timeout(FIRST_BYTE, stream.first_byte()).await, Ok(Ok(())))
}

async fn plain<S: Stream>(api: Arc<Api>, peer: Peer, stream: S, asked: Arc<AtomicBool>) {
    if begins(&stream).await {
        connection(api, peer, stream, asked).await;
    }
}

async fn encrypted(api: Arc<Api>, peer: Peer, handshake: Arc<ServerConfig>, stream: TcpStream, asked: Arc<AtomicBool>) {
    let mut first = [0];
    if !begins(&stream).await || !matches!(stream.peek(&mut first).await, Ok(1)) {
        return;
    }
    if first != [HANDSHAKE] {
        // Who does not hear it is no event.
        timeout(FIRST_BYTE, refuse(stream)).await.ok();
        return;
    }
    match timeout(HEAD, TlsAcceptor::from(handshake).accept(stream)).await {
        Ok(Ok(stream)) => connection(api, peer, stream, asked).await,
        // Anybody can make any number of these: they are counted, not told.
        Ok(Err(_)) | Err(_) => {
            api.handshakes_failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Tells somebody that TLS is spoken here, and hears out what was being said, so that the answer arrives.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(SPEAKS_TLS).await?;
    stream.shutdown().await?;
    let mut rest = stream.take(HEAD_BYTES as u64);
    let mut piece = [0; 4096];
    while rest.read(&mut piece).await? > 0 {}
    Ok(())
}

async fn connection<S>(api: Arc<Api>, peer: Peer, stream: S, asked: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        asked.store(true, Ordering::Relaxed);
        let api = Arc::clone(&api);
        async move { Ok::<_, Infallible>(routes::answer(api, peer, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever goes away in the middle of it is no event.
    served.await.ok();
}
