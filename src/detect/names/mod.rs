//! Names of persons: a dictionary, the case endings of five languages, and the judge that puts them together.
//!
//! In: words of UTF-8 text ([`crate::text::word`]). Out: spans that are names, and how each was told. Knows no rules,
//! blocks or reports. Lists and their licences: `patterns/names`.

mod again;
mod context;
mod dictionary;
mod endings;
mod field;
mod forms;
mod judge;
mod patronymic;
mod readings;
mod sound;
mod table;
mod told;

pub(crate) use again::{Beside, Left, Met};
pub(crate) use context::{ends_letter, introduced, is_family, is_owned, is_relative, person_behind as told_person};
pub use field::Part;
pub(crate) use field::{
    Judged, Label, Labels, is_any_given, is_given, is_plain_given, judge_field, may_name_person, nominative,
};
pub use judge::{Name, Proof};
pub(crate) use judge::{find, greeted, is_greeting, is_patronymic, may_sign, related, titled};
pub(crate) use readings::Readings;
pub(crate) use told::{
    asked, behind_phone, behind_role, beside_mail, beside_phone, bracketed, hailed, honoured, in_row, joined,
    may_be_called, may_be_nick, particled, reversed, signer,
};
