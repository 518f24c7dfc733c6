//! 64 bytes in two registers of 32.

use super::literals::{Place, Tables};
use super::{Common, Rare, Triggers, Wanted, Window};
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_sub_epi8, _mm256_testz_si256,
};

/// Appends the triggers at bytes `start..end`. Called only where the machine has AVX2.
#[expect(unsafe_code, reason = "a function with a target feature needs an unsafe call")]
pub(super) fn find(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    // SAFETY: `Level::best` chooses this level only where `is_x86_feature_detected!("avx2")` holds.
    unsafe { run(wanted, bytes, start, end, out) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn run(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    super::run::<Pair>(wanted, bytes, start, end, out);
}

/// Hands places at which a literal may stand to `judge`, up to the first that it takes; gives the byte up to which was
/// looked, too. Called only where the machine has AVX2.
#[expect(unsafe_code, reason = "a function with a target feature needs an unsafe call")]
pub(super) fn candidates(
    tables: &Tables, text: &[u8], from: usize, until: usize, judge: &mut impl FnMut(usize) -> Option<Place>,
) -> (Option<Place>, usize) {
    // SAFETY: `Level::best` chooses this level only where `is_x86_feature_detected!("avx2")` holds.
    unsafe { prints(tables, text, from, until, judge) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn prints(
    tables: &Tables, text: &[u8], from: usize, until: usize, judge: &mut impl FnMut(usize) -> Option<Place>,
) -> (Option<Place>, usize) {
    let table = |bytes: &[u8; 16]| {
        // SAFETY: the load lies inside the 16 bytes and needs no alignment.
        #[expect(unsafe_code, reason = "loads are unsafe")]
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(std::ptr::from_ref(bytes).cast()) })
    };
    let tables = tables.each_ref().map(|[low, high]| [table(low), table(high)]);
    let nibble = _mm256_set1_epi8(0x0F);
    let mut at = from;
    while at < until
        && let Some(window) = text.get(at..).and_then(|rest| rest.first_chunk::<34>())
    {
        let groups = |n: usize, [low, high]: [__m256i; 2]| {
            // SAFETY: 32 bytes from the third of 34 on are the last that are loaded.
            #[expect(unsafe_code, reason = "loads are unsafe")]
            let v = unsafe { _mm256_loadu_si256(window.as_ptr().add(n).cast()) };
            let lows = _mm256_shuffle_epi8(low, _mm256_and_si256(v, nibble));
            let highs = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble));
            _mm256_and_si256(lows, highs)
        };
        let [first, second, third] = tables;
        let left = _mm256_and_si256(_mm256_and_si256(groups(0, first), groups(1, second)), groups(2, third));
        if _mm256_testz_si256(left, left) == 0 {
            let mut bits = !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(left, _mm256_setzero_si256())) as u32);
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
        }
        at += 32;
    }
    (None, at)
}

#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

/// One bit of each byte, bit `n` counted from the lowest.
macro_rules! bit {
    ($v:expr, $n:literal) => {
        u64::from(_mm256_movemask_epi8(_mm256_slli_epi16::<{ 7 - $n }>($v.0)) as u32)
            | u64::from(_mm256_movemask_epi8(_mm256_slli_epi16::<{ 7 - $n }>($v.1)) as u32) << 32
    };
}

macro_rules! mask {
    ($v:expr, $f:expr) => {
        u64::from(_mm256_movemask_epi8($f($v.0)) as u32) | u64::from(_mm256_movemask_epi8($f($v.1)) as u32) << 32
    };
}

/// Table of 16 for both halves of a register.
macro_rules! table {
    ($($byte:expr),* $(,)?) => { _mm256_setr_epi8($($byte as u8 as i8),*, $($byte as u8 as i8),*) };
}

// The intrinsics below need AVX2; `run` is the only way in.
#[expect(unsafe_code, reason = "vector intrinsics are unsafe outside of functions with their target feature")]
impl Window for Pair {
    #[inline(always)]
    fn load(bytes: &[u8; 64]) -> Self {
        // SAFETY: both loads lie inside the 64 bytes, no alignment is needed, and AVX2 is there (see `find`).
        unsafe { Self(_mm256_loadu_si256(bytes.as_ptr().cast()), _mm256_loadu_si256(bytes.as_ptr().add(32).cast())) }
    }

