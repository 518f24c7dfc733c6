//! Checks prove what a candidate is: pure functions from the bytes of a value to a [`Verdict`].
//!
//! In:   the normal form of a candidate (`patterns/README.md`) and the day the scan runs on.
//! Out:  a [`Verdict`]; the families with richer results ([`phone`], [`email`], [`ip`], [`mrz`], [`jwt`]) have types of their own.
//! Not:  no context, no keywords, no boundaries: those are the engine's.
//! Promises: no clock, no panic on any input, bounded work; no allocation on the paths that most candidates take.

mod by;
mod card;
mod cis;
mod day;
mod digits;
pub mod email;
mod iban;
mod icao;
pub mod ip;
pub mod jwt;
pub(crate) mod kz;
mod letters;
mod luhn;
pub mod mrz;
pub mod phone;
mod ru_bank;
mod ru_documents;
mod ru_inn;
mod ru_ogrn;
mod ru_plate;
mod ru_snils;
#[cfg(test)]
mod testing;
mod ua;
mod vin;

pub use card::card_is_published_test;
pub use day::Day;
pub use digits::placeholder;
pub use iban::iban_length;
pub use icao::icao_731;
pub use luhn::luhn;
pub use ru_bank::bank_key_holds;

/// What a check says about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule holds.
    Holds,
    /// The rule does not hold.
    Fails,
    /// The rule cannot be applied to this value (an exempt range, a layout without a check digit).
    NotCheckable,
}

impl Verdict {
    /// [`Verdict::Holds`] or [`Verdict::Fails`].
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The value in the detector's normal form.
    pub normal: &'a [u8],
    /// The day the scan runs on: dates of birth and of registration lie before it.
    pub today: Day,
}

/// A check.
pub type Check = fn(&Input<'_>) -> Verdict;

/// Every check by the name that detectors use, sorted.
pub const CHECKS: &[(&str, Check)] = &[
    ("by_passport", by::passport),
    ("by_personal_number", by::personal_number),
    ("by_unp", by::unp),
    ("by_vehicle_plate", by::vehicle_plate),
    ("card", card::card),
    ("ge_personal_number", cis::ge_personal_number),
    ("iban", iban::iban),
    ("imei", luhn::imei),
    ("kg_pin", cis::kg_pin),
    ("kz_bin", kz::bin),
    ("kz_driving_licence", kz::driving_licence),
    ("kz_id_card", kz::id_card),
    ("kz_iin", kz::iin),
    ("kz_iin_labelled", kz::iin_labelled),
    ("kz_passport", kz::passport),
    ("kz_vehicle_plate", kz::vehicle_plate),
    ("md_idnp", cis::md_idnp),
    ("none", none),
    ("ru_bank_account", ru_bank::account),
    ("ru_bank_account_labelled", ru_bank::account_labelled),
    ("ru_birth_certificate", ru_documents::birth_certificate),
    ("ru_driving_licence", ru_documents::driving_licence),
    ("ru_inn_org", ru_inn::organisation),
    ("ru_inn_person", ru_inn::person),
    ("ru_kpp", ru_documents::kpp),
    ("ru_military_id", ru_documents::military_id),
    ("ru_ogrn", ru_ogrn::ogrn),
    ("ru_ogrnip", ru_ogrn::ogrnip),
    ("ru_oms", ru_documents::oms),
    ("ru_passport", ru_documents::passport),
    ("ru_passport_intl", ru_documents::passport_intl),
    ("ru_passport_labelled", ru_documents::passport_labelled),
    ("ru_snils", ru_snils::strict),
    ("ru_snils_labelled", ru_snils::labelled),
    ("ru_vehicle_plate", ru_plate::vehicle_plate),
    ("ua_edrpou", ua::edrpou),
    ("ua_edrpou_labelled", ua::edrpou_labelled),
    ("ua_id_card", ua::id_card),
    ("ua_id_card_labelled", ua::id_card_labelled),
    ("ua_passport", ua::passport),
    ("ua_rnokpp", ua::rnokpp),
    ("ua_unzr", ua::unzr),
    ("ua_unzr_labelled", ua::unzr_labelled),
    ("ua_vehicle_plate", ua::vehicle_plate),
    ("uz_pinfl", cis::uz_pinfl),
    ("vin", vin::strict),
    ("vin_labelled", vin::labelled),
];

/// The check with this name.
pub fn named(name: &str) -> Option<Check> {
    let row = CHECKS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    CHECKS.get(row).map(|(_, check)| *check)
}

/// The check of kinds that have none.
fn none(_: &Input<'_>) -> Verdict {
    Verdict::NotCheckable
}

#[cfg(test)]
mod tests {
    use super::testing::{random_bytes, verdict};
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        assert!(CHECKS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(CHECKS.iter().all(|(name, _)| named(name).is_some()));
        assert!(named("no_such_check").is_none());
    }

    #[test]
    fn nothing_and_other_alphabets_never_hold() {
        let foreign = ["", " ", "٠١٢٣٤٥٦٧٨٩", "９０１０１０３０００１７", "१२३४५६७८९०१२", "АБВ", "<<<<"];
        for (name, check) in CHECKS {
            for text in foreign {
                assert_ne!(verdict(*check, text), Verdict::Holds, "{name} {text}");
            }
        }
    }

    #[test]
    fn placeholders_never_hold() {
        for (name, check) in CHECKS {
            for length in 0..=34 {
                for digit in '0'..='9' {
                    let text: String = std::iter::repeat_n(digit, length).collect();
                    assert_ne!(verdict(*check, &text), Verdict::Holds, "{name} {text}");
                }
                let up: String = "12345678901234567890123456789012345".chars().take(length).collect();
                let down: String = "98765432109876543210987654321098765".chars().take(length).collect();
                assert_ne!(verdict(*check, &up), Verdict::Holds, "{name} {up}");
                assert_ne!(verdict(*check, &down), Verdict::Holds, "{name} {down}");
            }
        }
    }

    #[test]
    fn random_bytes_never_panic() {
        let input = random_bytes(200_000);
        for (_, check) in CHECKS {
            let today = testing::TODAY;
            for (start, length) in (0..input.len()).step_by(37).zip((0..40).cycle()) {
                let normal = &input[start..(start + length).min(input.len())];
                check(&Input { normal, today });
            }
        }
    }
}
