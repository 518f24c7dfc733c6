//! 64 bytes in one register: each class is one comparison.

use super::literals::{Place, Tables};
use super::{Common, Rare, Triggers, Wanted, Window};
use std::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask,
    _mm512_cmplt_epu8_mask, _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512, _mm512_set1_epi8,
    _mm512_set4_epi32, _mm512_shuffle_epi8, _mm512_srli_epi16, _mm512_sub_epi8, _mm512_test_epi8_mask,
};

/// Appends the triggers at bytes `start..end`. Called only where the machine has AVX-512 BW.
#[expect(unsafe_code, reason = "a function with a target feature needs an unsafe call")]
pub(super) fn find(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    // SAFETY: `Level::best` chooses this level only where `is_x86_feature_detected!` holds for both features.
    unsafe { run(wanted, bytes, start, end, out) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn run(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    super::run::<One>(wanted, bytes, start, end, out);
}

/// Hands places at which a literal may stand to `judge`, up to the first that it takes; gives the byte up to which was
/// looked, too. Called only where the machine has AVX-512 BW.
#[expect(unsafe_code, reason = "a function with a target feature needs an unsafe call")]
pub(super) fn candidates(
    tables: &Tables, text: &[u8], from: usize, until: usize, judge: &mut impl FnMut(usize) -> Option<Place>,
) -> (Option<Place>, usize) {
    // SAFETY: `Level::best` chooses this level only where `is_x86_feature_detected!` holds for both features.
    unsafe { prints(tables, text, from, until, judge) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn prints(
    tables: &Tables, text: &[u8], from: usize, until: usize, judge: &mut impl FnMut(usize) -> Option<Place>,
) -> (Option<Place>, usize) {
    let table = |bytes: &[u8; 16]| {
        // SAFETY: the load lies inside the 16 bytes and needs no alignment.
        #[expect(unsafe_code, reason = "loads are unsafe")]
        _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(std::ptr::from_ref(bytes).cast()) })
    };
    let tables = tables.each_ref().map(|[low, high]| [table(low), table(high)]);
    let nibble = _mm512_set1_epi8(0x0F);
    let mut at = from;
    while at < until
        && let Some(window) = text.get(at..).and_then(|rest| rest.first_chunk::<66>())
    {
        let groups = |n: usize, [low, high]: [__m512i; 2]| {
            // SAFETY: 64 bytes from the third of 66 on are the last that are loaded.
            #[expect(unsafe_code, reason = "loads are unsafe")]
            let v = unsafe { _mm512_loadu_si512(window.as_ptr().add(n).cast()) };
            let lows = _mm512_shuffle_epi8(low, _mm512_and_si512(v, nibble));
            let highs = _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16::<4>(v), nibble));
            _mm512_and_si512(lows, highs)
        };
        let [first, second, third] = tables;
        let mut bits = _mm512_test_epi8_mask(_mm512_and_si512(groups(0, first), groups(1, second)), groups(2, third));
        while bits != 0 {
            let place = at + bits.trailing_zeros() as usize;
            if place >= until {
                break;
            }
            if let Some(found) = judge(place) {
                return (Some(found), place);
            }
            bits &= bits - 1;
        }
        at += 64;
    }
    (None, at)
}

#[derive(Clone, Copy)]
struct One(__m512i);

/// A table of 16 bytes in each quarter of a register.
macro_rules! table {
    ($($byte:expr),* $(,)?) => {{
        #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
        const WORDS: [i32; 4] = {
            let bytes: [u8; 16] = [$($byte),*];
            let mut words = [0i32; 4];
            let mut i = 0;
            while i < 16 {
                words[i / 4] |= (bytes[i] as i32) << (8 * (i % 4));
                i += 1;
            }
            words
        };
        _mm512_set4_epi32(WORDS[3], WORDS[2], WORDS[1], WORDS[0])
    }};
}

