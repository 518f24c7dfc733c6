//! Detectors of the user's own: bounded regular expressions behind literals.
//!
//! All literals of all detectors are one automaton; an expression runs only in a window around one of its literals. A
//! regex search is linear, but looking for all matches is not unless a match cannot reach far: an expression without an
//! upper bound, or with one above 4 KiB, is refused (reliability 0.9).

use super::catalog::RuleIndex;
use super::catalog::file::{Definition, Shape};
use super::context::{self, Border};
use super::scan::{Block, Candidate, Scanner};
use crate::check::Verdict;
use crate::finding::Evidence;
use crate::text::slice;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::literal::Extractor;

/// Longest match, in bytes.
const LONGEST: usize = 4096;
/// Memory of one compiled expression, in bytes.
const PROGRAM_BYTES: usize = 1 << 20;
/// Shortest literal that makes a gate.
const LITERAL_BYTES: usize = 3;

/// All expressions of a catalogue.
#[derive(Debug)]
pub(crate) struct Custom {
    literals: AhoCorasick,
    /// Expression of each literal.
    owners: Vec<usize>,
    expressions: Vec<Expression>,
}

#[derive(Debug)]
struct Expression {
    rule: RuleIndex,
    regex: Regex,
    longest: usize,
}

impl Custom {
    /// Compiles the expressions of all definitions; `Err` names the detector and what is wrong with it.
    pub(crate) fn compile(definitions: &[Definition]) -> Result<Option<Self>, (String, String)> {
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let (mut owners, mut expressions) = (Vec::new(), Vec::new());
        for (rule, definition) in definitions.iter().enumerate() {
            for shape in definition.matches.iter().filter(|shape| shape.shape == Shape::Regex) {
                let refuse = |message: String| (definition.id.clone(), message);
                let text = shape.regex.as_deref().ok_or_else(|| refuse("a `regex` match needs `regex`".to_owned()))?;
                let hir = regex_syntax::ParserBuilder::new()
                    .utf8(false)
                    .build()
                    .parse(text)
                    .map_err(|error| refuse(error.to_string()))?;
                let longest = hir.properties().maximum_len().filter(|longest| *longest <= LONGEST).ok_or_else(|| {
                    refuse(format!("the expression `{text}` has no upper bound, or one above 4,096 bytes; write `{{1,40}}` for `+` and `{{0,40}}` for `*`"))
                })?;
                if hir.properties().minimum_len() == Some(0) {
                    return Err(refuse(format!("the expression `{text}` matches nothing at all")));
                }
                let own = gates(&hir, &shape.literals).ok_or_else(|| {
                    refuse(format!("the expression `{text}` has no literal of three bytes that every match contains; name some in `literals`"))
                })?;
                let regex = RegexBuilder::new(text)
                    .size_limit(PROGRAM_BYTES)
                    .dfa_size_limit(PROGRAM_BYTES)
                    .build()
                    .map_err(|error| refuse(error.to_string()))?;
                for literal in own {
                    literals.push(literal);
                    owners.push(expressions.len());
                }
                expressions.push(Expression { rule: rule as RuleIndex, regex, longest });
            }
        }
        if expressions.is_empty() {
            return Ok(None);
        }
        let literals = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(&literals)
            .map_err(|error| (String::new(), error.to_string()))?;
        Ok(Some(Self { literals, owners, expressions }))
    }

    /// Finds the values of all expressions in a block.
    pub(crate) fn scan(&self, scanner: &mut Scanner<'_>, block: &Block<'_>, end: usize) {
        let start = block.own.start;
        let mut done = vec![start; self.expressions.len()];
        for literal in self.literals.find_overlapping_iter(slice(block.bytes, start, end)) {
            let Some(&owner) = self.owners.get(literal.pattern().as_usize()) else { continue };
            let (Some(expression), Some(done)) = (self.expressions.get(owner), done.get_mut(owner)) else { continue };
            if scanner.is_on(Some(expression.rule)).is_none() {
                continue;
            }
            let place = start + literal.start();
            let from = place.saturating_sub(expression.longest).max(*done);
            let to = (start + literal.end() + expression.longest).min(block.bytes.len());
            let mut i = from;
            while let Some(found) = expression.regex.find_at(slice(block.bytes, 0, to), i) {
                if found.start() > place {
                    break;
                }
                expression.judge(scanner, block, found.start()..found.end());
                i = found.end().max(i + 1);
                *done = i;
            }
        }
    }
}

impl Expression {
    fn judge(&self, scanner: &mut Scanner<'_>, block: &Block<'_>, span: std::ops::Range<usize>) {
        if context::left_border(block, span.start) == Border::Inside {
            return;
        }
        let (verdict, labelled) = scanner.verdict(block, &span, self.rule);
        if (verdict, labelled) == (Verdict::Fails, Verdict::Fails) {
            return;
        }
        let candidate = Candidate { rule: self.rule, kind: None, verdict, labelled, evidence: Evidence::none() };
        scanner.decide_one(block, span, candidate);
    }
}

/// Literals one of which every match contains: those given, else the expression's own beginnings or ends.
fn gates(hir: &regex_syntax::hir::Hir, given: &[String]) -> Option<Vec<Vec<u8>>> {
    if !given.is_empty() {
        let list: Vec<Vec<u8>> = given.iter().map(|literal| literal.as_bytes().to_vec()).collect();
        return list.iter().all(|literal| literal.len() >= LITERAL_BYTES).then_some(list);
    }
    let usable = |sequence: &regex_syntax::hir::literal::Seq| -> Option<Vec<Vec<u8>>> {
        let literals = sequence.literals()?;
        let list: Vec<Vec<u8>> = literals.iter().map(|literal| literal.as_bytes().to_vec()).collect();
        (!list.is_empty() && list.len() <= 64 && list.iter().all(|literal| literal.len() >= LITERAL_BYTES))
            .then_some(list)
    };
    let mut extractor = Extractor::new();
    if let Some(list) = usable(&extractor.extract(hir)) {
        return Some(list);
    }
    extractor.kind(regex_syntax::hir::literal::ExtractKind::Suffix);
    usable(&extractor.extract(hir))
}
