//! What it takes to count an item again without reading it.
//!
//! Counts by kind with their distinct values, and the keys of its records for the census of people. It holds hashes of
//! values without a key, so it is never written as it is.

use super::committer::Counters;
use crate::code::{Decoder, Encoder};
use crate::score::distinct::Distinct;

/// Records of an item that are traced, in bytes; an item with more is read again.
const MOST_BYTES: usize = 1 << 20;

/// Keys of the records of the item at hand.
#[derive(Debug, Default)]
pub(super) struct Records {
    written: Encoder,
    count: u64,
    minors: Vec<u64>,
    overflow: bool,
}

/// An item to be counted again.
pub(super) struct Trace {
    pub(super) counters: Vec<(usize, Counters)>,
    /// Values that the others of their field might have proved, but of which there were too many to keep.
    pub(super) dropped: u64,
    /// Strong keys by kind, and medium keys, of each record.
    pub(super) records: Vec<Keys>,
    pub(super) minors: Vec<u64>,
}

/// Strong keys by kind, and medium keys, of one record.
pub(super) type Keys = (Vec<(u16, u64)>, Vec<u64>);

impl Records {
    pub(super) fn record(&mut self, strong: &[(u16, u64)], medium: &[u64]) {
        if self.written.0.len() + 8 * self.minors.len() > MOST_BYTES {
            self.overflow = true;
            return;
        }
        self.count += 1;
        self.written.number(strong.len() as u64);
        for (kind, value) in strong {
            self.written.number(u64::from(*kind));
            self.written.hash(*value);
        }
        self.written.number(medium.len() as u64);
        for value in medium {
            self.written.hash(*value);
        }
    }

    pub(super) fn minor(&mut self, value: u64) {
        if self.minors.len() * 8 < MOST_BYTES {
            self.minors.push(value);
        } else {
            self.overflow = true;
        }
    }

    /// The trace of an item with these counts; empty if there is too much to trace.
    pub(super) fn encode<'c>(self, counters: impl Iterator<Item = (usize, &'c Counters)>, dropped: u64) -> Vec<u8> {
        if self.overflow {
            return Vec::new();
        }
        let counters: Vec<_> = counters.collect();
        let mut out = Encoder::default();
        out.number(counters.len() as u64);
        for (kind, counters) in counters {
            out.number(kind as u64);
            out.number(counters.count);
            for count in counters.by_confidence {
                out.number(count);
            }
            let (start, line) = counters.first.unwrap_or_default();
            out.number(start);
            out.number(line.map_or(0, |line| line + 1));
            match &counters.distinct {
                Distinct::Exact(hashes) => {
                    out.number(hashes.len() as u64 + 1);
                    for hash in hashes {
                        out.hash(*hash);
                    }
                }
                Distinct::Sketch(registers) => {
                    out.number(0);
                    out.0.extend_from_slice(registers.as_slice());
                }
            }
        }
        out.number(dropped);
        out.number(self.count);
        out.0.extend_from_slice(&self.written.0);
        out.number(self.minors.len() as u64);
        for value in &self.minors {
            out.hash(*value);
        }
        out.0
    }
}

impl Trace {
    /// Reads what [`Records::encode`] wrote.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder(bytes);
        let mut counters = Vec::new();
        for _ in 0..from.number()? {
            let kind = usize::try_from(from.number()?).ok()?;
            let count = from.number()?;
            let by_confidence = [from.number()?, from.number()?, from.number()?];
            let (start, line) = (from.number()?, from.number()?);
            let distinct = match from.number()? {
                0 => Distinct::Sketch(Box::new(from.array()?)),
                hashes => Distinct::Exact((1..hashes).map(|_| from.hash()).collect::<Option<_>>()?),
            };
            let first = Some((start, line.checked_sub(1)));
            counters.push((kind, Counters { count, by_confidence, distinct, first, delivered: 0 }));
        }
        let dropped = from.number()?;
        let mut records = Vec::new();
        for _ in 0..from.number()? {
            let strong = from.number()?;
            let strong = (0..strong)
                .map(|_| Some((u16::try_from(from.number()?).ok()?, from.hash()?)))
                .collect::<Option<Vec<_>>>()?;
            let medium = from.number()?;
            let medium = (0..medium).map(|_| from.hash()).collect::<Option<Vec<_>>>()?;
            records.push((strong, medium));
        }
        let minors = from.number()?;
        let minors = (0..minors).map(|_| from.hash()).collect::<Option<Vec<_>>>()?;
        from.0.is_empty().then_some(Self { counters, dropped, records, minors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_back_and_no_cut_of_it_does() {
        let mut few = Distinct::default();
        (0..3).for_each(|n| few.add(n << 40, 4096));
        let mut many = Distinct::default();
        (0..5000u64).for_each(|n| many.add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15), 4096));
        let counted = [few, many].map(|distinct| Counters {
            count: 7,
            by_confidence: [1, 2, 4],
            distinct,
            first: Some((300, Some(2))),
            delivered: 0,
        });
        let mut records = Records::default();
        records.record(&[(1, 10), (2, 20)], &[30]);
        records.record(&[], &[40, 50]);
        records.minor(60);
        let bytes = records.encode(counted.iter().enumerate().map(|(kind, counters)| (300 * kind, counters)), 9);
        let trace = Trace::decode(&bytes).expect("whole");
        assert_eq!((trace.dropped, trace.minors.as_slice()), (9, &[60][..]));
        assert_eq!(trace.records, [(vec![(1, 10), (2, 20)], vec![30]), (vec![], vec![40, 50])]);
        for ((kind, counters), (index, expected)) in trace.counters.iter().zip(counted.iter().enumerate()) {
            assert_eq!(*kind, 300 * index);
            assert_eq!(counters.distinct.count(), expected.distinct.count());
            assert_eq!((counters.count, counters.first), (expected.count, expected.first));
        }
        for end in (0..bytes.len()).step_by(7) {
            assert!(Trace::decode(&bytes[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn an_item_with_too_many_records_has_no_trace() {
        let mut records = Records::default();
        (0..MOST_BYTES as u64).for_each(|n| records.record(&[(1, n)], &[]));
        assert!(records.encode(std::iter::empty(), 0).is_empty());
    }
}
