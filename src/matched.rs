//! Matched bytes that cannot leak by accident.

use std::fmt;

/// Bytes of a value. `Display` and `Debug` hide them; seeing them is a call one has to write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Matched<'a>(&'a [u8]);

impl<'a> Matched<'a> {
    /// Wraps the bytes of a value.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves. For masks, fingerprints and checks only; never for output.
    pub fn reveal(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Matched<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Matched<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••••••")
    }
}

#[cfg(test)]
mod tests {
    use super::Matched;

    #[test]
    fn formatting_hides_the_bytes() {
        let value = Matched::new(b"secret");
        assert_eq!(format!("{value} {value:?} {:?}", Some(value)), "•••••••• •••••••• Some(••••••••)");
    }
}
