//! Takes in what a request brings: within its size, at its pace, as content that stays what it was when it was hashed.

use super::answer::Refusal;
use elek::gate::{Builder, Intake, Object, Reason};
use elek::read::Beneath;
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_ENCODING, HeaderMap};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(10);
/// What must come in a second, after the first ten.
const PACE: u64 = 64 << 10;
const MIB: u64 = 1 << 20;
/// Longest JSON of a request.
pub(crate) const JSON_BYTES: u64 = 64 << 10;

impl Refusal {
    pub(crate) const TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "there is more content than the service takes in");
    const SLOW: Self = Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the content came too slowly");
    const CUT: Self = Self::new(StatusCode::BAD_REQUEST, "cut_off", "the content did not come whole");
    const ENCODED: Self =
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoded", "content must come as it is, without an encoding");
    pub(crate) const BUSY: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the service has no room now; ask again");
    pub(crate) const NO_SUCH_PATH: Self =
        Self::new(StatusCode::NOT_FOUND, "no_such_path", "there is no such file below the paths of the volume");
}

/// Mebibytes that so many bytes need, one at least.
fn mebibytes(bytes: u64) -> Result<u32, Refusal> {
    u32::try_from(bytes.div_ceil(MIB).max(1)).map_err(|_| Refusal::TOO_LARGE)
}

/// Room for content in memory.
pub(crate) struct Room {
    mebibytes: Arc<Semaphore>,
    pub(crate) most_bytes: u64,
}

/// Room that a content takes, for as long as this is kept.
pub(crate) struct Taken(OwnedSemaphorePermit);

impl Taken {
    /// Takes as much as so many bytes need.
    fn grow(&mut self, room: &Room, bytes: u64) -> Result<(), Refusal> {
        let lacks = mebibytes(bytes)?.saturating_sub(u32::try_from(self.0.num_permits()).unwrap_or(u32::MAX));
        if lacks > 0 {
            self.0.merge(room.acquire(lacks)?);
        }
        Ok(())
    }
}

impl Room {
    pub(crate) fn new(most_bytes: u64, all_bytes: u64) -> Self {
        let all = usize::try_from((all_bytes / MIB).max(1)).unwrap_or(usize::MAX);
        Self { mebibytes: Arc::new(Semaphore::new(all.min(Semaphore::MAX_PERMITS))), most_bytes }
    }

    fn acquire(&self, mebibytes: u32) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.mebibytes).try_acquire_many_owned(mebibytes).map_err(|_| Refusal::BUSY)
    }

    /// Room for so many bytes.
    fn take(&self, bytes: u64) -> Result<Taken, Refusal> {
        Ok(Taken(self.acquire(mebibytes(bytes)?)?))
    }

    /// Takes in a body as an object, and the room for it: all that is announced at once, else as much as comes.
    pub(crate) async fn object(
        &self, headers: &HeaderMap, body: Incoming,
    ) -> Result<(Result<Object, Reason>, Taken), Refusal> {
        let mut taken = self.admit(headers, &body, self.most_bytes)?;
        let intake = Intake { memory_bytes: self.most_bytes, spool: None };
        let mut builder = Builder::new(&intake);
        let mut refused = None;
        pieces(body, self.most_bytes, |piece, came| {
            taken.grow(self, came)?;
            if refused.is_none() {
                refused = builder.push(piece).err();
            }
            Ok(())
        })
        .await?;
        Ok((refused.map_or_else(|| builder.finish(), Err), taken))
    }

    /// Takes in a body as text.
    pub(crate) async fn json<T: serde::de::DeserializeOwned>(
        &self, headers: &HeaderMap, body: Incoming,
    ) -> Result<T, Refusal> {
        let _taken = self.admit(headers, &body, JSON_BYTES)?;
        let mut all = Vec::new();
        pieces(body, JSON_BYTES, |piece, _| {
            all.extend_from_slice(piece);
            Ok(())
        })
        .await?;
        serde_json::from_slice(&all).map_err(|_| Refusal::bad("the content is not the JSON that is asked for"))
    }

    fn admit(&self, headers: &HeaderMap, body: &Incoming, most: u64) -> Result<Taken, Refusal> {
        if headers.contains_key(CONTENT_ENCODING) {
            return Err(Refusal::ENCODED);
        }
        let announced = body.size_hint().exact();
        if announced.is_some_and(|bytes| bytes > most) {
            return Err(Refusal::TOO_LARGE);
        }
        self.take(announced.unwrap_or(0))
    }

    /// A file below one of the roots, as an object, and the room for it.
    pub(crate) fn file(&self, roots: &[std::path::PathBuf], path: &Path) -> Result<(Object, Taken), Refusal> {
        let file = roots.iter().find_map(|root| beneath(root, path)).ok_or(Refusal::NO_SUCH_PATH)?;
        let meta = file.metadata().map_err(|_| Refusal::NO_SUCH_PATH)?;
        if !meta.is_file() {
            return Err(Refusal::NO_SUCH_PATH);
        }
        if meta.len() > self.most_bytes {
            return Err(Refusal::TOO_LARGE);
        }
        let mut taken = self.take(meta.len())?;
        let mut came = 0;
        let intake = Intake { memory_bytes: self.most_bytes, spool: None };
        let mut builder = Builder::new(&intake);
        let mut file = file.take(self.most_bytes + 1);
        let mut piece = vec![0; 64 << 10];
        loop {
            let count = file.read(&mut piece).map_err(|_| Refusal::NO_SUCH_PATH)?;
            if count == 0 {
                return Ok((builder.finish().map_err(|_| Refusal::INTERNAL)?, taken));
            }
            came += count as u64;
            taken.grow(self, came)?;
            builder.push(piece.get(..count).unwrap_or_default()).map_err(|_| Refusal::TOO_LARGE)?;
        }
    }
}

/// Hands on what comes, as long as it comes, and how much has come with it.
async fn pieces(
    mut body: Incoming, most: u64, mut take: impl FnMut(&[u8], u64) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let began = Instant::now();
    let mut came = 0u64;
    loop {
        let allowed = SILENCE + Duration::from_secs(came / PACE);
        let next = timeout(SILENCE, timeout_at(began + allowed, body.frame())).await;
        let Ok(Ok(next)) = next else { return Err(Refusal::SLOW) };
        let Some(frame) = next else { return Ok(()) };
        let frame = frame.map_err(|_| Refusal::CUT)?;
        let Some(piece) = frame.data_ref() else { continue };
        came += piece.len() as u64;
        if came > most {
            return Err(Refusal::TOO_LARGE);
        }
        take(piece, came)?;
    }
}

/// Opens a path below a root. No link is followed below it, and nothing leads out of it, whoever changes names meanwhile.
pub(crate) fn beneath(root: &Path, path: &Path) -> Option<File> {
    Beneath::open(root).and_then(|root| root.file(path)).ok()
}
