//! Redaction: a copy in which values are replaced, and everything around them is the same byte for byte.
//!
//! In:      bytes, and the places of values with their categories ([`Cut`]).
//! Out:     [`Plan`]: edits that keep the format whole; a copy; on demand a [`Map`] that can take them back.
//! Not:     finds nothing, decides nothing, and does not scan its copy: who asked for it does.
//! Promise: replacements are ASCII in the encoding of the content and quoted as their surroundings demand. What cannot be
//!          replaced without harm to the format is an error, not a broken copy.

mod format;
mod map;
mod method;
mod plan;
mod restore;

pub use format::Format;
pub use map::{KEY_PURPOSE, Map, MapError};
pub use method::{Method, label};
pub use plan::{Cut, Edit, Numbers, Plan};
pub use restore::{Restored, restore};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedactError {
    /// The content is in a format that is not rewritten, or a value stands across its structure.
    #[error("this content cannot be rewritten without harm")]
    NotRewritable,
    /// The content could not be read.
    #[error("cannot read the content")]
    Read(#[from] std::io::Error),
}
