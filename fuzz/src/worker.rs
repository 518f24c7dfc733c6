//! The readers of the worker in this process, so that what they do wrong is seen; and one that says whatever it is given.

#[path = "../../src/worker/cells.rs"]
mod cells;
#[path = "../../src/worker/ole/mod.rs"]
mod ole;
#[path = "../../src/worker/parquet.rs"]
mod parquet;
#[path = "../../src/worker/pdf/mod.rs"]
mod pdf;
#[path = "../../src/worker/picture.rs"]
mod picture;
#[cfg(feature = "rar")]
#[path = "../../src/worker/rar.rs"]
mod rar;
#[path = "../../src/worker/seven.rs"]
mod seven;
#[path = "../../src/worker/sqlite.rs"]
mod sqlite;
#[path = "../../src/worker/wire.rs"]
mod wire;

use elek::problem::Reason;
use elek::unpack::{Answer, Fault, Helper, Kind, Piece};
use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;
use wire::{Out, Said as Next};

/// Bytes that make a container of what [`Echo`] says.
pub const ECHO: &[u8] = b"%PDF-1.7\n";

thread_local! {
    /// The last panic was one of a library.
    static OF_ANOTHER: Cell<bool> = const { Cell::new(false) };
}

/// Notes where panics come from. Those of libraries cost an item, as they do in the worker; ours are what is looked for.
static WATCH: LazyLock<()> = LazyLock::new(|| {
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        let of_another = panic.location().is_some_and(|place| place.file().contains("/registry/src/"));
        OF_ANOTHER.set(of_another);
        if !of_another {
            before(panic);
        }
    }));
});

/// Asks the readers.
#[derive(Debug)]
pub struct Readers;

/// Answers with the container itself, without [`ECHO`].
#[derive(Debug)]
pub struct Echo;

impl Helper for Readers {
    fn ask(
        &self, kind: Kind, bytes: &mut dyn Read, _size: u64, passwords: &[&str],
    ) -> Result<Box<dyn Answer + '_>, Fault> {
        let content = content(bytes)?;
        let passwords = wire::with_empty(&wire::passwords(passwords)).expect("what was sent arrives");
        let memory = Memory::default();
        let out = Rc::new(RefCell::new(Out::new(memory.clone())));
        LazyLock::force(&WATCH);
        let read = catch_unwind(AssertUnwindSafe(|| match wire::of_kind(kind) {
            Some(b'q') => sqlite::read(content, &mut *out.borrow_mut()),
            Some(b'7') => seven::read(&content, &passwords, &mut *out.borrow_mut()),
            Some(b'p') => pdf::read(&content, &passwords, &mut *out.borrow_mut()),
            Some(b'o') => ole::read(content, &passwords, &mut *out.borrow_mut()),
            Some(b'i') => picture::read(&content, &mut *out.borrow_mut()),
            Some(b'c') => parquet::read(content, &mut *out.borrow_mut()),
            #[cfg(feature = "rar")]
            Some(b'r') => rar::read(content, &passwords, &out),
            _ => panic!("a job of no kind"),
        }));
        match read {
            Ok(read) => read.expect("memory takes everything"),
            Err(_) if OF_ANOTHER.get() => out.borrow_mut().gave_up().expect("memory takes everything"),
            Err(panic) => resume_unwind(panic),
        }
        out.borrow_mut().done().expect("memory takes everything");
        Ok(Box::new(Pieces { said: memory.0.take(), at: 0, own: true, failed: None }))
    }
}

impl Helper for Echo {
    fn ask(&self, _: Kind, bytes: &mut dyn Read, _: u64, _: &[&str]) -> Result<Box<dyn Answer + '_>, Fault> {
        let content = content(bytes)?;
        let said = content.strip_prefix(ECHO).unwrap_or(&content).to_vec();
        Ok(Box::new(Pieces { said, at: 0, own: false, failed: None }))
    }
}

/// Takes what is written.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn content(bytes: &mut dyn Read) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::new();
    bytes.read_to_end(&mut content).map_err(|error: io::Error| Fault::of(&error))?;
    Ok(content)
}

/// An answer that has come whole.
struct Pieces {
    said: Vec<u8>,
    at: usize,
    /// It comes from our readers, which talk no nonsense.
    own: bool,
    failed: Option<Fault>,
}

impl Answer for Pieces {
    fn next(&mut self) -> Result<Option<Piece>, Fault> {
        if let Some(fault) = &self.failed {
            return Err(fault.clone());
        }
        let crashed = Fault::new(Reason::WorkerCrashed, "it said nonsense");
        let next = wire::said(|count| {
            let rest = self.said.get(self.at..).unwrap_or_default();
            let taken = rest.get(..count).ok_or(crashed.clone())?;
            self.at += count;
            Ok(taken.to_vec())
        });
        match next {
            Ok(Next::Piece(piece)) => Ok(Some(piece)),
            Ok(Next::Done) if self.at == self.said.len() => Ok(None),
            _ => {
                assert!(!self.own, "a reader said nonsense");
                self.failed = Some(crashed.clone());
                Err(crashed)
            }
        }
    }

    fn took(&self) -> Duration {
        Duration::ZERO
    }
}
