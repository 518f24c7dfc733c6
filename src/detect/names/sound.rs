//! One Latin spelling for the many ways a Cyrillic name is written in Latin letters, and for Latin names themselves:
//! `Sergey`, `Sergei`, `Serguey` of Сергей, `Yekaterina`, `Ekaterina` of Екатерина. Shared with the build; depends on
//! nothing.

/// Longest spelling, in letters.
pub(crate) const LETTERS: usize = 18;

/// Letters in one spelling, small and doubled ones once.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Spelling {
    letters: [u8; LETTERS],
    count: usize,
}

impl Spelling {
    /// Adds letters.
    pub(crate) fn push(&mut self, letters: &[u8]) {
        for &letter in letters {
            let last = self.count.checked_sub(1).and_then(|last| self.letters.get(last));
            if last == Some(&letter) {
                continue;
            }
            if let Some(slot) = self.letters.get_mut(self.count) {
                *slot = letter;
                self.count += 1;
            }
        }
    }

    /// The letters.
    pub(crate) fn letters(&self) -> &[u8] {
        self.letters.get(..self.count).unwrap_or(&[])
    }
}

/// The spelling of a Latin word in small letters.
pub(crate) fn of_latin(word: &[u8]) -> Spelling {
    let mut out = Spelling::default();
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        let (letters, length): (&[u8], usize) = match (first, tail) {
            (b's', [b'h', b'c', b'h', ..]) => (b"wq", 4),
            (b's', [b'h', ..]) => (b"w", 2),
            (b'c', [b'h', ..]) => (b"q", 2),
            (b'c', [b'k', ..]) => (b"k", 2),
            (b'k', [b'h', ..]) => (b"h", 2),
            (b'z', [b'h', ..]) => (b"j", 2),
            (b't', [b's', ..]) => (b"c", 2),
            (b'y', [b'e' | b'o', ..]) => (b"e", 2),
            (b'y', _) => (b"i", 1),
            (b'x', _) => (b"ks", 1),
            (b'c' | b'q', _) => (b"k", 1),
            (b'w', _) => (b"v", 1),
            (letter, _) => (std::slice::from_ref(letter), 1),
        };
        out.push(letters);
        rest = rest.get(length..).unwrap_or(&[]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_spellings_are_one() {
        for (left, right) in [
            ("sergey", "sergei"),
            ("yekaterina", "ekaterina"),
            ("nataliya", "natalia"),
            ("dmitriy", "dmitry"),
            ("alexey", "aleksei"),
            ("qayrat", "kairat"),
            ("sergeyevich", "sergeevich"),
            ("anna", "ana"),
        ] {
            assert_eq!(of_latin(left.as_bytes()).letters(), of_latin(right.as_bytes()).letters(), "{left}");
        }
        assert_eq!(of_latin(&[b'a'; 500]).letters(), b"a");
    }
}
