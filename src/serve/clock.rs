//! When a volume is due: cron expressions in a time zone.
//!
//! A run that was missed, because the program or the machine was off, is caught up once, however many were missed.

use croner::Cron;
use croner::parser::CronParser;
use elek::text::hash::spread;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When something comes again.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    cron: Cron,
    zone: TimeZone,
    /// Runs begin up to so much later, each volume at its own moment, so that not all begin at once.
    jitter_s: u32,
}

impl Schedule {
    /// A schedule of five fields (minute, hour, day, month, weekday) or a word such as `@daily`.
    pub(crate) fn new(expression: &str, zone: Option<&str>, jitter_s: u32) -> Result<Self, String> {
        let cron = CronParser::new().parse(expression).map_err(|_| {
            format!(
                "`{expression}` is no schedule: minute (0-59), hour (0-23), day (1-31), month (1-12), weekday (0-7), \
                 or a word such as `@daily`"
            )
        })?;
        let zone = match zone {
            Some(name) => TimeZone::get(name).map_err(|_| format!("there is no time zone `{name}`"))?,
            None => TimeZone::UTC,
        };
        let schedule = Self { cron, zone, jitter_s };
        if schedule.next(Timestamp::now()).is_none() {
            return Err(format!("`{expression}` never comes"));
        }
        Ok(schedule)
    }

    /// The first moment after this one, without jitter.
    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let local = after.to_zoned(self.zone.clone());
        self.cron.find_next_occurrence(&local, false).ok().map(|time| time.timestamp())
    }

    /// When a volume begins that came last at `last`, or never.
    ///
    /// What was due while nobody was there to begin it is due at once; a volume that never came waits for its moment.
    pub(crate) fn due(&self, volume: &str, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let next = self.next(last.unwrap_or(now))?;
        // Rows of an operator's volumes are spread by name and moment: the same after a restart.
        let seed = format!("{volume}\0{next}");
        let jitter = spread(seed.as_bytes()) % (u64::from(self.jitter_s) + 1);
        next.checked_add(SignedDuration::from_secs(jitter.cast_signed())).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use jiff::Timestamp;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_night_in_almaty_is_an_evening_in_utc() {
        let schedule = Schedule::new("0 3 * * *", Some("Asia/Almaty"), 0).expect("in order");
        let now = at("2026-11-22T12:00:00Z");
        assert_eq!(schedule.due("crm", None, now), Some(at("2026-11-22T22:00:00Z")));
    }

    #[test]
    fn what_was_missed_is_due_at_once_and_once() {
        let schedule = Schedule::new("@hourly", None, 0).expect("in order");
        let now = at("2026-11-22T12:30:00Z");
        let missed = schedule.due("crm", Some(at("2026-11-20T08:00:00Z")), now).expect("due");
        assert!(missed < now);
        assert_eq!(schedule.due("crm", Some(now), now), Some(at("2026-11-22T13:00:00Z")));
    }

    #[test]
    fn jitter_parts_volumes_and_stays_the_same() {
        let schedule = Schedule::new("0 3 * * *", None, 3_600).expect("in order");
        let now = at("2026-11-22T12:00:00Z");
        let due = |volume: &str| schedule.due(volume, None, now).expect("due");
        assert_eq!(due("crm"), due("crm"));
        assert_ne!(due("crm"), due("mail"));
        for volume in ["a", "b", "c", "d"] {
            let late = due(volume).duration_since(at("2026-11-23T03:00:00Z")).as_secs();
            assert!((0..=3_600).contains(&late), "{volume}: {late}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (expression, zone) in [
            ("0 25 * * *", None),
            ("", None),
            ("* * * *", None),
            ("0 0 30 2 *", None),
            ("@daily", Some("Mars/Olympus")),
        ] {
            assert!(Schedule::new(expression, zone, 0).is_err(), "{expression}");
        }
    }
}
