//! Formats that another process reads: asks it, and hands on what it returns, under the budget.
//!
//! In:      a container in any order or held in memory, and a [`Helper`]. Out: texts, tables and members, like any other format's.
//! Promise: the helper is not believed: its pieces are counted, their order is checked, its words are not repeated.
//!          What came before a helper ended stays; a database is then looked at as it lies, byte by byte.

use super::frames::Made;
use super::input::{InMemory, Sequential};
use super::sheet::{Row, Sheet, push_cell};
use super::{Answer, At, Budget, Child, Children, Fault, Frames, Helper, Input, Kind, Piece};
use crate::problem::Reason;
use crate::read::Bytes;
use std::cell::Cell;
use std::io::{self, BufRead as _, Cursor, Read};
use std::time::Duration;

/// Bytes of a picture that are looked at.
const PICTURE_BYTES: u64 = 1 << 20;
/// Most bytes of a file that a helper is given; what comes as a stream has to be held for that, and is limited before.
const FILE_BYTES: u64 = 192 << 20;

pub(super) fn open(
    kind: Kind, input: Input<'_>, budget: &Budget, helper: Option<&dyn Helper>, children: &mut Children<'_>,
) -> Result<(), Fault> {
    let closed = kind.closed().map_or(Ok(()), |reason| Err(Fault { reason, detail: None }));
    let Some(helper) = helper else { return closed };
    if let Kind::Picture(_) = kind {
        let (Ok(held) | Err((_, held))) = budget.hold(&mut input.sequential().take(PICTURE_BYTES));
        asked(kind, &InMemory(held.bytes()), helper, budget, children)?;
        return closed;
    }
    match input {
        Input::Bytes(bytes) if bytes.size() <= FILE_BYTES => file(kind, bytes, helper, budget, children),
        Input::Bytes(bytes) => {
            let words = format!("more than {FILE_BYTES} bytes for another process");
            raw(kind, Fault::new(Reason::LimitMemory, words), &mut Sequential::new(bytes, 0, bytes.size()), children)
        }
        Input::Stream(stream) => match budget.hold(stream) {
            Ok(held) => file(kind, &InMemory(held.bytes()), helper, budget, children),
            Err((fault, held)) => raw(kind, fault, &mut held.bytes().chain(stream), children),
        },
    }
}

fn file(
    kind: Kind, bytes: &dyn Bytes, helper: &dyn Helper, budget: &Budget, children: &mut Children<'_>,
) -> Result<(), Fault> {
    match asked(kind, bytes, helper, budget, children) {
        Ok(None) if kind == Kind::Sqlite => {
            let mut unused = super::unused::of_sqlite(bytes)?;
            let mut frames = Frames::new(None, |made: &mut Made| unused.next(bytes, made));
            // A break ends the scan, and this was the last thing.
            let _ended = children(Child::Text(&mut frames));
            Ok(())
        }
        Ok(None) => Ok(()),
        Ok(Some(fault)) | Err(fault) => raw(kind, fault, &mut Sequential::new(bytes, 0, bytes.size()), children),
    }
}

/// Hands on what a helper makes of a file; gives the first thing that could not be read.
fn asked(
    kind: Kind, bytes: &dyn Bytes, helper: &dyn Helper, budget: &Budget, children: &mut Children<'_>,
) -> Result<Option<Fault>, Fault> {
    let passwords: Vec<&str> = budget.passwords().map(|(_, password)| password).collect();
    let given = Cell::new(false);
    let mut attempt = || {
        let mut reader = Sequential::new(bytes, 0, bytes.size());
        let inner = helper.ask(kind, &mut reader, bytes.size(), &passwords)?;
        let mut answer = Counted { inner, budget, fault: None, given: false };
        let read = answer.hand_on(children);
        given.set(answer.given);
        read.map(|ends| answer.fault.filter(|_| !ends))
    };
    match attempt() {
        // Another one may do better, as long as nothing was handed on; a second end is the content's.
        Err(fault) if fault.reason == Reason::WorkerCrashed && !given.get() => attempt(),
        read => read,
    }
}

