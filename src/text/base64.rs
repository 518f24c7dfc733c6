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

/// The letters of bytes, filled up with `=`.
pub fn encoded(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut letters = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let [one, two, three] = std::array::from_fn(|i| u32::from(group.get(i).copied().unwrap_or(0)));
        let bits = one << 16 | two << 8 | three;
        for i in 0..4u32 {
            let letter = LETTERS.get((bits >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'=');
            letters.push(if i as usize <= group.len() { letter } else { b'=' });
        }
    }
    letters
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
        for (letters, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")] {
            assert_eq!(encoded(bytes.as_bytes()), letters.as_bytes());
        }
    }
}
