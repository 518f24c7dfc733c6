//! Messages: told by their header fields.

use super::kind::Kind;

/// Tells a message or a folder of messages by its first lines.
pub(super) fn recognise(_head: &[u8]) -> Option<Kind> {
    None
}
