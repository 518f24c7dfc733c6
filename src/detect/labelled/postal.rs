//! Addresses in Latin letters behind a label for one, where no word for a street stands: the form of a line of an envelope
//! tells them (`114 Peckham Rye, London SE15 4HA`, `Hauptstraße 12, 10115 Berlin`, `PO Box 118, Boise, ID 83701`).
//!
//! In:      the text of a field. Out: whether all of it is an address.
//! Not:     what stands in a sentence: only a label makes such a form proof enough.

/// Fewest and most bytes.
const BYTES: std::ops::RangeInclusive<usize> = 12..=160;
/// Small words within addresses.
const SMALL: [&str; 16] =
    ["de", "la", "le", "des", "du", "del", "di", "van", "der", "den", "of", "the", "rue", "via", "and", "str"];

/// Whether a text is an address by its form: a house or box with its number, and a postal code or two more parts.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    if !BYTES.contains(&text.len()) || !text.contains(' ') {
        return false;
    }
    let (mut parts, mut house, mut code, mut names) = (0, false, false, 0);
    for part in text.split(',').map(str::trim) {
        let words: Vec<&str> = part.split_whitespace().collect();
        if words.is_empty() || words.len() > 7 || !words.iter().all(|word| fits(word)) {
            return false;
        }
        parts += 1;
        let named = words.iter().filter(|word| is_name(word)).count();
        names += named;
        let coded = is_british(&words) || has_code(&words);
        code |= coded;
        // A number beside a name: `114 Peckham Rye`, `Hauptstraße 12`, `Flat 9`, `PO Box 118`.
        let edge = [words.first(), words.last()].into_iter().flatten().any(|word| is_number(word));
        house |= edge && named > 0;
    }
    house && names >= 2 && (code && parts >= 2 || parts >= 3)
}

/// A word of an address: a name, a number with what belongs to it, a code, or a small word.
fn fits(word: &str) -> bool {
    is_name(word)
        || is_number(word)
        || is_code(word)
        || SMALL.contains(&word)
        || (word.len() <= 7
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '#')))
}

/// A Latin word with a capital.
fn is_name(word: &str) -> bool {
    let mut chars = word.chars();
    let latin =
        |c: char| c.is_ascii_alphabetic() || ('\u{C0}'..='\u{24F}').contains(&c) || matches!(c, '.' | '-' | '\'' | '’');
    chars.next().is_some_and(|first| first.is_uppercase() && latin(first)) && word.len() > 1 && chars.all(latin)
}

/// The number of a house or flat: up to four digits, and a letter or a second number.
fn is_number(word: &str) -> bool {
    let word = word.strip_prefix('#').unwrap_or(word);
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or_default();
    let tail = rest.strip_prefix(['/', '-']).unwrap_or(rest);
    (1..=4).contains(&digits) && tail.len() <= 3 && tail.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a postal code stands where one does: before the town (`10115 Berlin`), behind a state (`CA 94043`), or alone.
fn has_code(words: &[&str]) -> bool {
    let state = |word: &&str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    words.iter().enumerate().any(|(i, word)| {
        let left = i.checked_sub(1).and_then(|left| words.get(left));
        is_code(word) && left.is_none_or(state)
    })
}

/// A postal code of five or six digits, or a ZIP with its four.
fn is_code(word: &str) -> bool {
    let (code, rest) = word.split_once('-').unwrap_or((word, "0000"));
    matches!(code.len(), 5 | 6) && rest.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Whether words end in a postal code of the United Kingdom: `London SE15 4HA`.
fn is_british(words: &[&str]) -> bool {
    let [.., outward, inward] = words else { return false };
    let letters = outward.bytes().take_while(u8::is_ascii_uppercase).count();
    let district = outward.as_bytes().get(letters..).unwrap_or_default();
    let inward = matches!(inward.as_bytes(), [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']);
    let fits = matches!(district, [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9' | b'A'..=b'Z']);
    inward && (1..=2).contains(&letters) && fits
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn the_form_of_an_envelope_tells_an_address() {
        for text in [
            "114 Peckham Rye, London SE15 4HA",
            "Flat 9, 114 Peckham Rye, London SE15 4HA",
            "7 The Maltings, Saffron Walden, CB10 1AA",
            "1600 Amphitheatre Pkwy, Mountain View, CA 94043",
            "PO Box 118, Boise, ID 83701",
            "Hauptstraße 12, 10115 Berlin",
            "4 Rue de la Paix, 75002 Paris, France",
            "House 12, Street 4, Sector F-8, Islamabad",
        ] {
            assert!(is_address(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "see above",
            "same as billing",
            "192.168.0.14, port 22",
            "Port 8080, Host Alpha",
            "Version 4, Build 11872",
            "Monday 14, Tuesday 15",
            "London",
            "call first, gate 12",
            "Room 14",
            "0x7f12 Heap",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