// The intrinsics below need AVX-512; `run` is the only way in.
#[expect(unsafe_code, reason = "vector intrinsics are unsafe outside of functions with their target feature")]
impl Window for One {
    #[inline(always)]
    fn load(bytes: &[u8; 64]) -> Self {
        // SAFETY: the load lies inside the 64 bytes, no alignment is needed, and AVX-512 is there (see `find`).
        unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
    }

    #[inline(always)]
    fn common(self) -> Common {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let digits = _mm512_sub_epi8(self.0, _mm512_set1_epi8(b'0' as i8));
            Common {
                digit: _mm512_cmplt_epu8_mask(digits, _mm512_set1_epi8(10)),
                at: self.equal(b'@'),
                colon: self.equal(b':'),
                less: self.equal(b'<'),
                equals: self.equal(b'='),
                dot: self.equal(b'.'),
                capital_ij: self.either(b'I', b'J'),
                slash: self.equal(b'/'),
                dash: self.equal(b'-'),
                small_e: self.equal(b'e'),
            }
        }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> u64 {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn either(self, one: u8, other: u8) -> u64 {
        self.equal(one) | self.equal(other)
    }

    #[inline(always)]
    fn within(self, first: u8, last: u8) -> u64 {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let distance = _mm512_sub_epi8(self.0, _mm512_set1_epi8(first as i8));
            _mm512_cmple_epu8_mask(distance, _mm512_set1_epi8((last - first) as i8))
        }
    }

    #[inline(always)]
    fn odd(self) -> u64 {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe { _mm512_test_epi8_mask(self.0, _mm512_set1_epi8(1)) }
    }

    #[inline(always)]
    fn has_high(self) -> bool {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe { _mm512_movepi8_mask(self.0) != 0 }
    }

    #[inline(always)]
    fn has_special(self) -> bool {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            // One bit for each row: 0 row 2, 1 row 3, 2 row 4, 3 row 5.
            let low = table!(2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 1 | 2 | 4, 2 | 4, 0, 2, 1 | 2 | 8, 0, 1);
            let high = table!(0, 0, 1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            let nibble = _mm512_set1_epi8(0x0F);
            let lows = _mm512_shuffle_epi8(low, _mm512_and_si512(self.0, nibble));
            let highs = _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16::<4>(self.0), nibble));
            _mm512_test_epi8_mask(lows, highs) != 0
        }
    }

    #[inline(always)]
    fn above(self) -> u64 {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe { _mm512_movepi8_mask(self.0) }
    }

    #[inline(always)]
    fn rare(self) -> Rare {
        // SAFETY: AVX-512 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let letters = _mm512_set1_epi8(26);
            let small = _mm512_or_si512(self.0, _mm512_set1_epi8(0x20));
            // Separators: bit 0 rows 2 and 0 (space, brackets, dash), 1 row 8, 2 row 9, 3 row A, 4 rows C and E, 5 tab.
            let low = table!(1 | 2 | 8, 4, 4 | 16, 4, 4, 4, 0, 0, 1 | 2, 1 | 2 | 32, 0, 2, 0, 1 | 8, 0, 8);
            let high = table!(32, 0, 1, 0, 0, 0, 0, 0, 2, 4, 8, 0, 16, 0, 16, 0);
            let nibble = _mm512_set1_epi8(0x0F);
            let lows = _mm512_shuffle_epi8(low, _mm512_and_si512(self.0, nibble));
            let highs = _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16::<4>(self.0), nibble));
            Rare {
                letter: _mm512_cmplt_epu8_mask(_mm512_sub_epi8(small, _mm512_set1_epi8(b'a' as i8)), letters),
                capital: _mm512_cmplt_epu8_mask(_mm512_sub_epi8(self.0, _mm512_set1_epi8(b'A' as i8)), letters),
                above_ascii: _mm512_movepi8_mask(self.0),
                separator: _mm512_test_epi8_mask(lows, highs),
                space: self.equal(b' '),
            }
        }
    }
}
