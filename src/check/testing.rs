//! What the tests of the checks share.

use super::{Check, Day, Input, Verdict};

pub(crate) const TODAY: Day = Day::new(2026, 6, 15);

pub(crate) fn verdict(check: Check, text: &str) -> Verdict {
    check(&Input { normal: text.as_bytes(), today: TODAY })
}

pub(crate) fn holds(check: Check, text: &str) -> bool {
    verdict(check, text) == Verdict::Holds
}

#[track_caller]
pub(crate) fn all_hold(check: Check, texts: &[&str]) {
    for text in texts {
        assert!(holds(check, text), "{text}");
    }
}

#[track_caller]
pub(crate) fn all_fail(check: Check, texts: &[&str]) {
    for text in texts {
        assert_eq!(verdict(check, text), Verdict::Fails, "{text}");
    }
}

/// Changes every digit of a good value into every other: (position, digit) of the changes that still hold.
#[track_caller]
pub(crate) fn missed(check: Check, good: &str) -> Vec<(usize, char)> {
    assert!(holds(check, good), "{good}");
    let mut missed = Vec::new();
    for (position, old) in good.char_indices().filter(|(_, old)| old.is_ascii_digit()) {
        for new in ('0'..='9').filter(|new| *new != old) {
            let mut text = good.to_owned();
            text.replace_range(position..=position, &new.to_string());
            if holds(check, &text) {
                missed.push((position, new));
            }
        }
    }
    missed
}

/// One character less and one more must not hold.
#[track_caller]
pub(crate) fn length_matters(check: Check, good: &str) {
    assert!(holds(check, good), "{good}");
    assert!(!holds(check, &good[1..]), "first character gone");
    assert!(!holds(check, &good[..good.len() - 1]), "last character gone");
    assert!(!holds(check, &format!("{good}0")), "one more at the end");
    assert!(!holds(check, &format!("0{good}")), "one more in front");
}

/// Bytes that lean towards what the checks know: digits, letters, separators, with some of everything else.
pub(crate) fn random_bytes(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let likely = b"0123456789012345678901234567890ABCDEFGHIKMNOPTX<<<::..@--%\xd0\x90\xd0\x92";
    (0..count)
        .map(|_| {
            let roll = next();
            if roll % 16 == 0 { (roll >> 8) as u8 } else { likely[(roll >> 8) as usize % likely.len()] }
        })
        .collect()
}

/// Random digits, always the same ones.
pub(crate) fn random_digits(count: usize, length: usize) -> Vec<String> {
    let bytes: Vec<u8> = random_bytes(count * length * 4);
    let digits: Vec<u8> = bytes.into_iter().filter(u8::is_ascii_digit).collect();
    digits.chunks_exact(length).take(count).map(|chunk| String::from_utf8(chunk.to_vec()).unwrap()).collect()
}
