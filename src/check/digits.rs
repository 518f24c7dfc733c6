//! What the number checks share: reading digits, weighted sums, placeholders.

use super::Day;

/// The values of exactly `N` ASCII digits.
pub(crate) fn digits<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let array: [u8; N] = bytes.try_into().ok()?;
    array.iter().all(u8::is_ascii_digit).then(|| array.map(|byte| byte - b'0'))
}

/// Like [`digits`], but a placeholder is not a number.
pub(crate) fn number<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    if placeholder(bytes) { None } else { digits(bytes) }
}

/// Sum of digit times weight; the shorter side ends it.
pub(crate) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The number that at most 19 digit values form.
pub(crate) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// The number that two digit values form.
pub(crate) fn pair(tens: u8, ones: u8) -> u8 {
    tens * 10 + ones
}

/// First year of the century that the digit 1 to 6 for century and sex stands for (odd male, even female).
pub(crate) fn century(digit: u8) -> Option<u16> {
    match digit {
        1 | 2 => Some(1800),
        3 | 4 => Some(1900),
        5 | 6 => Some(2000),
        _ => None,
    }
}

/// A real day of birth that is not in the future.
pub(crate) fn birth(year: u16, month: u8, day: u8, today: Day) -> bool {
    Day::real(year, month, day).is_some_and(|day| day <= today)
}

/// Whether ASCII digits are a filler that is never issued: all equal, or counting up or down (9 is followed by 0).
///
/// All zeros pass most check rules, so every number check asks this first. Fewer than four digits are no filler.
pub fn placeholder(digits: &[u8]) -> bool {
    let [first, second, _, _, ..] = *digits else { return false };
    let step = |one: u8, two: u8| two.wrapping_sub(one).wrapping_add(10) % 10;
    let steps = step(first, second);
    // Most numbers differ early on.
    matches!(steps, 0 | 1 | 9)
        && digits.windows(2).all(|pair| matches!(pair, &[one, two] if step(one, two) == steps))
        && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers() {
        for text in ["0000", "111111111111", "123456789012", "0123456789", "9876543210", "3210987654"] {
            assert!(placeholder(text.as_bytes()), "{text}");
        }
        for text in ["", "000", "1112", "130340020239", "1234567891", "абвг", "12a4"] {
            assert!(!placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn reading() {
        assert_eq!(digits::<3>(b"105"), Some([1, 0, 5]));
        assert_eq!(digits::<3>(b"1050"), None);
        assert_eq!(digits::<3>(b"1 5"), None);
        assert_eq!(value(&[1, 0, 5]), 105);
    }
}
