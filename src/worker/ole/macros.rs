//! Source of macros ([MS-OVBA] 2.4.1): what stands in a module, unpacked.

use super::two;
use crate::worker::cells::decoded;
use crate::worker::wire::Out;
use std::io::{self, Write};

/// What the source of every module begins with.
const BEGINNING: &[u8] = b"\0Attribut";
/// Most bytes of a module.
const MODULE_BYTES: usize = 16 << 20;
/// Unpacked bytes of a chunk.
const CHUNK_BYTES: usize = 4096;

pub(super) fn read<W: Write>(stream: &[u8], place: &str, out: &mut Out<W>) -> io::Result<()> {
    // The mark, the head of a chunk, its first flags and its first letters.
    let begins = memchr::memmem::find(stream, BEGINNING).and_then(|at| at.checked_sub(3));
    let Some(packed) = begins.and_then(|at| stream.get(at..)).filter(|packed| packed.first() == Some(&1)) else {
        return Ok(());
    };
    out.text()?;
    out.place(place)?;
    out.words(&decoded(&unpacked(packed)).replace('\r', ""))?;
    out.words("\n")?;
    out.end()
}

/// Unpacks a container as far as it goes.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 1);
    while out.len() < MODULE_BYTES
        && let Some(head) = two(packed, at)
    {
        let Some(chunk) = packed.get(at + 2..) else { break };
        let chunk = chunk.get(..usize::from(head & 0xFFF) + 1).unwrap_or(chunk);
        at += 2 + chunk.len();
        if head & 0x8000 == 0 {
            out.extend_from_slice(chunk);
            continue;
        }
        let start = out.len();
        if chunk.is_empty() || unpack(chunk, start, &mut out).is_none() {
            break;
        }
    }
    out
}

/// One chunk: eight bits of flags, then a byte or a copy for each.
fn unpack(chunk: &[u8], start: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    while let Some(flags) = chunk.get(at) {
        at += 1;
        for bit in 0..8 {
            if at >= chunk.len() || out.len() - start >= CHUNK_BYTES {
                break;
            }
            if flags >> bit & 1 == 0 {
                out.push(*chunk.get(at)?);
                at += 1;
                continue;
            }
            let token = two(chunk, at)?;
            at += 2;
            // The farther the chunk has come, the more bits are the distance.
            let length_bits = 16 - (4..12).find(|bits| 1 << bits >= out.len() - start).unwrap_or(12);
            let length = usize::from(token & ((1 << length_bits) - 1)) + 3;
            let from = out.len().checked_sub(usize::from(token >> length_bits) + 1).filter(|from| *from >= start)?;
            for i in 0..length {
                out.push(*out.get(from + i)?);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Example 3.2.3 of the specification.
    #[test]
    fn chunks_are_unpacked() {
        let packed = [0x01, 0x03, 0xB0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(unpacked(&packed), [b'a'; 73]);
    }

    #[test]
    fn garbage_ends() {
        for seed in 0..200u8 {
            let packed: Vec<u8> = (0..300u32).map(|i| (i as u8).wrapping_mul(seed) ^ 0xB1).collect();
            assert!(unpacked(&[&[1][..], &packed].concat()).len() <= 300 * CHUNK_BYTES);
        }
    }
}
