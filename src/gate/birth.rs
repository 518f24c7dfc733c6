//! Birth dates that a value states or implies, to know records of minors.
//!
//! In:      a category and the normal form of a value. Out: the day, if the value tells one.
//! Source:  the layouts of the numbers, as in the checks of `src/check/`.

use crate::check::Day;
use crate::check::kz::iin_born;

/// Whether a value says that somebody is under age today.
pub(super) fn is_minor(category: &str, normal: &[u8], today: Day) -> bool {
    category == "doc.birth_certificate" || birth(category, normal).is_some_and(|born| born.is_under_age(today))
}

fn birth(category: &str, normal: &[u8]) -> Option<Day> {
    let number = |from: usize, to: usize| -> Option<u16> {
        normal.get(from..to)?.iter().try_fold(0_u16, |sum, byte| {
            byte.is_ascii_digit().then(|| sum.wrapping_mul(10).wrapping_add(u16::from(byte - b'0')))
        })
    };
    let day = |year: u16, month: u16, day: u16| Day::real(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    // 1 and 2: 19th century, 3 and 4: 20th, 5 and 6: 21st.
    let century = |mark: u16| (1..=6).contains(&mark).then(|| 1800 + (mark - 1) / 2 * 100);
    match category {
        "nid.kz_iin" => iin_born(normal),
        "nid.by_personal_no" | "nid.uz_pinfl" => {
            day(century(number(0, 1)?)? + number(5, 7)?, number(3, 5)?, number(1, 3)?)
        }
        "nid.kg_pin" => day(number(5, 9)?, number(3, 5)?, number(1, 3)?),
        "nid.ua_unzr" => day(number(0, 4)?, number(4, 6)?, number(6, 8)?),
        "nid.ua_rnokpp" => {
            let days = normal
                .get(..5)?
                .iter()
                .try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))?;
            let date = jiff::civil::date(1899, 12, 31).checked_add(jiff::Span::new().days(days)).ok()?;
            day(
                date.year().unsigned_abs(),
                u16::from(date.month().unsigned_abs()),
                u16::from(date.day().unsigned_abs()),
            )
        }
        "identity.birth_date" => written(normal),
        _ => None,
    }
}

/// A date as people or machines write it: year first or year last.
fn written(normal: &[u8]) -> Option<Day> {
    let text = std::str::from_utf8(normal).ok()?;
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day, ..] if year.len() == 4 => (*year, *month, *day),
        [day, month, year, ..] if year.len() == 4 => (*year, *month, *day),
        [joined] if joined.len() == 8 => (joined.get(..4)?, joined.get(4..6)?, joined.get(6..)?),
        _ => return None,
    };
    Day::real(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::is_minor;
    use crate::check::Day;

    #[test]
    fn ages_come_from_numbers_and_dates() {
        let today = Day::new(2026, 3, 1);
        for (category, normal, minor) in [
            ("nid.kz_iin", "100302500017", true),
            ("nid.kz_iin", "080301500017", false),
            ("nid.kz_iin", "900101300017", false),
            ("nid.kz_iin", "780930595482", false),
            ("nid.by_personal_no", "5020310A001PB1", true),
            ("nid.by_personal_no", "3020390A001PB1", false),
            ("nid.uz_pinfl", "50203100000000", true),
            ("nid.kg_pin", "20203201000000", true),
            ("nid.kg_pin", "20203199000000", false),
            ("nid.ua_unzr", "2010030212345", true),
            ("nid.ua_rnokpp", "4025800000", true),
            ("nid.ua_rnokpp", "3300000000", false),
            ("identity.birth_date", "2010-03-02", true),
            ("identity.birth_date", "02.03.2010", true),
            ("identity.birth_date", "20100302", true),
            ("identity.birth_date", "1990-01-01", false),
            ("identity.birth_date", "2027-01-01", false),
            ("identity.birth_date", "next week", false),
            ("doc.birth_certificate", "IАБ123456", true),
            ("contact.phone", "77010000000", false),
            ("nid.kz_iin", "1003", false),
        ] {
            assert_eq!(is_minor(category, normal.as_bytes(), today), minor, "{category} {normal}");
        }
    }
}
