//! What a decision means for whoever called: exit code and last line come from the same place.

use super::reason::Reason;
use super::{Passed, Released};
use crate::lang::{Lang, Message, Noun};
use crate::policy::Cell;
use crate::report::outcome::Code;

impl Passed {
    /// The exit code.
    pub fn code(&self) -> Code {
        match self.decision {
            Cell::Allow => Code::Ok,
            Cell::Redact => Code::Redacted,
            Cell::Hold => Code::Hold,
            Cell::Deny => Code::Deny,
        }
    }

    /// The last line.
    pub fn line(&self, lang: Lang) -> String {
        let reason = self.reason.text(lang);
        let seq = self.seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
        let released = self.record.released.as_ref();
        let planned =
            self.planned.map(|planned| (lang.bytes(planned.bytes), lang.counted(planned.values, Noun::Value)));
        let line = match (self.decision, &planned) {
            (Cell::Allow, Some((bytes, _))) => {
                lang.format(Message::GateWouldAllow, &[("bytes", bytes), ("reason", reason)])
            }
            (Cell::Redact, Some((_, values))) => lang.format(Message::GateWouldRedact, &[("values", values)]),
            (Cell::Allow, None) => {
                let bytes = lang.bytes(released.map_or(0, |released| released.bytes));
                lang.format(Message::GateAllow, &[("bytes", &bytes), ("reason", reason)])
            }
            (Cell::Redact, None) => {
                let values = lang.counted(released.map_or(0, Released::values), Noun::Value);
                lang.format(Message::GateRedact, &[("values", &values)])
            }
            (Cell::Hold, _) => lang.format(Message::GateHold, &[("seq", &seq), ("reason", reason)]),
            (Cell::Deny, _) => lang.format(Message::GateDeny, &[("reason", reason)]),
        };
        if self.record.is_dry_run() { lang.format(Message::GateDryRun, &[("line", &line)]) } else { line }
    }
}

impl Reason {
    /// The reason in words.
    pub fn text(self, lang: Lang) -> &'static str {
        let message = match self {
            Self::Scan(reason) => return lang.reason(reason),
            Self::Matrix => Message::BecauseMatrix,
            Self::Approved => Message::BecauseApproved,
            Self::Precondition => Message::BecausePrecondition,
            Self::RoleMissing => Message::BecauseRole,
            Self::CountryUnknown => Message::BecauseCountry,
            Self::Raised => Message::BecauseRaised,
            Self::NotRewritable => Message::BecauseNotRewritable,
            Self::RedactionForbidden => Message::BecauseForbidden,
            Self::RescanFound => Message::BecauseRescan,
            Self::LimitExceeded => Message::BecauseLimit,
            Self::SpoolNotWritable => Message::BecauseSpool,
            Self::Interrupted => Message::BecauseInterrupted,
            Self::PolicyInvalid => Message::BecausePolicy,
            Self::DestinationUnknown => Message::BecauseDestination,
            Self::RulesChanged => Message::BecauseRules,
            Self::ConsentRegisterMissing => Message::BecauseRegister,
            Self::ConsentRegisterStale => Message::BecauseStale,
            Self::SubjectWithdrawn => Message::BecauseWithdrawn,
            Self::ApprovalExpired => Message::BecauseExpired,
            Self::ApprovalMismatch => Message::BecauseMismatch,
            Self::ClockBehind => Message::BecauseClock,
            Self::RecordNotWritable => Message::BecauseRecord,
            Self::ReleaseFailed => Message::BecauseRelease,
        };
        lang.text(message)
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use crate::lang::Lang;
    use std::collections::BTreeSet;

    #[test]
    fn every_reason_has_words_of_its_own() {
        for lang in Lang::ALL {
            let texts: BTreeSet<&str> = Reason::all().map(|reason| reason.text(lang)).collect();
            assert_eq!(texts.len(), Reason::all().count(), "{}", lang.code());
        }
    }
}
