//! A process that reads formats which are hard to read safely, and whoever starts and watches it.
//!
//! The worker (`elek worker`, hidden) gives up all rights, then reads jobs from standard input and writes pieces to
//! standard output until its input ends. It knows no detectors and no key, and opens nothing: its input is all it gets.
//! The pool starts workers, asks them, watches two clocks, and replaces them.

mod cells;
mod ole;
mod parquet;
mod pdf;
mod picture;
mod pool;
#[cfg(feature = "rar")]
mod rar;
mod sandbox;
mod seven;
mod sqlite;
mod wire;

pub(crate) use pool::{held_back, pool};

use anyhow::Context as _;
use std::cell::RefCell;
use std::io::{self, BufWriter, Read, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use wire::Out;

/// Longest input of a job, in bytes.
const INPUT_BYTES: u64 = 192 << 20;
/// Most bytes of passwords of a job.
const PASSWORDS_BYTES: u32 = 1 << 20;

/// Works until there is no more to do, or says only what holds it back.
pub(crate) fn run(says_sandbox: bool) -> anyhow::Result<()> {
    let held_back = sandbox::enter()?;
    if says_sandbox {
        io::stdout().lock().write_all(held_back.as_bytes())?;
        return Ok(());
    }
    let mut input = io::stdin().lock();
    let out = Rc::new(RefCell::new(Out::new(BufWriter::with_capacity(64 << 10, io::stdout().lock()))));
    let mut head = [0; 13];
    loop {
        match input.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        let [kind, sizes @ ..] = head;
        // Eight bytes and four: the lower part of one number, and the upper.
        let sizes = sizes.iter().rev().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
        let (length, words) = (sizes as u64, (sizes >> 64) as u32);
        anyhow::ensure!(length <= INPUT_BYTES && words <= PASSWORDS_BYTES, "a job that is too large");
        let mut passwords = vec![0; words as usize];
        input.read_exact(&mut passwords)?;
        let passwords = wire::with_empty(&passwords).context("passwords that are none")?;
        let mut bytes = Vec::with_capacity(length as usize);
        input.by_ref().take(length).read_to_end(&mut bytes)?;
        anyhow::ensure!(bytes.len() as u64 == length, "a job that was cut off");
        let read = catch_unwind(AssertUnwindSafe(|| match kind {
            b'q' => Ok(sqlite::read(bytes, &mut *out.borrow_mut())),
            b'7' => Ok(seven::read(&bytes, &passwords, &mut *out.borrow_mut())),
            b'p' => Ok(pdf::read(&bytes, &passwords, &mut *out.borrow_mut())),
            b'o' => Ok(ole::read(bytes, &passwords, &mut *out.borrow_mut())),
            b'i' => Ok(picture::read(&bytes, &mut *out.borrow_mut())),
            b'c' => Ok(parquet::read(bytes, &mut *out.borrow_mut())),
            #[cfg(feature = "rar")]
            b'r' => Ok(rar::read(bytes, &passwords, &out)),
            _ => anyhow::bail!("a job of no kind"),
        }));
        let mut out = out.borrow_mut();
        match read {
            Ok(read) => read??,
            // A bug in a reader costs one item, not the process.
            Err(_) => out.gave_up()?,
        }
        out.done()?;
    }
}
