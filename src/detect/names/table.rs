//! The form of the embedded tables: a hash table of 32-bit slots, read straight from static bytes.
//!
//! A slot holds [`MARK_BITS`] bits of marks and a tag of the key; 0 is empty. Two keys that share slot and tag are one to
//! the table: with 21 bits of tag that is one in a million strange words. This file is shared with the build, which
//! fills the tables, and depends on nothing.

/// Bits of marks in a slot.
pub(crate) const MARK_BITS: u32 = 11;

/// Slot and tag of a key in a table of `slots` (a power of two).
pub(crate) const fn place(key: u128, slots: usize) -> (usize, u32) {
    let mixed = (key as u64) ^ ((key >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    let mixed = mixed ^ mixed >> 32;
    (mixed as usize & (slots - 1), (mixed >> 43) as u32)
}

/// Bits that tell how keys may begin.
pub(crate) const BEGINS: usize = 1 << 15;

/// The bit of what a key begins with: its first three letters, of seven bits each.
pub(crate) const fn beginning(key: u128) -> usize {
    let letters = (u128::BITS - key.leading_zeros()).div_ceil(7);
    let first = if letters > 3 { key >> (7 * (letters - 3)) } else { key };
    ((first as u32).wrapping_mul(0x9E37_79B1) >> 17) as usize & (BEGINS - 1)
}

/// The marks of a key in a table of little-endian slots; 0 if it is not there.
pub(crate) fn marks(table: &[u8], key: u128) -> u16 {
    let slots = table.len() / 4;
    let (mut slot, tag) = place(key, slots);
    // The build leaves half of the slots empty: a run of full ones is short.
    for _ in 0..64 {
        let value = match table.get(slot * 4..).and_then(|rest| rest.first_chunk::<4>()) {
            Some(bytes) => u32::from_le_bytes(*bytes),
            None => return 0,
        };
        if value == 0 {
            return 0;
        }
        if value >> MARK_BITS == tag {
            return (value & ((1 << MARK_BITS) - 1)) as u16;
        }
        slot = (slot + 1) & (slots - 1);
    }
    0
}
