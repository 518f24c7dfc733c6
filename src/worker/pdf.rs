use super::wire::{Out, Told};
use std::io::{self, Write};
pub(super) fn read<W: Write>(_bytes: &[u8], out: &mut Out<W>) -> io::Result<()> {
    out.told(Told::NoUsableText)
}
