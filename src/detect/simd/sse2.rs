//! 64 bytes in four registers of 16: the path of every `x86_64` machine.

use super::{Common, Rare, Triggers, Wanted, Window};
use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    _mm_slli_epi16, _mm_sub_epi8,
};

/// Appends the triggers at bytes `start..end`.
pub(super) fn find(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    super::run::<Four>(wanted, bytes, start, end, out);
}

#[derive(Clone, Copy)]
struct Four([__m128i; 4]);

#[expect(unsafe_code, reason = "vector intrinsics; SSE2 is part of the target")]
impl Four {
    #[inline(always)]
    fn mask(self, f: impl Fn(__m128i) -> __m128i) -> u64 {
        let mut mask = 0;
        for (i, v) in self.0.into_iter().enumerate() {
            // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
            mask |= u64::from(unsafe { _mm_movemask_epi8(f(v)) } as u16) << (16 * i);
        }
        mask
    }

    #[inline(always)]
    fn equals(self, byte: u8) -> u64 {
        // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
        self.mask(|v| unsafe { _mm_cmpeq_epi8(v, _mm_set1_epi8(byte as i8)) })
    }

    #[inline(always)]
    fn within(self, first: u8, last: u8, fold_case: bool) -> u64 {
        // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
        self.mask(|v| unsafe {
            let v = if fold_case { _mm_or_si128(v, _mm_set1_epi8(0x20)) } else { v };
            let distance = _mm_sub_epi8(v, _mm_set1_epi8(first as i8));
            _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8((last - first) as i8)), distance)
        })
    }
}

#[expect(unsafe_code, reason = "vector intrinsics; SSE2 is part of the target")]
impl Window for Four {
    #[inline(always)]
    fn load(bytes: &[u8; 64]) -> Self {
        // SAFETY: the four loads lie inside the 64 bytes and need no alignment.
        Self(std::array::from_fn(|i| unsafe { _mm_loadu_si128(bytes.as_ptr().add(16 * i).cast()) }))
    }

    #[inline(always)]
    fn common(self) -> Common {
        Common {
            digit: self.within(b'0', b'9', false),
            at: self.equals(b'@'),
            colon: self.equals(b':'),
            less: self.equals(b'<'),
            equals: self.equals(b'='),
            dot: self.equals(b'.'),
            capital_ij: self.within(b'I', b'J', false),
            slash: self.equals(b'/'),
            dash: self.equals(b'-'),
            small_e: self.equals(b'e'),
        }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> u64 {
        Self::equals(self, byte)
    }

    #[inline(always)]
    fn either(self, one: u8, other: u8) -> u64 {
        // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
        self.mask(|v| unsafe {
            let (one, other) = (_mm_set1_epi8(one as i8), _mm_set1_epi8(other as i8));
            _mm_or_si128(_mm_cmpeq_epi8(v, one), _mm_cmpeq_epi8(v, other))
        })
    }

    #[inline(always)]
    fn within(self, first: u8, last: u8) -> u64 {
        Self::within(self, first, last, false)
    }

    #[inline(always)]
    fn odd(self) -> u64 {
        // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
        self.mask(|v| unsafe { _mm_slli_epi16::<7>(v) })
    }

    #[inline(always)]
    fn has_high(self) -> bool {
        let [a, b, c, d] = self.0;
        // SAFETY: SSE2 is part of every x86_64 target; no memory is touched.
        unsafe { _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) != 0 }
    }

    #[inline(always)]
    fn has_special(self) -> bool {
        // Without a shuffle, the classes themselves cost no more than a first look at them.
        true
    }

    #[inline(always)]
    fn above(self) -> u64 {
        self.mask(|v| v)
    }

    #[inline(always)]
    fn rare(self) -> Rare {
        let space = self.equals(b' ');
        let below = self.equals(b'\t') | self.within(b'(', b')', false) | self.equals(b'-') | space;
        let above = self.equals(0x80)
            | self.within(0x88, 0x89, false)
            | self.equals(0x8B)
            | self.within(0x91, 0x95, false)
            | self.equals(0xA0)
            | self.equals(0xAD)
            | self.equals(0xAF)
            | self.equals(0xC2)
            | self.equals(0xE2);
        Rare {
            letter: self.within(b'a', b'z', true),
            capital: self.within(b'A', b'Z', false),
            above_ascii: self.mask(|v| v),
            separator: below | above,
            space,
        }
    }
}
