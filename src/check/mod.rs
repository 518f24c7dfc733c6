//! Checks prove what a candidate is: pure functions from the bytes of a value to a [`Verdict`].

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
