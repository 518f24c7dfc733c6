//! Hints of the file system that something has changed. They make the service faster and are never trusted: they get lost
//! when directories are made and filled quickly, when the queue overflows, on overlays and network file systems. The walk
//! that reconciles is the guarantee.

use super::journal::Level;
use super::shared::{Dirty, Shared};
use notify::event::{CreateKind, EventKind, ModifyKind};
use notify::{Config, ErrorKind, Event, INotifyWatcher, RecursiveMode, Watcher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// File systems whose changes on other machines, or behind the kernel's back, give no events: NFS, SMB, CIFS, 9p, FUSE,
/// Ceph, AFS, Lustre (statfs(2), linux/magic.h).
const WITHOUT_EVENTS: [u64; 9] =
    [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546, 0x00C3_6400, 0x5346_414F, 0x0BD0_0BD0];

/// How changes of a volume are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nobody looks but schedules and jobs.
    Off,
    /// Watches are being set.
    Starting,
    /// Events, and the walk that reconciles.
    Events,
    /// The walk alone, and why.
    Polling(&'static str),
}

impl Mode {
    /// The word for it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::Events => "events",
            Self::Polling(_) => "polling",
        }
    }

    /// Why there are no events.
    pub(crate) fn why(&self) -> Option<&'static str> {
        match self {
            Self::Polling(why) => Some(why),
            _ => None,
        }
    }
}

/// Watches that are set; they end when this is dropped.
pub(crate) struct Watching {
    _watcher: INotifyWatcher,
}

/// Sets watches on the folders of a volume. Takes as long as walking through them.
pub(crate) fn watch(shared: &Arc<Shared>, volume: &str, paths: &[PathBuf]) -> (Mode, Option<Watching>) {
    for path in paths {
        if let Ok(file_system) = rustix::fs::statfs(path)
            && WITHOUT_EVENTS.contains(&(file_system.f_type as u64 & 0xFFFF_FFFF))
        {
            return (Mode::Polling("the file system gives no events"), None);
        }
    }
    let (events, name) = (Arc::clone(shared), volume.to_owned());
    let made =
        INotifyWatcher::new(move |event| take(&events, &name, event), Config::default().with_follow_symlinks(false));
    let Ok(mut watcher) = made else { return (Mode::Polling("the system gives no watcher"), None) };
    for path in paths {
        if let Err(error) = watcher.watch(path, RecursiveMode::Recursive) {
            return (Mode::Polling(why(&error)), None);
        }
    }
    (Mode::Events, Some(Watching { _watcher: watcher }))
}

fn why(error: &notify::Error) -> &'static str {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the limit of watches is reached (fs.inotify.max_user_watches)",
        ErrorKind::PathNotFound => "a path is not there",
        ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => "a folder cannot be read",
        ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "the limit of watchers is reached (fs.inotify.max_user_instances)"
        }
        _ => "a watch could not be set",
    }
}

fn take(shared: &Shared, volume: &str, event: notify::Result<Event>) {
    match event {
        Err(error) => {
            let why = why(&error);
            shared.journal.say(
                Level::Warning,
                "watching is not complete, the walk that reconciles goes on",
                [("volume", volume.into()), ("why", why.into())],
            );
            shared.set_mode(volume, Mode::Polling(why));
        }
        Ok(event) if event.need_rescan() => {
            shared.journal.say(
                Level::Warning,
                "events were lost, the volume is walked now",
                [("volume", volume.into())],
            );
            shared.lost_events(volume);
        }
        Ok(event) => {
            let filled = match event.kind {
                // What was put into it before it was watched gave no event.
                EventKind::Create(CreateKind::Folder) | EventKind::Modify(ModifyKind::Name(_)) => true,
                EventKind::Create(_) | EventKind::Modify(_) => false,
                // Our own reading gives such events too.
                EventKind::Access(_) | EventKind::Remove(_) | EventKind::Any | EventKind::Other => return,
            };
            for path in event.paths {
                shared.is_dirty(volume, Dirty { path, again: filled });
            }
        }
    }
}

/// Whether a path can be watched at all; for those who ask before the service runs.
pub(crate) fn gives_events(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|found| !WITHOUT_EVENTS.contains(&(found.f_type as u64 & 0xFFFF_FFFF)))
}
