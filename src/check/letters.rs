//! Letters that look alike in Latin and Cyrillic, and documents of letters and digits.

/// The Latin capital that a capital letter is or looks like.
pub(crate) fn latin(letter: char) -> Option<u8> {
    Some(match letter {
        'A'..='Z' => letter as u8,
        'А' => b'A',
        'В' => b'B',
        'Е' => b'E',
        'К' => b'K',
        'М' => b'M',
        'Н' => b'H',
        'О' => b'O',
        'Р' => b'P',
        'С' => b'C',
        'Т' => b'T',
        'У' => b'Y',
        'Х' => b'X',
        'І' => b'I',
        'Ѕ' => b'S',
        'Ј' => b'J',
        _ => return None,
    })
}

/// Whether the letter is a Cyrillic capital, or a Latin one that looks like it.
pub(crate) fn is_cyrillic_like(letter: char) -> bool {
    matches!(letter, 'А'..='Я' | 'Ё' | 'І' | 'Ї' | 'Є' | 'Ґ')
        || matches!(letter, 'A' | 'B' | 'E' | 'K' | 'M' | 'H' | 'O' | 'P' | 'C' | 'T' | 'Y' | 'X' | 'I')
}

/// Longest value that [`shape`] looks at, in characters.
const LONGEST: usize = 24;

/// A value folded to Latin capitals and digits; any other letter is `?`. Longer values give nothing.
pub(crate) struct Folded {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Folded {
    /// Folds a value.
    pub(crate) fn new(normal: &[u8]) -> Option<Self> {
        let mut folded = Self { bytes: [0; LONGEST], length: 0 };
        if normal.is_ascii() {
            folded.bytes.get_mut(..normal.len())?.copy_from_slice(normal);
            folded.length = normal.len();
            return Some(folded);
        }
        let text = std::str::from_utf8(normal).ok()?;
        for letter in text.chars() {
            let byte = if letter.is_ascii() { letter as u8 } else { latin(letter).unwrap_or(b'?') };
            *folded.bytes.get_mut(folded.length)? = byte;
            folded.length += 1;
        }
        Some(folded)
    }

    /// The folded characters, one byte each.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Whether the digits are not all zero (and there is one).
pub(crate) fn not_zero(digits: &[u8]) -> bool {
    digits.iter().any(|digit| *digit != b'0')
}

/// Whether bytes fit a picture: `9` a digit, `A` a capital of `alphabet`.
pub(crate) fn fits(bytes: &[u8], picture: &[u8], alphabet: &[u8]) -> bool {
    bytes.len() == picture.len()
        && bytes.iter().zip(picture).all(|(byte, want)| match want {
            b'9' => byte.is_ascii_digit(),
            _ => alphabet.contains(byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        let folded = |text: &str| Folded::new(text.as_bytes()).map(|folded| folded.as_bytes().to_vec());
        assert_eq!(folded("А123ВС77").unwrap(), b"A123BC77");
        assert_eq!(folded("ДЯ1").unwrap(), b"??1");
        assert_eq!(folded(&"1".repeat(25)), None);
        assert!(Folded::new(&[0xff]).is_none());
        assert!(fits(b"A12", b"A99", b"ABC") && !fits(b"D12", b"A99", b"ABC") && !fits(b"A1", b"A99", b"ABC"));
    }
}
