//! Made-up values of many kinds: right by their rules, the same on every run, nobody's.

/// Random numbers that are the same on every run (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % bound
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }
}

/// A way to make values: the detector, a word that may stand before one, and the maker.
pub(crate) struct Maker {
    pub(crate) detector: &'static str,
    pub(crate) label: &'static str,
    pub(crate) make: fn(&mut Random) -> String,
}

/// Kinds that are found wherever their label stands before them.
pub(crate) const MAKERS: [Maker; 13] = [
    Maker { detector: "kz.iin", label: "ИИН", make: iin },
    Maker { detector: "phone", label: "телефон", make: phone },
    Maker { detector: "email", label: "почта", make: email },
    Maker { detector: "card", label: "карта", make: card },
    Maker { detector: "ru.snils", label: "СНИЛС", make: snils },
    Maker { detector: "ru.inn_person", label: "ИНН физлица", make: inn_person },
    Maker { detector: "iban", label: "IBAN", make: iban },
    Maker { detector: "ru.passport", label: "паспорт", make: passport },
    Maker { detector: "ipv4", label: "адрес", make: address },
    Maker { detector: "mac", label: "MAC", make: mac },
    Maker { detector: "jwt", label: "token", make: jwt },
    Maker { detector: "ua.rnokpp", label: "РНОКПП", make: rnokpp },
    Maker { detector: "imei", label: "IMEI", make: imei },
];

fn weighted(digits: &str, weights: &[u64]) -> u64 {
    digits.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum()
}

fn luhn_digit(digits: &str) -> u64 {
    let sum: u64 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u64::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

fn iin(random: &mut Random) -> String {
    loop {
        let (year, month, day) = (60 + random.below(40), 1 + random.below(12), 1 + random.below(28));
        let body = format!("{year:02}{month:02}{day:02}{}{}", 3 + random.below(2), random.digits(4));
        let first = weighted(&body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
        let check = if first == 10 { weighted(&body, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 } else { first };
        if check < 10 {
            return format!("{body}{check}");
        }
    }
}

fn phone(random: &mut Random) -> String {
    let code = ["701", "702", "705", "707", "747", "771", "775", "777"][random.below(8) as usize];
    format!("+7 ({code}) {}-{:02}-{:02}", 231 + random.below(600), 11 + random.below(80), 13 + random.below(80))
}

fn email(random: &mut Random) -> String {
    format!("{}.{}@{}.kz", random.letters(6), random.letters(7), random.letters(9))
}

fn card(random: &mut Random) -> String {
    let body = format!("440563{}", random.digits(9));
    format!("{body}{}", luhn_digit(&body))
}

fn imei(random: &mut Random) -> String {
    let body = format!("3520990{}", random.digits(7));
    format!("{body}{}", luhn_digit(&body))
}

fn snils(random: &mut Random) -> String {
    // No digit stands three times in a row in a real one.
    let thrice = |body: &String| body.as_bytes().windows(3).any(|part| part[0] == part[1] && part[1] == part[2]);
    let mut body = String::from("111");
    while thrice(&body) {
        body = format!("{}{}", 2 + random.below(7), random.digits(8));
    }
    let check = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    format!("{}-{}-{} {check:02}", &body[..3], &body[3..6], &body[6..])
}

fn inn_person(random: &mut Random) -> String {
    let body = format!("77{}{}", 10 + random.below(30), random.digits(6));
    let first = weighted(&body, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    let body = format!("{body}{first}");
    let second = weighted(&body, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    format!("{body}{second}")
}

fn iban(random: &mut Random) -> String {
    let body = format!("125KZT{}", random.digits(10));
    // ISO 7064 modulo 97: the country and two zeros behind, letters as 10 to 35.
    let rest = format!("{body}KZ00").bytes().fold(0u64, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u64::from(byte - b'0')) % 97,
        _ => (rest * 100 + u64::from(byte - b'A') + 10) % 97,
    });
    format!("KZ{:02}{body}", 98 - rest)
}

fn passport(random: &mut Random) -> String {
    format!("45 {:02} {}{}", 5 + random.below(18), 1 + random.below(8), random.digits(5))
}

fn address(random: &mut Random) -> String {
    format!(
        "{}.{}.{}.{}",
        176 + random.below(9),
        100 + random.below(150),
        100 + random.below(150),
        100 + random.below(150)
    )
}

fn mac(random: &mut Random) -> String {
    let mut pair = || format!("{:02x}", 17 + random.below(230));
    format!("3c:{}:{}:{}:{}:{}", pair(), pair(), pair(), pair(), pair())
}

fn jwt(random: &mut Random) -> String {
    // {"alg":"HS256","typ":"JWT"} and a payload of nothing but a made-up subject.
    let payload = base64(format!("{{\"sub\":\"{}\",\"iat\":1700000000}}", random.letters(12)).as_bytes());
    format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{payload}.{}{}", random.letters(30), random.digits(13))
}

fn rnokpp(random: &mut Random) -> String {
    // Days since 1899-12-31: births of 1971 to 1998.
    let body = format!("{}{}", 26_000 + random.below(9_999), random.digits(4));
    let sum: i64 = body
        .bytes()
        .zip([-1i64, 5, 7, 9, 4, 6, 10, 5, 7])
        .map(|(digit, weight)| i64::from(digit - b'0') * weight)
        .sum();
    format!("{body}{}", sum.rem_euclid(11) % 10)
}

/// Base64 without padding, in the alphabet for URLs.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let word = part.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for place in 0..=part.len() {
            out.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}
