//! Files with several names are read once, under the name that comes first in walk order.
//!
//! In:      a file's identity and the item's place in walk order.
//! Out:     whether this item is the one that is read.
//! Promise: the final answer does not depend on threads. It may be asked for any number of times.

use super::FileId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The identities met so far. Memory: some tens of bytes for each file with more than one name, and no other.
///
/// Two places ask:
/// - a worker, as soon as it has opened an item: `false` is final, an earlier name is read, and the work is spared;
///   `true` is preliminary;
/// - whoever commits items in walk order, when all earlier items have been opened: the answer is final. Work done on
///   a name that turns out to be second is thrown away, and the item ends as `duplicate_inode`.
#[derive(Debug, Default)]
pub struct Claims {
    first: Mutex<HashMap<FileId, u64>>,
}

impl Claims {
    /// No claims.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no earlier item than number `order` has claimed this file so far.
    pub fn is_first(&self, id: FileId, order: u64) -> bool {
        // A thread that panicked cannot have left the map half changed.
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = first.entry(id).or_insert(order);
        *earliest = order.min(*earliest);
        *earliest == order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_in_walk_order_wins_whoever_comes_first() {
        let id = FileId { device: 1, inode: 2 };
        let claims = Claims::new();
        assert!(claims.is_first(id, 7), "preliminary");
        assert!(!claims.is_first(id, 9), "final: number 7 is earlier");
        assert!(claims.is_first(id, 3));
        assert!(!claims.is_first(id, 7), "asked again when it is committed");
        assert!(claims.is_first(id, 3));
        assert!(claims.is_first(FileId { device: 2, inode: 2 }, 9), "another device");
    }
}
