//! Calendar days of the proleptic Gregorian calendar.

/// A day. The order is the calendar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

/// Years from which on a person is of age.
const OF_AGE: u16 = 18;

impl Day {
    /// The parts as they stand, real or not.
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }

    /// Whether the calendar has this day.
    pub const fn is_real(self) -> bool {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let last = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        self.day >= 1 && self.day <= last
    }

    /// The day, if the calendar has it.
    pub const fn real(year: u16, month: u8, day: u8) -> Option<Self> {
        let day = Self::new(year, month, day);
        if day.is_real() { Some(day) } else { None }
    }

    /// Whether who was born on this day is under age on another one. A day to come is nobody's.
    pub fn is_under_age(self, today: Self) -> bool {
        self <= today && Self { year: self.year.saturating_add(OF_AGE), ..self } > today
    }

    /// Days since 31 December 1899, which is day 0; 0 for anything before.
    pub(crate) fn since_1900(self) -> u32 {
        // Years begin in March, so that the leap day is the last of its year.
        let year = u32::from(self.year) - u32::from(self.month <= 2 && self.year > 0);
        let month = (u32::from(self.month) + 9) % 12;
        let number = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + u32::from(self.day);
        number.saturating_sub(693_901)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_years() {
        assert!(Day::new(2000, 2, 29).is_real() && Day::new(1996, 2, 29).is_real());
        assert!(!Day::new(1900, 2, 29).is_real() && !Day::new(2023, 2, 29).is_real());
        assert!(
            !Day::new(2023, 0, 1).is_real() && !Day::new(2023, 13, 1).is_real() && !Day::new(2023, 4, 31).is_real()
        );
        assert!(Day::new(2001, 1, 1) > Day::new(2000, 12, 31));
    }

    #[test]
    fn under_age_until_the_day_eighteen_years_on_and_not_before_birth() {
        let today = Day::new(2026, 3, 1);
        for (born, minor) in [
            ((2008, 3, 1), false),
            ((2008, 3, 2), true),
            ((2026, 3, 1), true),
            ((2026, 3, 2), false),
            ((2078, 9, 30), false),
            ((1978, 9, 30), false),
        ] {
            assert_eq!(Day::new(born.0, born.1, born.2).is_under_age(today), minor, "{born:?}");
        }
    }

    #[test]
    fn day_numbers() {
        assert_eq!(Day::new(1899, 12, 31).since_1900(), 0);
        assert_eq!(Day::new(1900, 1, 1).since_1900(), 1);
        assert_eq!(Day::new(1900, 3, 1).since_1900(), 60);
        assert_eq!(Day::new(1970, 1, 1).since_1900(), 25_568);
        let mut last = 0;
        for year in 1900..2100 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(day) = Day::real(year, month, day) {
                        assert_eq!(day.since_1900(), last + 1);
                        last += 1;
                    }
                }
            }
        }
    }
}
