//! Words that begin with a capital, and endings of patronymics: the neighbourhood is read once and put before the
//! judges of words. Most triggers are refused by a look at the word before.

use super::catalog::RuleIndex;
use super::names::{self, Name, Proof};
use super::scan::{Block, Candidate, Scanner};
use crate::check::Verdict;
use crate::finding::Evidence;
use crate::text::at;
use crate::text::word::{Gap, Word, Words, gap_before, is_capital_at};

impl Scanner<'_> {
    /// Decides what stands around a word whose first letter, a capital, ends at `last`.
    pub(super) fn capital(&mut self, block: &Block<'_>, last: usize) {
        let bytes = block.bytes;
        let start = if at(bytes, last) < 0x80 { last } else { last - 1 };
        if start < self.words_done {
            return;
        }
        let (gap, end) = gap_before(bytes, start);
        let Some(left) = Word::start_before(bytes, end).filter(|_| gap != Gap::Other) else { return };
        if last == start {
            self.latin_street(block, left, start);
        }
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let (Some(left), Some(word)) = (Word::read(bytes, left), Word::read(bytes, start)) else { return };
        if is_capital_at(bytes, left.start) {
            if names::may_be_name(&left, &word) {
                self.name(block, start, rule);
            }
        } else if matches!(gap, Gap::Space | Gap::Comma) {
            self.name(block, start, rule);
        }
    }

    /// Decides what stands around a small word that may be a patronymic, of which a letter ends at `last`.
    pub(super) fn patronymic(&mut self, block: &Block<'_>, last: usize) {
        if last < self.words_done {
            return;
        }
        let Some(rule) = self.is_on(self.catalog.known.name) else { return };
        let Some(start) = Word::start_before(block.bytes, last + 1) else { return };
        if !is_capital_at(block.bytes, start) {
            self.name(block, start, rule);
        }
    }

    /// Asks the judge of names about the words around one.
    fn name(&mut self, block: &Block<'_>, start: usize, rule: RuleIndex) {
        let bytes = block.bytes;
        let Some(words) = Words::around(bytes, start) else { return };
        let found = names::find(bytes, &words).or_else(|| names::greeted(bytes, &words));
        let Some(Name { range, proof }) = found else { return };
        self.words_done = range.end;
        match proof {
            Proof::Patronymic => self.form_is_proof(block, range, rule, None),
            Proof::Ending | Proof::Initials | Proof::Pair | Proof::Greeting => {
                let candidate = Candidate {
                    rule,
                    kind: None,
                    verdict: Verdict::NotCheckable,
                    labelled: Verdict::NotCheckable,
                    evidence: Evidence::none(),
                };
                self.decide_one(block, range, candidate);
            }
        }
    }
}
