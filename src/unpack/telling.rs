//! Attributes that may say something about people, in formats where most are measures, marks and names of styles.
//!
//! The rule is open: an attribute says something unless its name is one of those that never do, or its value is a short
//! number, one word of ASCII letters, a mark in hexadecimal digits or an address of a namespace.

use super::xml::Attributes;

/// Digits of a number that may be a value: of fewer are measures, of ten and more are phones, cards and identifiers.
const DIGITS: usize = 10;

/// Attributes that hold marks, fonts, ranges of cells and shapes.
const SILENT: &[&str] = &[
    "activeCell",
    "adj",
    "ascii",
    "asciiTheme",
    "cellrange-address",
    "cell-range-address",
    "coords",
    "coordsize",
    "cs",
    "d",
    "eastAsia",
    "end-cell-address",
    "enhanced-path",
    "eqn",
    "fmla",
    "font-family",
    "font-family-asian",
    "font-family-complex",
    "font-name",
    "font-name-asian",
    "font-name-complex",
    "font-style-name",
    "glue-points",
    "hAnsi",
    "id",
    "Ignorable",
    "lang",
    "limo",
    "modelId",
    "panose",
    "panose1",
    "paraId",
    "path",
    "points",
    "print-ranges",
    "Requires",
    "shapeid",
    "spans",
    "spid",
    "sqref",
    "strokecolor",
    "style",
    "textboxrect",
    "textId",
    "topLeftCell",
    "transform",
    "typeface",
    "uri",
    "viewBox",
];
/// Elements whose attributes are numbers that programs draw by lot, and names of styles that every program has.
const SILENT_ELEMENTS: &[&str] =
    &["creationId", "docId", "lsdException", "modId", "nsid", "rsid", "rsidRoot", "sig", "tmpl", "uniqueId"];
/// Elements of which every attribute is what somebody wrote, whatever it looks like.
const SPOKEN_ELEMENTS: &[&str] = &[
    "attr",
    "customFilter",
    "docVar",
    "filter",
    "filter-condition",
    "filter-set-item",
    "inputCells",
    "listItem",
    "permStart",
];

/// What the attributes of an element say: the name of each, and a line with its value behind the name that it has.
pub(super) fn lines<'a>(element: &str, attributes: &'a Attributes<'_>) -> impl Iterator<Item = (&'a str, String)> {
    let is_spoken = SPOKEN_ELEMENTS.contains(&element);
    let may_tell = is_spoken || may_tell(attributes.raw()) && !SILENT_ELEMENTS.contains(&element);
    let pair = if is_spoken { attributes.get("name").zip(attributes.get("val")) } else { None };
    let pair = pair.map(|(name, value)| ("", format!("{name}: {value}")));
    let all = (may_tell && pair.is_none()).then(|| attributes.iter()).into_iter().flatten();
    let telling = all.filter(move |(name, value)| is_spoken || !SILENT.contains(name) && tells(value));
    pair.into_iter().chain(telling.map(|(name, value)| (name, format!("{name}: {value}"))))
}

/// Whether any value among attributes as they are written may say something; most elements of most documents end here.
fn may_tell(raw: &[u8]) -> bool {
    let (mut quote, mut run) = (0, 0);
    for &byte in raw {
        match byte {
            b'0'..=b'9' => {
                run += 1;
                if run >= DIGITS {
                    return true;
                }
                continue;
            }
            0x80.. | b'@' | b'&' | b'+' => return true,
            b'"' | b'\'' if quote == 0 => quote = byte,
            b'"' | b'\'' if quote == byte => quote = 0,
            b' ' | b'\t' | b'\n' | b'\r' if quote != 0 => return true,
            _ => {}
        }
        run = 0;
    }
    false
}

/// Whether a value may say something.
pub(super) fn tells(value: &str) -> bool {
    if value.len() <= 3 {
        return false;
    }
    let (mut digits, mut run, mut longest) = (0, 0, 0);
    let (mut has_blank, mut has_letter) = (false, false);
    for byte in value.bytes() {
        match byte {
            0x80.. | b'@' => return true,
            b'0'..=b'9' => {
                digits += 1;
                run += 1;
                longest = longest.max(run);
                continue;
            }
            b' ' | b'\t' | b'\n' | b'\r' => has_blank = true,
            b'a'..=b'z' | b'A'..=b'Z' => has_letter = true,
            _ => {}
        }
        run = 0;
    }
    let is_number = has_blank && !has_letter && (DIGITS..=2 * DIGITS).contains(&digits);
    (has_blank && has_letter || is_number || longest >= DIGITS || value.starts_with('+') && digits >= DIGITS)
        && !is_guid(value)
}

/// `{8F0C3A55-1B2D-4E6F-9A77-012345678901}`
fn is_guid(value: &str) -> bool {
    let inner = value.trim_start_matches('{').trim_end_matches('}');
    let lengths = inner.split('-').map(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(part.len()));
    lengths.eq([8, 4, 4, 4, 12].map(Some))
}

/// What a formula says: its texts, names in it that are quoted, and numbers that may be a value.
pub(super) fn of_formula(formula: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = formula;
    while let Some(at) = rest.find(['"', '\'', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        let (_, here) = rest.split_at(at);
        let quote = here.chars().next().filter(|c| !c.is_ascii_digit());
        let (own, behind) = match quote {
            Some(quote) => here.get(1..).and_then(|own| own.split_once(quote)).unwrap_or((here, "")),
            None => here.split_at(here.find(|c: char| !c.is_ascii_digit()).unwrap_or(here.len())),
        };
        let least = if quote.is_some() { 3 } else { DIGITS };
        if own.trim().len() >= least {
            words.push(own.trim());
        }
        rest = behind;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_and_marks_say_nothing() {
        for value in [
            "914400",
            "auto",
            "00A12345",
            "FF0000",
            "ru-RU",
            "2024-01-02T03:04:05Z",
            "{8F0C3A55-1B2D-4E6F-9A77-012345678901}",
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "1.25cm",
            "0 0 21600",
        ] {
            assert!(!tells(value), "{value}");
        }
        assert!(!may_tell(b" w:val=\"24\" w:rsid='00A12345'") && may_tell(b" a='1' b='&#1048;'"));
        for value in
            ["ИИН", "a@b.kz", "900101300017", "+77015550123", "8 701 555 01 23", "Ivanov Ivan", "iin_900101300017"]
        {
            assert!(tells(value) && may_tell(format!(" w:val='{value}'").as_bytes()), "{value}");
        }
    }

    #[test]
    fn formulas_say_what_is_quoted() {
        let formula = "HYPERLINK(\"https://x.kz/?iin=900101300017\";\"\")&'Лист 1'!A1048576+900101300017*2";
        assert_eq!(of_formula(formula), "https://x.kz/?iin=900101300017 Лист 1 900101300017");
        assert_eq!(of_formula("SUM(A1:A2)&\"open"), "\"open");
        assert_eq!(of_formula(""), "");
    }
}