    #[inline(always)]
    fn common(self) -> Common {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            // Bit n of the class byte: 0 digit, 1 `@`, 2 `:`, 3 `<`, 4 `=`, 5 `.`, 6 `I` and `J`, 7 `/`.
            let low = table!(1 | 2, 1, 1, 1, 1, 1, 1, 1, 1, 1 | 64, 4 | 64, 0, 8, 16, 32, 128);
            let high = table!(0, 0, 32 | 128, 1 | 4 | 8 | 16, 2 | 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            let nibble = _mm256_set1_epi8(0x0F);
            let class = |v: __m256i| {
                let lows = _mm256_shuffle_epi8(low, _mm256_and_si256(v, nibble));
                let highs = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble));
                _mm256_and_si256(lows, highs)
            };
            let classes = Self(class(self.0), class(self.1));
            let (dash, e) = (_mm256_set1_epi8(b'-' as i8), _mm256_set1_epi8(b'e' as i8));
            Common {
                digit: bit!(classes, 0),
                at: bit!(classes, 1),
                colon: bit!(classes, 2),
                less: bit!(classes, 3),
                equals: bit!(classes, 4),
                dot: bit!(classes, 5),
                capital_ij: bit!(classes, 6),
                slash: bit!(classes, 7),
                dash: mask!(self, |v| _mm256_cmpeq_epi8(v, dash)),
                small_e: mask!(self, |v| _mm256_cmpeq_epi8(v, e)),
            }
        }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> u64 {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe { mask!(self, |v| _mm256_cmpeq_epi8(v, _mm256_set1_epi8(byte as i8))) }
    }

    #[inline(always)]
    fn either(self, one: u8, other: u8) -> u64 {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let (one, other) = (_mm256_set1_epi8(one as i8), _mm256_set1_epi8(other as i8));
            mask!(self, |v| _mm256_or_si256(_mm256_cmpeq_epi8(v, one), _mm256_cmpeq_epi8(v, other)))
        }
    }

    #[inline(always)]
    fn within(self, first: u8, last: u8) -> u64 {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let (first, most) = (_mm256_set1_epi8(first as i8), _mm256_set1_epi8((last - first) as i8));
            let distance = |v: __m256i| _mm256_sub_epi8(v, first);
            mask!(self, |v| _mm256_cmpeq_epi8(_mm256_min_epu8(distance(v), most), distance(v)))
        }
    }

    #[inline(always)]
    fn odd(self) -> u64 {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe { bit!(self, 0) }
    }

    #[inline(always)]
    fn has_high(self) -> bool {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(self.0, self.1)) != 0 }
    }

    #[inline(always)]
    fn has_special(self) -> bool {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            // One bit for each row: 0 row 2, 1 row 3, 2 row 4, 3 row 5.
            let low = table!(2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 1 | 2 | 4, 2 | 4, 0, 2, 1 | 2 | 8, 0, 1);
            let high = table!(0, 0, 1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            let nibble = _mm256_set1_epi8(0x0F);
            let class = |v: __m256i| {
                let lows = _mm256_shuffle_epi8(low, _mm256_and_si256(v, nibble));
                let highs = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble));
                _mm256_and_si256(lows, highs)
            };
            let all = _mm256_or_si256(class(self.0), class(self.1));
            _mm256_testz_si256(all, all) == 0
        }
    }

    #[inline(always)]
    fn above(self) -> u64 {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe { mask!(self, |v| v) }
    }

    #[inline(always)]
    fn rare(self) -> Rare {
        // SAFETY: AVX2 is there (see `find`); these intrinsics touch no memory.
        unsafe {
            let letters = _mm256_set1_epi8(25);
            let (small_a, big_a, case) =
                (_mm256_set1_epi8(b'a' as i8), _mm256_set1_epi8(b'A' as i8), _mm256_set1_epi8(0x20));
            let within = |v: __m256i| _mm256_cmpeq_epi8(_mm256_min_epu8(v, letters), v);
            // Separators: bit 0 rows 2 and 0 (space, tab, brackets, dash), 1 row 8, 2 row 9, 3 row A, 4 rows C and E.
            let low = table!(1 | 2 | 8, 4, 4 | 16, 4, 4, 4, 0, 0, 1 | 2, 1 | 2 | 32, 0, 2, 0, 1 | 8, 0, 8);
            let high = table!(32, 0, 1, 0, 0, 0, 0, 0, 2, 4, 8, 0, 16, 0, 16, 0);
            let nibble = _mm256_set1_epi8(0x0F);
            let class = |v: __m256i| {
                let lows = _mm256_shuffle_epi8(low, _mm256_and_si256(v, nibble));
                let highs = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble));
                _mm256_cmpeq_epi8(_mm256_and_si256(lows, highs), _mm256_setzero_si256())
            };
            let space = _mm256_set1_epi8(b' ' as i8);
            Rare {
                letter: mask!(self, |v| within(_mm256_sub_epi8(_mm256_or_si256(v, case), small_a))),
                capital: mask!(self, |v| within(_mm256_sub_epi8(v, big_a))),
                above_ascii: mask!(self, |v| v),
                separator: !(mask!(self, class)),
                space: mask!(self, |v| _mm256_cmpeq_epi8(v, space)),
            }
        }
    }
}
