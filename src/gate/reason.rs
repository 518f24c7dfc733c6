//! Why a decision is what it is: the closed list of reason codes.

use crate::problem;

macro_rules! reasons {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal; )*) => {
        /// A reason code. The states of reading ([`problem::Reason`]) are codes of the list under their own names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            /// It could not be read in full.
            Scan(problem::Reason),
            $( $(#[$doc])* $variant, )*
        }

        impl Reason {
            /// The codes that are not states of reading.
            pub const OWN: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The record's word.
            pub fn name(self) -> &'static str {
                match self { Self::Scan(reason) => reason.name(), $( Self::$variant => $name, )* }
            }
        }
    };
}

reasons! {
    /// The table of the destination decided.
    Matrix = "matrix";
    /// A named person let a held object pass.
    Approved = "approved";
    /// Something that must be known of the destination is not.
    Precondition = "precondition";
    /// A country without adequate protection needs a processor with an instruction.
    RoleMissing = "role_missing";
    /// A national number would leave for a country nobody named.
    CountryUnknown = "country_unknown";
    /// A raise rule decided.
    Raised = "raised";
    /// Would be redacted, but this format cannot be rewritten safely.
    NotRewritable = "not_rewritable";
    /// Would be redacted, but nothing that goes there may be altered.
    RedactionForbidden = "redaction_forbidden";
    /// The redacted copy still holds values.
    RescanFound = "rescan_found";
    /// More than may be kept in memory, and no spool.
    LimitExceeded = "limit_exceeded";
    /// The spool cannot be written.
    SpoolNotWritable = "spool_not_writable";
    /// A signal came.
    Interrupted = "interrupted";
    /// The policy cannot be used.
    PolicyInvalid = "policy_invalid";
    /// There is no such destination.
    DestinationUnknown = "destination_unknown";
    /// The rules are not those that were asked for.
    RulesChanged = "rules_changed";
    /// The register of consents cannot be read.
    ConsentRegisterMissing = "consent_register_missing";
    /// The register of consents is older than allowed.
    ConsentRegisterStale = "consent_register_stale";
    /// A subject withdrew or refused consent.
    SubjectWithdrawn = "subject_withdrawn";
    /// The approval has expired.
    ApprovalExpired = "approval_expired";
    /// The approval is for other content, another destination or other rules, or there is none.
    ApprovalMismatch = "approval_mismatch";
    /// The clock is behind the newest record.
    ClockBehind = "clock_behind";
    /// The record cannot be written: nothing is released.
    RecordNotWritable = "record_not_writable";
    /// The record was written and the release then failed.
    ReleaseFailed = "release_failed";
}

impl Reason {
    /// Every code of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        problem::Reason::ALL.iter().map(|reason| Self::Scan(*reason)).chain(Self::OWN.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_told_apart() {
        let names: BTreeSet<&str> = Reason::all().map(Reason::name).collect();
        assert_eq!(names.len(), Reason::all().count());
    }
}
