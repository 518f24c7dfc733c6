//! Addresses in a block: a number behind letters is looked at from both sides; if it may be that of a house, the text
//! around it is read.

use super::address::{self, Door, Found};
use super::context::Around;
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use std::ops::Range;

impl Scanner<'_> {
    /// A number at `start` that stands behind letters.
    pub(super) fn house(&mut self, block: &Block<'_>, start: usize) {
        self.plate_behind_letters(block, start);
        if start < self.address_done {
            return;
        }
        if self.catalog.organisation.is_none() || !Door::may_stand(block.bytes, start) {
            return;
        }
        self.addresses_around(block, start);
    }

    /// A number of six digits that ends at `last` and follows a Latin word or begins a line: a postal code, where a known
    /// town stands beside it.
    pub(super) fn postal_code(&mut self, block: &Block<'_>, last: usize) {
        let bytes = block.bytes;
        let start = last.saturating_sub(5);
        let left = before(bytes, start);
        if at(bytes, last + 1).is_ascii_digit()
            || !matches!(left, b' ' | b'\n' | b'"' | b'>' | 0)
            || start < self.address_done
        {
            return;
        }
        if self.catalog.organisation.is_some() && Door::code_may_stand(bytes, start..last + 1) {
            self.addresses_around(block, start);
        }
    }

    /// A Latin word with a capital at `start`, behind another word: a street, if a word beside it says so.
    pub(super) fn latin_street(&mut self, block: &Block<'_>, start: usize) {
        let wanted = self.catalog.organisation.is_some() && start >= self.address_done;
        if wanted && Door::latin_may_stand(block.bytes, start) {
            self.addresses_around(block, start);
        }
    }

    fn addresses_around(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.address) else { return };
        let Some(organisation) = self.catalog.organisation else { return };
        let done = self.address_done;
        let mut finder = std::mem::take(&mut self.addresses);
        let stretch = finder.around(block.bytes, start);
        for address in finder.found().iter().filter(|address| address.range.end > done) {
            self.note_address(block, address, rule, organisation);
        }
        if finder.found().is_empty() {
            self.field_address(block, stretch.clone(), rule);
        }
        self.address_done = stretch.end;
        self.addresses = finder;
    }

    /// The address in a string or cell whose field says that it holds one.
    fn field_address(&mut self, block: &Block<'_>, cell: Range<usize>, rule: u16) {
        let (field, column) = self.looker.field(self.catalog, block, cell.start);
        if !self.looker.meaning(field).is_some_and(|meaning| meaning.raise.contains(&rule)) {
            return;
        }
        let value = slice(block.bytes, cell.start, cell.end);
        let Some((range, confidence)) = address::judge_field(value) else { return };
        // `addr = SocketAddrV4::new(…)`: an address has two words at the least.
        if !slice(value, range.start, range.end).iter().any(|byte| matches!(byte, b' ' | b',' | 0xA0)) {
            return;
        }
        let evidence = if column { Evidence::COLUMN } else { Evidence::FIELD };
        self.push(block, cell.start + range.start..cell.start + range.end, rule, None, confidence, evidence);
    }

    fn note_address(&mut self, block: &Block<'_>, address: &Found, rule: u16, organisation: u16) {
        if address.is_certain() {
            let (field, column) = self.looker.field(self.catalog, block, address.range.start);
            let named = self.looker.meaning(field).is_some_and(|meaning| meaning.raise.contains(&rule));
            let evidence = match (named, column) {
                (true, true) => Evidence::COLUMN,
                (true, false) => Evidence::FIELD,
                _ => Evidence::none(),
            };
            let kind = address.organisation.then_some(organisation);
            self.push(block, address.range.clone(), rule, kind, Confidence::High, evidence.with(Evidence::FORMAT));
            return;
        }
        let around = self.looker.around(self.catalog, block, &address.range, |field| field.raise.contains(&rule));
        let (evidence, refused) = self.says_address(block, &around, rule);
        if refused {
            return;
        }
        let named = evidence.has_any(Evidence::KEYWORD.with(Evidence::FIELD).with(Evidence::COLUMN));
        let kind = address.organisation.then_some(organisation);
        let confidence = address.confidence(named);
        self.push(block, address.range.clone(), rule, kind, confidence, evidence.with(Evidence::FORMAT));
    }

    /// What the field and the words around say of addresses, and whether they speak against one.
    fn says_address(&self, block: &Block<'_>, around: &Around, rule: u16) -> (Evidence, bool) {
        let mut evidence = Evidence::none();
        let mut refused = false;
        if let Some(meaning) = self.looker.meaning(around.field) {
            if meaning.raise.contains(&rule) {
                evidence = evidence.with(if around.column { Evidence::COLUMN } else { Evidence::FIELD });
            }
            refused |= meaning.lower.contains(&rule);
        }
        // «Талдықорған, Қабанбай батыр 102-45 мекенжайына»
        for (near, _) in around.near().filter(|(near, _)| !near.forward || near.chars <= 1) {
            let Some(group) = self.catalog.groups.get(usize::from(near.group)) else { continue };
            if group.raise.contains(&rule) {
                evidence = evidence.with(Evidence::KEYWORD);
            }
            refused |= !near.forward && group.lower.contains(&rule) && near.words(block.bytes) <= 1;
        }
        (evidence, refused && evidence == Evidence::none())
    }
}
