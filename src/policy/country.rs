//! Countries by their ISO 3166-1 alpha-2 code. A code that is not in the list is no country, and the gate does not guess.

/// A country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW \
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC \
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ \
VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Country {
    /// The country with this code, in capitals.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        CODES.split(' ').any(|known| known == code).then_some(Self(bytes))
    }

    /// The country that a detector's id begins with: `kz.iin` is Kazakhstan's.
    pub fn of_detector(id: &str) -> Option<Self> {
        let (place, _) = id.split_once('.')?;
        Self::from_code(&place.to_ascii_uppercase())
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, Country};

    #[test]
    fn codes_are_told_from_other_words() {
        assert_eq!(CODES.split(' ').count(), 249);
        assert_eq!(Country::from_code("KZ").map(|place| place.code().to_owned()).as_deref(), Some("KZ"));
        for wrong in ["kz", "", "KAZ", "XX", "K", "D "] {
            assert_eq!(Country::from_code(wrong), None, "{wrong}");
        }
        assert_eq!(Country::of_detector("ru.snils"), Country::from_code("RU"));
        assert_eq!(Country::of_detector("person_name"), None);
        assert_eq!(Country::of_detector("special.health"), None);
    }
}
