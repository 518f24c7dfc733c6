//! Words for people, in five languages. Names of JSON fields, ids and codes are never translated.
//!
//! One table ([`Message`]) holds every sentence in every language side by side; the compiler refuses a row with one missing.

mod messages;

pub use messages::{Message, Noun};

use crate::finding::{Confidence, Evidence};
use crate::problem::Reason;
use std::fmt::Write as _;

/// A language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
    /// Ukrainian.
    Uk,
    /// Belarusian.
    Be,
}

impl Lang {
    /// All languages, in the order of the tables.
    pub const ALL: [Self; 5] = [Self::En, Self::Ru, Self::Kk, Self::Uk, Self::Be];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Kk => "kk",
            Self::Uk => "uk",
            Self::Be => "be",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language of a locale's name: `ru_RU.UTF-8`, `kk`, `C`. `None`: not one of ours.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match code {
            "C" | "POSIX" => Some(Self::En),
            _ => Self::from_code(&code.to_ascii_lowercase()),
        }
    }

    /// Position in the tables.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The sentence of this language.
    pub fn text(self, message: Message) -> &'static str {
        message.rows().get(self.index()).copied().unwrap_or_default()
    }

    /// The sentence with its `{places}` filled in. A place without a value stays as it is.
    pub fn format(self, message: Message, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = self.text(message);
        while let Some((before, tail)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = tail.split_once('}') else {
                out.push('{');
                rest = tail;
                continue;
            };
            if let Some((_, value)) = values.iter().find(|(key, _)| *key == name) {
                out.push_str(value);
            } else {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A count with its noun in the right form: `1 item`, `2 объекта`, `5 об'єктів`.
    pub fn counted(self, count: u64, noun: Noun) -> String {
        let forms = noun.forms(self);
        let form = forms.get(self.plural_form(count).min(forms.len().saturating_sub(1))).copied().unwrap_or_default();
        format!("{} {form}", self.number(count))
    }

    /// Which of a noun's forms follows this number.
    fn plural_form(self, count: u64) -> usize {
        match self {
            Self::En => usize::from(count != 1),
            Self::Kk => 0,
            Self::Ru | Self::Uk | Self::Be => match (count % 10, count % 100) {
                (1, rest) if rest != 11 => 0,
                (2..=4, rest) if !(12..=14).contains(&rest) => 1,
                _ => 2,
            },
        }
    }

    /// An integer with its thousands apart.
    pub fn number(self, value: u64) -> String {
        let digits = value.to_string();
        let separator = if self == Self::En { ',' } else { '\u{a0}' };
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 2);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A size in bytes: `512 B`, `3.4 GiB`.
    pub fn bytes(self, bytes: u64) -> String {
        const LATIN: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        const CYRILLIC: [&str; 6] = ["Б", "КиБ", "МиБ", "ГиБ", "ТиБ", "ПиБ"];
        const WITH_I: [&str; 6] = ["Б", "КіБ", "МіБ", "ГіБ", "ТіБ", "ПіБ"];
        let units = match self {
            Self::En => LATIN,
            Self::Ru | Self::Kk => CYRILLIC,
            Self::Uk | Self::Be => WITH_I,
        };
        let mut unit = 0;
        let mut divisor = 1_u64;
        while unit + 1 < units.len() && bytes / divisor >= 1024 {
            divisor = divisor.saturating_mul(1024);
            unit += 1;
        }
        let name = units.get(unit).copied().unwrap_or_default();
        if unit == 0 {
            return format!("{bytes} {name}");
        }
        let tenths = u128::from(bytes) * 10 / u128::from(divisor);
        let mut out = String::new();
        // Writing to a string cannot fail.
        write!(out, "{}{}{} {name}", tenths / 10, self.decimal_point(), tenths % 10).ok();
        out
    }

    /// A duration in seconds: `0.04 s`, `12.3 s`, `4 min 10 s`.
    #[expect(clippy::cast_sign_loss, reason = "a wall time is not negative, and a negative one becomes 0")]
    pub fn seconds(self, seconds: f64) -> String {
        let text = if seconds < 1.0 {
            format!("{seconds:.2}")
        } else if seconds < 60.0 {
            format!("{seconds:.1}")
        } else {
            let whole = seconds as u64;
            let (minutes, rest) = (whole / 60, whole % 60);
            return format!("{minutes} {} {rest} {}", self.text(Message::Minutes), self.text(Message::Seconds));
        };
        let text = if self.decimal_point() == '.' { text } else { text.replace('.', ",") };
        format!("{text} {}", self.text(Message::Seconds))
    }

    fn decimal_point(self) -> char {
        if self == Self::En { '.' } else { ',' }
    }

    /// A level of confidence in words.
    pub fn confidence(self, level: Confidence) -> &'static str {
        self.text(match level {
            Confidence::Low => Message::ConfidenceLow,
            Confidence::Medium => Message::ConfidenceMedium,
            Confidence::High => Message::ConfidenceHigh,
        })
    }

    /// What to do about a gate class; `None` where there is nothing to do.
    pub fn advice(self, gate_class: &str) -> Option<&'static str> {
        let message = match gate_class {
            "secret" => Message::AdviceSecret,
            "biometric" => Message::AdviceBiometric,
            "special" => Message::AdviceSpecial,
            "financial" => Message::AdviceFinancial,
            "strong_id" => Message::AdviceStrongId,
            "content" => Message::AdviceContent,
            "ordinary" => Message::AdviceOrdinary,
            "technical" => Message::AdviceTechnical,
            _ => return None,
        };
        Some(self.text(message))
    }

    /// A gate class in words.
    pub fn gate_class(self, gate_class: &str) -> Option<&'static str> {
        let message = match gate_class {
            "secret" => Message::ClassSecret,
            "biometric" => Message::ClassBiometric,
            "special" => Message::ClassSpecial,
            "financial" => Message::ClassFinancial,
            "strong_id" => Message::ClassStrongId,
            "content" => Message::ClassContent,
            "ordinary" => Message::ClassOrdinary,
            "technical" => Message::ClassTechnical,
            "org" => Message::ClassOrg,
            _ => return None,
        };
        Some(self.text(message))
    }

    /// The class that a law gives a category, in words; `None`: a class that is not known.
    pub fn law_class(self, class: &str) -> Option<&'static str> {
        let message = match class {
            "restricted" => Message::LawRestricted,
            "public" => Message::LawPublic,
            "biometric" => Message::LawBiometric,
            "special" => Message::LawSpecial,
            "other" => Message::LawOther,
            "risk" => Message::LawRisk,
            "ordinary" => Message::LawOrdinary,
            "criminal" => Message::LawCriminal,
            "none" => Message::LawNone,
            _ => return None,
        };
        Some(self.text(message))
    }

    /// An event that ends or starts the time that data are kept, in words.
    pub fn event(self, event: &str) -> Option<&'static str> {
        let message = match event {
            "consent_end" => Message::EventConsentEnd,
            "consent_withdrawn" => Message::EventConsentWithdrawn,
            "contract_end" => Message::EventContractEnd,
            "employment_end" => Message::EventEmploymentEnd,
            "hiring_decision" => Message::EventHiringDecision,
            "hiring_refused" => Message::EventHiringRefused,
            "licence_end" => Message::EventLicenceEnd,
            "purpose_achieved" => Message::EventPurposeAchieved,
            _ => return None,
        };
        Some(self.text(message))
    }

    /// What is done with data, in words.
    pub fn action(self, action: &str) -> Option<&'static str> {
        let message = match action {
            "accumulation" => Message::ActionAccumulation,
            "storage" => Message::ActionStorage,
            "transfer_on_operator_choice" => Message::ActionTransfer,
            "destruction" => Message::ActionDestruction,
            _ => return None,
        };
        Some(self.text(message))
    }

    /// The day of a time in RFC 3339, as people write it: `2026-03-02`, `02.03.2026`.
    pub fn date(self, time: &str) -> String {
        let day = time.get(..10).unwrap_or(time);
        match (self, day.split('-').collect::<Vec<_>>().as_slice()) {
            (Self::En, _) => day.to_owned(),
            (_, [year, month, day]) => format!("{day}.{month}.{year}"),
            _ => day.to_owned(),
        }
    }

    /// Day and minute of a time in UTC as of RFC 3339; of a day alone the day.
    pub fn moment(self, time: &str) -> String {
        let minute = time.get(11..16).map(|minute| format!(" {minute} UTC")).unwrap_or_default();
        self.date(time) + &minute
    }

    /// How a run that is kept in a state ended, in words.
    pub fn run_state(self, name: &str) -> &str {
        self.text(match name {
            "running" => Message::ConsoleJobRunning,
            "complete" => Message::RunComplete,
            "incomplete" => Message::RunIncomplete,
            "interrupted" => Message::RunInterrupted,
            "unreachable" => Message::RunUnreachable,
            other => return other,
        })
    }

    /// How far a job is, in words.
    pub fn job_state(self, name: &str) -> &str {
        self.text(match name {
            "queued" => Message::ConsoleJobQueued,
            "running" => Message::ConsoleJobRunning,
            "done" => Message::ConsoleJobDone,
            "failed" => Message::ConsoleJobFailed,
            "cancelled" => Message::ConsoleJobCancelled,
            other => return other,
        })
    }

    /// Why something was not read, in words.
    pub fn reason(self, reason: Reason) -> &'static str {
        self.text(Message::of_reason(reason))
    }

    /// The reasons to believe or doubt a finding, as a list in words. `field` is the name as shown to people.
    pub fn evidence(self, evidence: Evidence, loosely: bool, field: Option<&str>) -> String {
        const WORDS: [(Evidence, Message); 6] = [
            (Evidence::CHECK, Message::BecauseCheck),
            (Evidence::FORMAT, Message::BecauseFormat),
            (Evidence::KEYWORD, Message::BecauseKeyword),
            (Evidence::COLUMN, Message::BecauseColumn),
            (Evidence::POPULATION, Message::BecausePopulation),
            (Evidence::NEGATIVE, Message::BecauseNegative),
        ];
        let mut parts: Vec<String> = Vec::new();
        for (bit, message) in WORDS {
            if evidence.has(bit) {
                let message = if bit == Evidence::CHECK && loosely { Message::BecauseLoosely } else { message };
                parts.push(self.text(message).to_owned());
            }
        }
        if evidence.has(Evidence::FIELD) {
            parts.push(match field {
                Some(name) => self.format(Message::BecauseFieldNamed, &[("field", name)]),
                None => self.text(Message::BecauseField).to_owned(),
            });
        }
        if parts.is_empty() {
            parts.push(self.text(Message::BecauseShape).to_owned());
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Message, Noun};
    use crate::finding::Evidence;
    use crate::problem::Reason;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<String> {
        text.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn every_message_is_there_in_every_language_with_the_same_places() {
        for message in Message::ALL {
            let english = Lang::En.text(*message);
            for lang in Lang::ALL {
                let text = lang.text(*message);
                assert!(!text.trim().is_empty(), "{message:?} in {}", lang.code());
                assert_eq!(places(text), places(english), "{message:?} in {}", lang.code());
                if lang != Lang::En && english.chars().filter(char::is_ascii_alphabetic).count() > 4 {
                    assert_ne!(text, english, "{message:?} in {} is not translated", lang.code());
                }
            }
        }
    }

    #[test]
    fn nouns_have_the_forms_their_language_needs() {
        for noun in Noun::ALL {
            for lang in Lang::ALL {
                let needed = match lang {
                    Lang::En => 2,
                    Lang::Kk => 1,
                    Lang::Ru | Lang::Uk | Lang::Be => 3,
                };
                assert_eq!(noun.forms(lang).len(), needed, "{noun:?} in {}", lang.code());
            }
        }
        let russian = |count| Lang::Ru.counted(count, Noun::Item);
        assert_eq!(
            [0, 1, 2, 5, 11, 12, 21, 22, 25, 111, 1024].map(russian),
            [
                "0 объектов",
                "1 объект",
                "2 объекта",
                "5 объектов",
                "11 объектов",
                "12 объектов",
                "21 объект",
                "22 объекта",
                "25 объектов",
                "111 объектов",
                "1\u{a0}024 объекта"
            ]
        );
        assert_eq!(Lang::En.counted(1, Noun::Finding), "1 finding");
        assert_eq!(Lang::En.counted(4_000_000, Noun::Finding), "4,000,000 findings");
        assert_eq!(Lang::Kk.counted(3, Noun::Item), "3 нысан");
    }

    #[test]
    fn reasons_are_told_apart() {
        for lang in Lang::ALL {
            let texts: BTreeSet<&str> = Reason::ALL.iter().map(|reason| lang.reason(*reason)).collect();
            assert_eq!(texts.len(), Reason::ALL.len(), "{}", lang.code());
        }
    }

    #[test]
    fn advice_fits_a_line() {
        for lang in Lang::ALL {
            for category in
                ["secret", "biometric", "special", "financial", "strong_id", "content", "ordinary", "technical"]
            {
                let label = lang.gate_class(category).expect("a class");
                let line = format!("{label}: {}", lang.advice(category).expect("advice"));
                assert!(line.chars().count() <= 78, "{line}");
            }
        }
    }

    #[test]
    fn locales_are_understood() {
        assert_eq!(Lang::from_locale("ru_RU.UTF-8"), Some(Lang::Ru));
        assert_eq!(Lang::from_locale("kk"), Some(Lang::Kk));
        assert_eq!(Lang::from_locale("be_BY@latin"), Some(Lang::Be));
        assert_eq!(Lang::from_locale("C.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::from_locale("de_DE"), None);
    }

    #[test]
    fn sizes_and_times_read_well() {
        assert_eq!(Lang::En.bytes(512), "512 B");
        assert_eq!(Lang::En.bytes(3 << 30), "3.0 GiB");
        assert_eq!(Lang::Ru.bytes(1_572_864), "1,5 МиБ");
        assert_eq!([Lang::Uk, Lang::Be].map(|lang| lang.bytes(1_572_864)), ["1,5 МіБ"; 2]);
        assert_eq!(Lang::Ru.moment("2026-11-30T18:05:09.123Z"), "30.11.2026 18:05 UTC");
        assert_eq!(Lang::En.moment("2026-11-30"), "2026-11-30");
        assert_eq!(Lang::En.bytes(u64::MAX), "16383.9 PiB");
        assert_eq!(Lang::En.seconds(0.041), "0.04 s");
        assert_eq!(Lang::Uk.seconds(12.34), "12,3 с");
        assert_eq!(Lang::En.seconds(250.0), "4 min 10 s");
    }

    #[test]
    fn days_are_written_as_people_do() {
        assert_eq!(Lang::Kk.date("2026-03-02T09:14:07Z"), "02.03.2026");
        assert_eq!(Lang::En.date("2026-03-02T09:14:07Z"), "2026-03-02");
        assert_eq!(Lang::Ru.date("soon"), "soon");
    }

    #[test]
    fn evidence_becomes_a_sentence() {
        let set = Evidence::SHAPE.with(Evidence::CHECK).with(Evidence::FIELD);
        assert_eq!(Lang::En.evidence(set, false, Some("iin")), "the check holds; the field is named «iin»");
        assert_eq!(Lang::En.evidence(Evidence::SHAPE, false, None), "written the way such values are written");
    }
}
