//! The 7-3-1 check digit of machine-readable documents, used by several national numbers as well.
//!
//! In:      ASCII digits, capitals and the filler `<`.
//! Source:  ICAO Doc 9303, part 3, 4.9.
//! Weights: 7, 3, 1 repeated; digits count as themselves, A = 10 to Z = 35, `<` = 0; sum modulo 10.
//! Misses:  characters 10 apart (A for K), and exchanged neighbours 5 apart.
//! Chance:  1 in 10.

/// The check digit, as a value 0 to 9, or nothing if a character has no value.
pub fn icao_731(characters: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (character, weight) in characters.iter().zip([7, 3, 1].into_iter().cycle()) {
        let value = match character {
            b'0'..=b'9' => u32::from(character - b'0'),
            b'A'..=b'Z' => u32::from(character - b'A') + 10,
            b'<' => 0,
            _ => return None,
        };
        sum += value * weight;
    }
    Some((sum % 10) as u8)
}

/// Whether the last of the characters is the check digit of the others.
pub(crate) fn ends_with_731(characters: &[u8]) -> bool {
    match characters.split_last() {
        Some((last, rest)) => icao_731(rest).is_some_and(|digit| digit + b'0' == *last),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published() {
        assert_eq!(icao_731(b"L898902C3"), Some(6));
        assert_eq!(icao_731(b"740812"), Some(2));
        assert_eq!(icao_731(b"ZE184226B<<<<<"), Some(1));
        assert_eq!(icao_731(b""), Some(0));
        assert_eq!(icao_731(b"a"), None);
        assert!(ends_with_731(b"7408122") && !ends_with_731(b"7408123") && !ends_with_731(b""));
    }
}