/// After a fault: texts stand in the pages of a database as they are, and often in those of a table.
fn raw(kind: Kind, fault: Fault, bytes: &mut dyn Read, children: &mut Children<'_>) -> Result<(), Fault> {
    if matches!(kind, Kind::Sqlite | Kind::Parquet)
        && !matches!(fault.reason, Reason::Encrypted | Reason::NotReached | Reason::Unsupported)
    {
        // Whether the scan is to end makes no difference any more.
        let _ = children(Child::Raw { start: 0, bytes }).is_break();
    }
    Err(fault)
}

/// An answer that is counted.
struct Counted<'a> {
    inner: Box<dyn Answer + 'a>,
    budget: &'a Budget,
    /// The first thing that could not be read.
    fault: Option<Fault>,
    /// Something has come.
    given: bool,
}

impl Counted<'_> {
    fn next(&mut self) -> Result<Option<Piece>, Fault> {
        let before = self.inner.took();
        let piece = self.inner.next()?;
        let bytes = match &piece {
            // Text is made of rows, and counted there.
            None | Some(Piece::Line(..)) => 0,
            Some(piece) => piece.bytes(),
        };
        self.given = true;
        self.budget.unpacked(bytes, self.inner.took().saturating_sub(before).min(Duration::from_secs(1)))?;
        if let Some(Piece::Fault(fault)) = &piece {
            self.fault.get_or_insert_with(|| fault.clone());
        }
        Ok(piece)
    }

    /// Hands on everything; gives whether the scan is to end.
    fn hand_on(&mut self, children: &mut Children<'_>) -> Result<bool, Fault> {
        while let Some(piece) = self.next()? {
            let flow = match piece {
                Piece::Text(columns) => {
                    let mut frames = Frames::new(columns, |made: &mut Made| self.text(made));
                    let flow = children(Child::Text(&mut frames));
                    if flow.is_continue() {
                        drain(&mut frames)?;
                    }
                    flow
                }
                Piece::Sheet(name) => {
                    let mut ended = false;
                    let budget = self.budget;
                    let mut sheet = Sheet::new(&name, budget, || {
                        let row = if ended { None } else { self.line()? };
                        ended = row.is_none();
                        Ok(row)
                    });
                    let columns = sheet.columns();
                    let mut frames = Frames::new(columns, |made: &mut Made| sheet.next(made));
                    let flow = children(Child::Text(&mut frames));
                    if flow.is_continue() {
                        drain(&mut frames)?;
                    }
                    flow
                }
                Piece::Member(name) => {
                    let mut member = Member { answer: self, piece: Cursor::default(), ended: false };
                    let flow = children(Child::Member { name: &name, bytes: &mut member });
                    if flow.is_continue() {
                        drain(&mut member)?;
                    }
                    flow
                }
                Piece::Closed(name, reason) => {
                    children(Child::Closed { name: &name, fault: Fault { reason, detail: None } })
                }
                Piece::Fault(_) => continue,
                _ => return Err(out_of_order()),
            };
            if flow.is_break() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next row of a sheet.
    fn line(&mut self) -> io::Result<Option<Row<'static>>> {
        loop {
            return match self.next()? {
                Some(Piece::Line(number, cells)) => {
                    let cells = cells.into_iter().map(|(column, text)| (column, text.into())).collect();
                    Ok(Some(Row { number, cells }))
                }
                Some(Piece::Fault(_)) => continue,
                Some(Piece::End) => Ok(None),
                _ => Err(out_of_order().into()),
            };
        }
    }

    fn text(&mut self, made: &mut Made) -> io::Result<bool> {
        match self.next()? {
            Some(Piece::Place(place)) => made.place(At::Part(place.into())),
            Some(Piece::Words(words)) => made.push(&words),
            Some(Piece::Row(cells)) => {
                for (i, cell) in cells.iter().enumerate() {
                    if i > 0 {
                        made.push("\t");
                    }
                    push_cell(cell, made);
                }
                made.push("\n");
            }
            Some(Piece::Fault(_)) => {}
            Some(Piece::End) => return Ok(false),
            _ => return Err(out_of_order().into()),
        }
        Ok(true)
    }
}

fn out_of_order() -> Fault {
    Fault::new(Reason::WorkerCrashed, "pieces out of order")
}

