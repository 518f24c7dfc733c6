//! Slides of `PowerPoint` 97 to 2003 ([MS-PPT]): every text of the stream, in its order.

use super::{four, two, wide};
use crate::worker::cells::decoded;
use crate::worker::wire::{Out, Told};
use std::io::{self, Write};

/// Records of text: in UTF-16, in eight bits, and names and links.
const CHARS: u16 = 0x0FA0;
const BYTES: u16 = 0x0FA8;
const NAME: u16 = 0x0FBA;

pub(super) fn read<W: Write>(bytes: &[u8], place: &str, out: &mut Out<W>) -> io::Result<()> {
    out.text()?;
    let (mut at, mut number) = (0, 0);
    let is_whole = loop {
        let Some((head, kind, length)) = two(bytes, at)
            .zip(two(bytes, at + 2))
            .zip(four(bytes, at + 4))
            .map(|((head, kind), length)| (head, kind, length))
        else {
            break at == bytes.len();
        };
        at += 8;
        // Whatever holds records is walked into.
        if head & 0xF == 0xF {
            continue;
        }
        let Some(own) = bytes.get(at..).and_then(|rest| rest.get(..length as usize)) else { break false };
        at += own.len();
        let text = match kind {
            CHARS | NAME => wide(own),
            BYTES => decoded(own),
            _ => continue,
        };
        number += 1;
        out.place(&format!("{place}:{number}"))?;
        out.words(&text.replace(['\r', '\u{B}'], "\n"))?;
        out.words("\n")?;
    };
    out.end()?;
    if is_whole { Ok(()) } else { out.told(Told::DamagedDocument) }
}
