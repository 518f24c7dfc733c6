//! Findings as bytes.

use crate::code::{Decoder, Encoder};
use crate::finding::{Confidence, Evidence, Record};
use crate::known::KnownFinding;
use crate::span::{Place, RawSpan, TextSpan};
use crate::text::hash::spread;

/// Kinds of records.
const RECORDS: [&str; 4] = ["line", "row", "object", "statement"];

/// Writes a finding.
pub(super) fn put(to: &mut Encoder, finding: &KnownFinding) {
    to.number(finding.kind_index as u64);
    to.text(finding.at.as_deref());
    let (start, end) = finding.place.bounds();
    to.number(place_code(finding.place));
    to.number(start);
    to.number(end.saturating_sub(start));
    let (line, column) = finding.line_column.unwrap_or_default();
    to.number(line);
    to.number(column);
    let record = finding.record.as_ref();
    let kind = record.and_then(|record| RECORDS.iter().position(|name| *name == record.kind));
    to.number(kind.map_or(0, |kind| kind as u64 + 1));
    to.number(record.map_or(0, |record| record.span.start));
    to.number(record.map_or(0, |record| record.span.end));
    to.text(finding.field.as_deref());
    to.number(finding.confidence as u64);
    to.number(finding.evidence.bits().into());
    to.bytes(finding.encoding.as_bytes());
    to.number(finding.views.len() as u64);
    for view in &finding.views {
        to.bytes(view.as_bytes());
    }
    to.bytes(finding.masked.as_bytes());
    to.0.extend_from_slice(&finding.fingerprint);
}

/// The sum of the columns of a row: a bit that changed in one of them is noticed when it is read.
pub(super) fn sum(numbers: &[Option<i64>], texts: &[Option<&str>], bytes: &[u8]) -> i64 {
    let mut columns = Encoder::default();
    for number in numbers {
        columns.number(u64::from(number.is_some()));
        columns.number(number.unwrap_or(0).cast_unsigned());
    }
    for text in texts {
        columns.text(*text);
    }
    columns.bytes(bytes);
    spread(&columns.0).cast_signed()
}

/// Raw, text or path.
pub(super) fn place_code(place: Place) -> u64 {
    match place {
        Place::Raw(_) => 0,
        Place::Text(_) => 1,
        Place::Path(_) => 2,
    }
}

/// The place with this code and these offsets.
pub(super) fn place(code: u64, start: u64, end: u64) -> Option<Place> {
    Some(match code {
        0 => Place::Raw(RawSpan { start, end }),
        1 => Place::Text(TextSpan { start, end }),
        2 => Place::Path(RawSpan { start, end }),
        _ => return None,
    })
}

/// Words that findings borrow from the program.
pub(super) struct Words {
    pub(super) encodings: Vec<&'static str>,
    pub(super) views: Vec<&'static str>,
}

/// Reads a finding; `None` where the bytes are none.
pub(super) fn take(from: &mut Decoder<'_>, words: &Words) -> Option<KnownFinding> {
    let kind_index = usize::try_from(from.number()?).ok()?;
    let (mut at, mut field) = (None, None);
    from.text(&mut at)?;
    let (code, start, length) = (from.number()?, from.number()?, from.number()?);
    let place = place(code, start, start.checked_add(length)?)?;
    let (line, column) = (from.number()?, from.number()?);
    let (kind, record_start, record_end) = (from.number()?, from.number()?, from.number()?);
    let span = RawSpan { start: record_start, end: record_end };
    let kind = kind.checked_sub(1).and_then(|kind| RECORDS.get(usize::try_from(kind).ok()?));
    from.text(&mut field)?;
    let confidence = *Confidence::ALL.get(usize::try_from(from.number()?).ok()?)?;
    let evidence = Evidence::from_bits(u8::try_from(from.number()?).ok()?);
    let encoding = one_of(from, &words.encodings)?;
    let views = from.number()?;
    let views = (0..views).map(|_| one_of(from, &words.views)).collect::<Option<Vec<_>>>()?;
    let masked = from.word()?.to_owned();
    Some(KnownFinding {
        kind_index,
        at,
        place,
        line_column: (line > 0).then_some((line, column)),
        record: kind.map(|kind| Record { kind, span }),
        field,
        confidence,
        evidence,
        encoding,
        views,
        masked,
        fingerprint: from.array()?,
    })
}

fn one_of(from: &mut Decoder<'_>, words: &[&'static str]) -> Option<&'static str> {
    let word = from.word()?;
    words.iter().copied().find(|known| *known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_comes_back_as_it_was_and_no_cut_of_it_does() {
        let words = Words { encodings: vec!["utf-8", "utf-16le"], views: vec!["base64", "percent"] };
        let finding = KnownFinding {
            kind_index: 300,
            at: Some("Лист1!B7".to_owned()),
            place: Place::Text(TextSpan { start: 70_000, end: 70_012 }),
            line_column: Some((12, 300)),
            record: Some(Record { kind: "row", span: RawSpan { start: 1, end: 9 } }),
            field: Some("iin".to_owned()),
            confidence: Confidence::High,
            evidence: Evidence::CHECK.with(Evidence::FIELD),
            encoding: "utf-16le",
            views: vec!["percent", "base64"],
            masked: "••••••••17".to_owned(),
            fingerprint: [9; 16],
        };
        let mut encoder = Encoder::default();
        put(&mut encoder, &finding);
        let bytes = encoder.0;
        assert_eq!(take(&mut Decoder(&bytes), &words).as_ref(), Some(&finding));
        for end in 0..bytes.len() {
            assert_eq!(take(&mut Decoder(&bytes[..end]), &words), None, "{end}");
        }
        let plain = KnownFinding {
            at: None,
            line_column: None,
            record: None,
            field: None,
            views: Vec::new(),
            place: Place::Path(RawSpan { start: 0, end: 0 }),
            ..finding
        };
        let mut encoder = Encoder::default();
        put(&mut encoder, &plain);
        assert_eq!(take(&mut Decoder(&encoder.0), &words), Some(plain));
    }
}
