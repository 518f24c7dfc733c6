//! Base64 (RFC 4648), with the letters of its form for URLs as well.

/// What a letter stands for.
pub fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Letters that do not make three bytes yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Group {
    bits: u32,
    count: u32,
}

impl Group {
    /// Whether no letter waits for others.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// Takes what a letter stands for; gives three bytes with every fourth.
    pub fn push(&mut self, sextet: u8) -> Option<[u8; 3]> {
        self.bits = self.bits << 6 | u32::from(sextet);
        self.count += 1;
        if self.count < 4 {
            return None;
        }
        let [_, one, two, three] = self.bits.to_be_bytes();
        *self = Self::default();
        Some([one, two, three])
    }

    /// The bytes of the last letters, and how many of the two there are.
    pub fn end(self) -> ([u8; 2], usize) {
        let [_, one, two, _] = (self.bits << (6 * (4 - self.count.min(4)))).to_be_bytes();
        ([one, two], self.count.saturating_sub(1).min(2) as usize)
    }
}

/// All bytes; what is no letter is passed over.
pub fn decoded(letters: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let (mut group, mut bytes) = (Group::default(), Vec::new());
    for sextet in letters.into_iter().filter_map(sextet) {
        if let Some(three) = group.push(sextet) {
            bytes.extend_from_slice(&three);
        }
    }
    let (last, count) = group.end();
    bytes.extend(last.into_iter().take(count));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard() {
        for (letters, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9v\nYmE=", "fooba")]
        {
            assert_eq!(decoded(letters.bytes()), bytes.as_bytes());
        }
    }
}