/// Reads what nobody wanted.
fn drain(reader: &mut dyn Read) -> Result<(), Fault> {
    let mut piece = vec![0; 16 << 10];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::of(&error)),
        }
    }
}

/// The bytes of a member.
struct Member<'a, 'b> {
    answer: &'a mut Counted<'b>,
    piece: Cursor<Vec<u8>>,
    ended: bool,
}

impl Read for Member<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.piece.fill_buf()?.is_empty() && !self.ended && !buf.is_empty() {
            match self.answer.next()? {
                Some(Piece::Bytes(bytes)) => self.piece = Cursor::new(bytes),
                Some(Piece::End) => self.ended = true,
                Some(Piece::Fault(fault)) => return Err(fault.into()),
                _ => return Err(out_of_order().into()),
            }
        }
        self.piece.read(buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Unpack;
    use std::ops::ControlFlow;
    use std::sync::Mutex;

    /// Gives pieces, each time it is asked the next list of them; then crashes.
    #[derive(Debug)]
    struct Fragile(Mutex<Vec<Vec<Piece>>>);

    struct Pieces(Vec<Piece>, bool);

    impl Helper for Fragile {
        fn ask(&self, _: Kind, _: &mut dyn Read, _: u64, _: &[&str]) -> Result<Box<dyn Answer + '_>, Fault> {
            let mut lists = self.0.lock().unwrap();
            let pieces = lists.remove(0);
            Ok(Box::new(Pieces(pieces, lists.is_empty())))
        }
    }

    impl Answer for Pieces {
        fn next(&mut self) -> Result<Option<Piece>, Fault> {
            match (self.0.is_empty(), self.1) {
                (false, _) => Ok(Some(self.0.remove(0))),
                (true, true) => Ok(None),
                (true, false) => Err(Fault { reason: Reason::WorkerCrashed, detail: None }),
            }
        }

        fn took(&self) -> Duration {
            Duration::ZERO
        }
    }

    fn asked(lists: Vec<Vec<Piece>>) -> (Option<Reason>, u32, usize) {
        within(Unpack::default(), lists)
    }

    fn within(limits: Unpack, lists: Vec<Vec<Piece>>) -> (Option<Reason>, u32, usize) {
        let (budget, texts) = (Budget::new(limits, None), Cell::new(0));
        let helper = Fragile(Mutex::new(lists));
        let opened = open(Kind::Pdf, Input::Stream(&mut &b"%PDF"[..]), &budget, Some(&helper), &mut |_| {
            texts.set(texts.get() + 1);
            ControlFlow::Continue(())
        });
        (opened.err().map(|fault| fault.reason), texts.get(), helper.0.into_inner().unwrap().len())
    }

    #[test]
    fn rows_of_a_sheet_are_counted_once() {
        let row = || Piece::Line(1, vec![(1, "a".repeat(600))]);
        let sheet = |rows: usize| {
            let rows = std::iter::repeat_with(row).take(rows);
            std::iter::once(Piece::Sheet("a".into())).chain(rows).chain([Piece::End]).collect()
        };
        let limits = || Unpack { bytes: 1_000, ..Unpack::default() };
        assert_eq!(within(limits(), vec![sheet(1)]), (None, 1, 0));
        assert_eq!(within(limits(), vec![sheet(2)]), (Some(Reason::LimitBytes), 1, 0));
    }

    #[test]
    fn a_crash_is_tried_again_once_unless_something_was_handed_on() {
        let text = || vec![Piece::Text(None), Piece::Words("a\n".into()), Piece::End];
        assert_eq!(asked(vec![vec![], text()]), (None, 1, 0));
        assert_eq!(asked(vec![vec![], vec![], text()]), (Some(Reason::WorkerCrashed), 0, 1));
        assert_eq!(asked(vec![text(), text()]), (Some(Reason::WorkerCrashed), 1, 1));
    }

    #[test]
    fn pieces_out_of_order_are_no_text() {
        for pieces in [vec![Piece::End], vec![Piece::Words("a".into())], vec![Piece::Text(None), Piece::Text(None)]] {
            assert_eq!(asked(vec![pieces]).0, Some(Reason::WorkerCrashed));
        }
    }
}
