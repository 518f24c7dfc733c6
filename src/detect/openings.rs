//! Secrets that neither a label nor a sign of the finder shows, only a few letters at their beginning: hashes in lists of
//! accounts (`name:$2y$…`), tokens (`ghp_…`, `sk_live_…`), constants of PHP (`define('DB_PASSWORD', '…')`), files of
//! passwords for `PostgreSQL`, passwords behind the word for one where the name of the account stands before
//! (`login builder password …`), and masks of payment cards.
//!
//! The finder looks at every byte for what is frequent; these are rare, and a packed search for all of them together, and
//! for the marks of encoded text, costs less than an instruction a byte.

use super::labelled::{Setting, card, hash, password, secret};
use super::scan::{Block, Scanner};
use super::simd::literals::Literals;
use crate::finding::{Confidence, Evidence};
use crate::text::view::{Stretch, signs};
use crate::text::{at, before, slice};
use memchr::{memchr, memmem};
use std::ops::Range;

/// Longest token or hash, in bytes.
const TOKEN_BYTES: usize = 300;
/// How far before the own bytes a literal may stand whose value begins in them, in bytes.
const BACK_BYTES: usize = 512;
/// How far behind them, in bytes.
const LATE_BYTES: usize = 16;
/// How far before a password the name of its account is looked for, in bytes.
const ACCOUNT_BYTES: usize = 96;

/// What stands between a word for a password and the password in a sentence.
const VERBS: [&str; 12] = [
    " is ",
    " was ",
    " to ",
    " is now ",
    " is: ",
    " now is ",
    " has been set to ",
    " is set to ",
    " is still ",
    " was changed to ",
    " changed to ",
    " will be ",
];
/// Words before `pass` that make it a word for a password.
const PASSES: [&[u8]; 16] = [
    b"temporary",
    b"temp",
    b"wifi",
    b"wi-fi",
    b"Wi-Fi",
    b"WiFi",
    b"new",
    b"my",
    b"old",
    b"network",
    b"router",
    b"admin",
    b"email",
    b"mail",
    b"initial",
    b"default",
];
/// What stands behind a label for a password that has no colon.
const SIGNS: [&str; 8] = [" - ", " — ", " – ", " | ", "|", "\t", "..", "</"];

#[derive(Clone, Copy)]
enum Opening {
    /// A colon and the dollar of a hash.
    Hash,
    /// The beginning of a hash.
    Crypt,
    /// A part of a token; letters may stand before it.
    Token,
    /// A part of a token that holds dots and dashes.
    Dotted,
    /// A link to a chat whose path is the secret.
    Link,
    /// A constant of PHP.
    Define,
    /// A word for a password with a blank before.
    Word,
    /// The end of a word for a password, and the sign of a row.
    WordEnd,
    /// The end of the Kazakh word for a password.
    Kazakh,
    /// The Russian word for a password in Latin letters.
    Russian,
    /// The end of a word for a password as the first of two texts in quotes.
    Pair,
    /// The end of the word for a password in capitals: a constant, a statement of SQL, a container's plan.
    Capitals,
    /// The end of the name of a call that is given a password.
    Call,
    /// A short word for a password between blanks.
    Short,
    /// The end of a key of a serialised value whose own value is a text.
    Serialised,
    /// A source of data in PHP: an account and its password follow.
    Connect,
    /// What ends a letter in English, and a comma.
    Closing,
    /// The sign between name and value, encoded.
    Encoded,
    /// The port of a database in a file of passwords.
    Postgres,
    /// A part of a masked number.
    Mask,
    /// The end of a word for a code that lets somebody in: the word before may begin behind a blank, as another opening does.
    Passcode,
    /// The slash between an account and its password.
    Account,
    /// The word for the name of a wireless network.
    Network,
    /// The end of a client's name, and an option.
    Client,
    /// A setting that a blank parts from its value.
    Directive,
    /// A program that reads a password from another one.
    Fed,
    /// The short word for a hardware address.
    Device,
    /// What ends the name of a recording.
    Recording,
}

const OPENINGS: [(&[u8], Opening); 58] = [
    (b"$2y$", Opening::Crypt),
    (b"$2b$", Opening::Crypt),
    (b"$2a$", Opening::Crypt),
    (b":$6$", Opening::Hash),
    (b":$5$", Opening::Hash),
    (b":$1$", Opening::Hash),
    (b":$y$", Opening::Hash),
    (b":$apr1$", Opening::Hash),
    (b"ghp_", Opening::Token),
    (b"gho_", Opening::Token),
    (b"ghs_", Opening::Token),
    (b"ghu_", Opening::Token),
    (b"ghr_", Opening::Token),
    (b"github_pat_", Opening::Token),
    (b"k_live_", Opening::Token),
    (b"k_test_", Opening::Token),
    (b"whsec_", Opening::Token),
    (b"npm_", Opening::Token),
    (b"shpat_", Opening::Token),
    (b"dckr_pat_", Opening::Token),
    (b"hvs.", Opening::Dotted),
    (b"SG.", Opening::Dotted),
    (b"y0_Ag", Opening::Dotted),
    (b"/services/T", Opening::Link),
    (b"define(", Opening::Define),
    (b" pass", Opening::Word),
    (b"ssword |", Opening::WordEnd),
    (b"ssword\t", Opening::WordEnd),
    (b"ssword -", Opening::WordEnd),
    (b"ssword i", Opening::WordEnd),
    (b"ssword for ", Opening::WordEnd),
    (b"scode ", Opening::Passcode),
    (b" / ", Opening::Account),
    (b"SSID", Opening::Network),
    (b"-cli -", Opening::Client),
    (b"requirepass ", Opening::Directive),
    (b"sudo -S", Opening::Fed),
    (b"MAC ", Opening::Device),
    (b".wav", Opening::Recording),
    (b" parol", Opening::Russian),
    (b"ssword',", Opening::Pair),
    (b"ssword\",", Opening::Pair),
    (b"SSWORD", Opening::Capitals),
    (b"ssword(", Opening::Call),
    (b" pwd ", Opening::Short),
    (b"ssword\";s", Opening::Serialised),
    (b"sswd\";s", Opening::Serialised),
    (b"mysql:host", Opening::Connect),
    ("сөз".as_bytes(), Opening::Kazakh),
    (b"%3D", Opening::Encoded),
    (b"egards,", Opening::Closing),
    (b"egards\n", Opening::Closing),
    (b"hanks,", Opening::Closing),
    (b"incerely,", Opening::Closing),
    (b":5432:", Opening::Postgres),
    (b"****", Opening::Mask),
    (b"XXXX", Opening::Mask),
    (b"xxxx", Opening::Mask),
];

/// Beginnings that are looked for in all text.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    /// Marks of encoded text, then openings.
    all: Literals,
    /// Openings alone; none if no selected rule has them.
    openings: Option<Literals>,
}

impl Beginnings {
    /// The search for marks, and for openings if a selected rule has them.
    pub(super) fn new(with_openings: bool) -> Self {
        let openings = OPENINGS.iter().map(|(bytes, _)| *bytes).filter(|_| with_openings);
        Self {
            all: Literals::new(signs().chain(openings.clone())),
            openings: with_openings.then(|| Literals::new(openings)),
        }
    }
}

impl Scanner<'_> {
    /// Stretches of encoded text that begin in the own bytes of the last block, in order.
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// Stretches of encoded text whose marks stand in a part of a text.
    pub fn stretches_in(&self, text: &[u8], part: Range<usize>) -> Vec<Stretch> {
        let (all, mut from, mut stretches) = (&self.catalog.beginnings.all, part.start, Vec::new());
        while let Some(place) = all.find(self.level, text, from, part.end) {
            from = place.end - 1;
            if let Some(stretch) = Stretch::of_mark(text, place.literal, place.start..place.end) {
                from = stretch.goes_on();
                stretches.push(stretch);
            }
        }
        stretches
    }

    /// Finds stretches of encoded text, and decides what begins with an opening in the block's own bytes or a little
    /// before them. A mark inside a stretch shows nothing new.
    pub(super) fn beginnings(&mut self, block: &Block<'_>) {
        self.stretches.clear();
        let Beginnings { all, openings } = &self.catalog.beginnings;
        let (bytes, own, marks) = (block.bytes, block.own.clone(), signs().count());
        let (mut from, last) = match openings {
            Some(_) => (own.start.saturating_sub(BACK_BYTES), own.end + LATE_BYTES),
            None => (own.start, own.end),
        };
        // Where the next mark may stand.
        let mut next_mark = own.start;
        while from < last {
            let marked = (next_mark..own.end).contains(&from);
            let (literals, end) = match marked {
                true => (Some(all), own.end),
                false if from < next_mark => (openings.as_ref(), next_mark.min(last)),
                false => (openings.as_ref(), last),
            };
            let Some(place) = literals.and_then(|literals| literals.find(self.level, bytes, from, end)) else {
                from = end;
                continue;
            };
            // Two of them may share a byte.
            from = place.end - 1;
            let opening = if marked { place.literal.checked_sub(marks) } else { Some(place.literal) };
            match opening {
                Some(opening) => self.opening(block, opening, &(place.start..place.end)),
                None => {
                    if let Some(stretch) = Stretch::of_mark(bytes, place.literal, place.start..place.end) {
                        next_mark = stretch.goes_on();
                        self.stretches.push(stretch);
                    }
                }
            }
        }
    }

    fn opening(&mut self, block: &Block<'_>, number: usize, place: &Range<usize>) {
        match OPENINGS.get(number).map(|(_, opening)| opening) {
            Some(Opening::Hash) => self.listed_hash(block, place.start + 1),
            Some(Opening::Crypt) => self.bare_hash(block, place.start),
            Some(Opening::Token) => self.bare_token(block, place.start),
            Some(Opening::Dotted) => self.dotted_token(block, place.start),
            Some(Opening::Link) => self.webhook_of_channel(block, place.end - 1),
            Some(Opening::Define) => self.defined(block, place.end),
            Some(Opening::Word) => {
                self.behind_account(block, place.start + 1);
                if slice(block.bytes, place.end, place.end + 4) == b"word" {
                    self.behind_word(block, place.start + 1);
                }
            }
            // A small word behind a blank is seen by itself.
            Some(Opening::WordEnd) if slice(block.bytes, place.start.saturating_sub(3), place.start) != b" pa" => {
                self.behind_word(block, place.start.saturating_sub(2));
            }
            Some(Opening::Kazakh) => self.behind_kazakh_word(block, place),
            Some(Opening::Russian) => self.behind_russian_word(block, place.end),
            Some(Opening::Pair) => self.pair_of_texts(block, place.end - 2),
            Some(Opening::Capitals) => self.behind_capitals(block, place.end),
            Some(Opening::Call) => {
                let quoted = matches!(at(block.bytes, place.end), b'"' | b'\'');
                self.in_quotes(block, place.end + 1, quoted && is_given(block.bytes, place.start));
            }
            Some(Opening::Short) => self.stated(block, place.end, true),
            Some(Opening::Serialised) => self.serialised(block, place.end - 3),
            Some(Opening::Connect) => self.connected(block, place),
            Some(Opening::Closing) => {
                let line = usize::from(before(block.bytes, place.end) == b'\n');
                self.letter_end(block, place.end - line);
            }
            Some(Opening::Encoded) => self.encoded_pair(block, place.start),
            Some(Opening::Postgres) => self.password_file(block, place.start, place.end),
            Some(Opening::Mask) => self.masked_card(block, place.start),
            Some(Opening::Passcode) => self.passcode(block, place),
            Some(Opening::Account) => self.account_and_password(block, place),
            Some(Opening::Network) => self.key_of_network(block, place.end),
            Some(Opening::Client) => self.argument_of_client(block, place),
            Some(Opening::Directive) => self.directive(block, place),
            Some(Opening::Fed) => self.fed(block, place.start),
            Some(Opening::Device) => self.bare_address_of_device(block, place),
            Some(Opening::Recording) => self.recording(block, place.start),
            Some(Opening::WordEnd) | None => {}
        }
    }

    /// `db01:5432:crm:crm_rw:…`: a line of `.pgpass`, with the port between `host` and `database`.
    fn password_file(&mut self, block: &Block<'_>, host: usize, database: usize) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'*');
        let first = host - slice(bytes, host.saturating_sub(253), host).iter().rev().take_while(name).count();
        let user = database + slice(bytes, database, database + 64).iter().take_while(name).count() + 1;
        let start = user + slice(bytes, user, user + 64).iter().take_while(name).count() + 1;
        let parts = [user - 1, start - 1].into_iter().all(|colon| at(bytes, colon) == b':');
        let length = slice(bytes, start, start + 130).iter().take_while(|byte| **byte > b' ').count();
        if matches!(before(bytes, first), b'\n' | 0) && first < host && parts {
            self.judge_password(block, rule, start..start + length, Setting::Element);
        }
    }

    /// A number of a payment card with a mask at `place`.
    fn masked_card(&mut self, block: &Block<'_>, place: usize) {
        let Some(rule) = self.is_on(self.catalog.known.masked) else { return };
        let bytes = block.bytes;
        // Most masks are rows of stars in comments, or say nothing.
        if before(bytes, place) == at(bytes, place) {
            return;
        }
        let words = slice(bytes, place.saturating_sub(48), place);
        let named = [&b"ard"[..], "арт".as_bytes(), "АРТ".as_bytes(), b"ARD", b"isa", b"VISA"];
        let named = named.iter().any(|word| memmem::find(words, word).is_some());
        if let Some(span) = card::around(bytes, place, named) {
            self.push(block, span, rule, None, Confidence::Medium, Evidence::FORMAT);
        }
    }

    /// `igor.lapin:$6$…`: a hash behind the name of an account.
    fn listed_hash(&mut self, block: &Block<'_>, start: usize) {
        if before(block.bytes, start - 1).is_ascii_alphanumeric() {
            self.bare_hash(block, start);
        }
    }

    /// A hash that shows itself by its form: `igor.lapin:$2y$10$…`, `values (7, '$2y$10$…')`.
    fn bare_hash(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.hash) else { return };
        let bytes = block.bytes;
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b':' | b'"' | b'\'' | b'<' | b',' | b';' | b')');
        let window = slice(bytes, start, start + TOKEN_BYTES);
        let length = window.iter().position(ends).unwrap_or(window.len());
        if !before(bytes, start).is_ascii_alphanumeric() && hash::is_crypt(slice(window, 0, length)) {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// A token by its beginning, part of which is at `part`.
    fn bare_token(&mut self, block: &Block<'_>, part: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let bytes = block.bytes;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let start =
            part - slice(bytes, part.saturating_sub(2), part).iter().rev().take_while(|byte| fits(**byte)).count();
        let length = slice(bytes, start, start + TOKEN_BYTES).iter().take_while(|byte| fits(**byte)).count();
        if !matches!(before(bytes, start), b'-' | b'/' | b'+') && secret::is_known(slice(bytes, start, start + length))
        {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// A token with dots and dashes in it whose beginning is at `start`: `SG.…`, `y0_…`, `hvs.…`.
    fn dotted_token(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let bytes = block.bytes;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let mut length = slice(bytes, start, start + TOKEN_BYTES).iter().take_while(|byte| fits(**byte)).count();
        while length > 0 && at(bytes, start + length - 1) == b'.' {
            length -= 1;
        }
        let left = before(bytes, start);
        if !fits(left) && !matches!(left, b'/' | b'+') && secret::is_known(slice(bytes, start, start + length)) {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// `https://hooks.slack.com/services/T…/B…/…`: whoever has the path may write there. It begins at `start`.
    fn webhook_of_channel(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'/';
        let length = slice(block.bytes, start, start + TOKEN_BYTES).iter().take_while(fits).count();
        let path = slice(block.bytes, start, start + length);
        let mut parts = path.split(|byte| *byte == b'/');
        let id = |part: Option<&[u8]>, first: u8| part.is_some_and(|id| id.len() >= 7 && id.first() == Some(&first));
        let whole = id(parts.next(), b'T') && id(parts.next(), b'B') && parts.next().is_some_and(|key| key.len() >= 20);
        if whole && path.iter().any(u8::is_ascii_digit) && secret::varied(path) {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// `define('DB_PASSWORD', '…')`, with what stands behind the bracket at `open`.
    fn defined(&mut self, block: &Block<'_>, open: usize) {
        let bytes = block.bytes;
        let blanks = |from: usize| slice(bytes, from, from + 16).iter().take_while(|byte| **byte == b' ').count();
        let name = open + blanks(open);
        let quote = at(bytes, name);
        if !matches!(quote, b'\'' | b'"') {
            return;
        }
        let Some(length) = memchr(quote, slice(bytes, name + 1, name + 65)) else { return };
        let name = name + 1..name + 1 + length;
        let comma = name.end + 1 + blanks(name.end + 1);
        let start = comma + 1 + blanks(comma + 1);
        if at(bytes, comma) == b',' && matches!(at(bytes, start), b'\'' | b'"') {
            self.constant(block, name, start);
        }
    }

    /// `parol qoima2024`: the word without an ending stands before `end`.
    fn behind_russian_word(&mut self, block: &Block<'_>, end: usize) {
        let rest = slice(block.bytes, end, end + 3);
        let endings = [&b" "[..], b"i ", b"' ", b"j ", b"ya "];
        if let Some(ending) = endings.iter().find(|ending| rest.starts_with(ending)) {
            self.word_for_password(block, end + ending.len() - 1);
        }
    }

    /// `('smtp_password','…')`: name and value of a setting, with the quote behind the name at `quote`.
    fn pair_of_texts(&mut self, block: &Block<'_>, quote: usize) {
        let bytes = block.bytes;
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let length = slice(bytes, quote.saturating_sub(64), quote).iter().rev().take_while(name).count();
        let start = quote - length;
        let blanks = slice(bytes, quote + 2, quote + 6).iter().take_while(|byte| **byte == b' ').count();
        let value = quote + 2 + blanks;
        let row = matches!(before(bytes, start.wrapping_sub(1)), b'(' | b'[' | b'{' | b' ' | b'\n' | b',');
        if before(bytes, start) == at(bytes, quote) && at(bytes, value) == at(bytes, quote) && row {
            self.constant(block, start..quote, value);
        }
    }

    /// The password in quotes at `start`, where what stands before them `tells` it: `IDENTIFIED BY '…'`, `PASSWORD '…'`,
    /// `setPassword("…")`.
    pub(super) fn in_quotes(&mut self, block: &Block<'_>, start: usize, tells: bool) {
        let Some(rule) = self.is_on(self.catalog.known.password).filter(|_| tells) else { return };
        let bytes = block.bytes;
        let quote = before(bytes, start);
        let window = slice(bytes, start, start + 130);
        let Some(length) = window.iter().position(|byte| *byte == quote || *byte <= b' ') else { return };
        if at(window, length) == quote {
            self.judge_password(block, rule, start..start + length, Setting::Element);
        }
    }

    /// `env('DB_PASSWORD', '…')`, `CREATE ROLE crm LOGIN PASSWORD '…'`, `PASSWORD('…')`, `ENV MYSQL_ROOT_PASSWORD …`: the word
    /// ends at `end`.
    fn behind_capitals(&mut self, block: &Block<'_>, end: usize) {
        let bytes = block.bytes;
        match slice(bytes, end, end + 2) {
            b"'," | b"\"," => self.pair_of_texts(block, end),
            b" '" | b" \"" | b"('" | b"(\"" => self.in_quotes(block, end + 2, true),
            [b' ', ..] => {
                let head = slice(bytes, end.saturating_sub(TOKEN_BYTES), end);
                let head = slice(head, memchr::memrchr(b'\n', head).map_or(0, |n| n + 1), head.len());
                let line = slice(bytes, end + 1, end + 1 + 130);
                let value = slice(line, 0, memchr(b'\n', line).unwrap_or(line.len())).trim_ascii_end();
                let Some(rule) = self.is_on(self.catalog.known.password).filter(|_| head.starts_with(b"ENV ")) else {
                    return;
                };
                if !value.contains(&b' ') {
                    self.judge_password(block, rule, end + 1..end + 1 + value.len(), Setting::Element);
                }
            }
            _ => {}
        }
    }

    /// `new PDO('mysql:host=…', 'shop', '…')`: the third text in quotes.
    fn connected(&mut self, block: &Block<'_>, place: &Range<usize>) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let mut i = place.start.saturating_sub(1);
        for argument in 0..3 {
            i += slice(bytes, i, i + 8).iter().take_while(|byte| matches!(byte, b' ' | b',' | b'\n')).count();
            let quote = at(bytes, i);
            if !matches!(quote, b'\'' | b'"') {
                return;
            }
            let Some(length) = memchr(quote, slice(bytes, i + 1, i + TOKEN_BYTES)) else { return };
            if argument == 2 {
                return self.judge_password(block, rule, i + 1..i + 1 + length, Setting::Element);
            }
            i += length + 2;
        }
    }

    /// `құпия сөз …`, `құпиясөзі - …`: the word's last letters, without an ending, are at `end`.
    fn behind_kazakh_word(&mut self, block: &Block<'_>, end: &Range<usize>) {
        let bytes = block.bytes;
        let word = slice(bytes, end.start.saturating_sub(12), end.start);
        if ["пия", "пия ", "ілт", "ілт "].iter().any(|head| word.ends_with(head.as_bytes())) {
            let length = slice(bytes, end.end, end.end + 24).iter().take_while(|byte| **byte >= 0x80).count();
            self.word_for_password(block, end.end + length);
        }
    }

    /// `new password - …`, `| Password | … |`, `the password is …`: the word begins at `start`.
    fn behind_word(&mut self, block: &Block<'_>, start: usize) {
        let bytes = block.bytes;
        let end = start + b"password".len();
        let whole = slice(bytes, start + 1, end) == b"assword"
            && matches!(before(bytes, start), 0 | b'\n' | b'\r' | b' ' | b'\t' | b'|' | b'(' | b'>' | b'-' | 0x80..);
        let rest = slice(bytes, end, end + 40);
        if !whole || at(rest, 0) == b':' {
            return;
        }
        self.account_before(block, end);
        if let Some(length) = said(rest) {
            return self.stated(block, end + length, false);
        }
        // the password (Rk8!vQ2m)
        if [&b" ("[..], b" '", b" \""].iter().any(|open| rest.starts_with(open)) {
            return self.stated(block, end + 2, true);
        }
        // my password Rk8vQ2mz does not work
        if at(rest, 0) == b' ' && (at(rest, 1).is_ascii_alphanumeric()) {
            self.stated(block, end + 1, true);
        }
        // Programs and their manuals are full of the word: it must be the label of a row or list.
        let from = start.saturating_sub(ACCOUNT_BYTES);
        let head = slice(bytes, from, start);
        let head = slice(head, memchr::memrchr(b'\n', head).map_or(0, |n| n + 1), head.len());
        let label = head.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'|' | b'.'));
        let sign = SIGNS.iter().any(|sign| rest.starts_with(sign.as_bytes()));
        let colon = || memchr(b':', slice(rest, 0, memchr(b'\n', rest).unwrap_or(rest.len()))).is_some();
        if label && (sign || (rest.starts_with(b" for ") && colon())) {
            self.word_for_password(block, end);
        }
    }

    /// What a sentence says that a password is: `the wifi password is …`. Where nothing says so but the word before it, it
    /// must look `made`: capitals, small letters and digits, or signs.
    fn stated(&mut self, block: &Block<'_>, start: usize, made: bool) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let start = start
            + slice(bytes, start, start + 4)
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'`'))
                .count();
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'<' | b'>');
        let window = slice(bytes, start, start + 130);
        let mut length = window.iter().position(ends).unwrap_or(window.len());
        while length > 0 && matches!(at(window, length - 1), b'.' | b')' | b':') {
            length -= 1;
        }
        let text = slice(window, 0, length);
        let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
        let small = text.iter().any(u8::is_ascii_lowercase);
        let signs =
            text.iter().any(|byte| byte.is_ascii_uppercase() || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'@'));
        let mixed = mixed && (!made || (small && signs && text.len() >= 8));
        if mixed && text.len() >= 6 && !password::is_product(text) {
            self.judge_password(block, rule, start..start + length, Setting::Phrase);
        }
    }

    /// `Zoom passcode 9fTq2w`: letters of both cases and digits, without a sign before them. The word without its first
    /// three letters is at `word`, with its blank.
    fn passcode(&mut self, block: &Block<'_>, word: &Range<usize>) {
        let bytes = block.bytes;
        let known = self.is_on(self.catalog.known.password);
        let Some(rule) =
            known.filter(|_| matches!(slice(bytes, word.start.saturating_sub(3), word.start), b"pas" | b"Pas"))
        else {
            return;
        };
        let start = word.end;
        let length = slice(bytes, start, start + 24).iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let text = slice(bytes, start, start + length);
        let kinds = [u8::is_ascii_lowercase as fn(&u8) -> bool, u8::is_ascii_uppercase, u8::is_ascii_digit];
        if (5..=16).contains(&length) && kinds.iter().all(|kind| text.iter().any(kind)) {
            self.judge_password(block, rule, start..start + length, Setting::Phrase);
        }
    }

    /// `login builder password …`, `login report, pass …`: the word for a password is at `word`.
    fn behind_account(&mut self, block: &Block<'_>, word: usize) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let letters = slice(bytes, word, word + 12).iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if !matches!(slice(bytes, word, word + letters), b"pass" | b"password" | b"passwd" | b"passcode") {
            return;
        }
        let start = word + letters + 1;
        if at(bytes, start - 1) != b' ' {
            return;
        }
        let before = slice(bytes, word.saturating_sub(ACCOUNT_BYTES), word);
        self.account_before(block, word + letters);
        // the pass is …
        let rest = slice(bytes, word + letters, word + letters + 24);
        if let Some(length) = said(rest).filter(|_| letters == 4 && !rest.starts_with(b" to ")) {
            return self.stated(block, word + letters + length, false);
        }
        // username anna password 0 …: how it is written.
        let start = start
            + match slice(bytes, start, start + 2) {
                b"0 " => 2,
                _ => 0,
            };
        // temporary pass Rk8vQ2mz
        let kind = slice(bytes, word.saturating_sub(16), word - 1);
        if letters == 4 && PASSES.iter().any(|name| kind.ends_with(name)) {
            return self.stated(block, start, true);
        }
        let account = [&b"login "[..], b"user ", b"username "].iter().any(|word| memmem::find(before, word).is_some());
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b',' | b';' | b'<' | b'>');
        let window = slice(bytes, start, start + 130);
        let length = window.iter().position(ends).unwrap_or(window.len());
        let text = slice(window, 0, length);
        let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
        if account && mixed && text.len() >= 6 {
            self.judge_password(block, rule, start..start + length, Setting::Element);
        }
    }
}

/// Whether the call that ends in `ssword(`, at `end`, is given a password and not asked for one: `setPassword(`, `with_password(`.
fn is_given(bytes: &[u8], end: usize) -> bool {
    let name = slice(bytes, end.saturating_sub(24), end);
    let length = name.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let name = slice(name, name.len() - length, name.len());
    [&b"set"[..], b"with", b"userP", b"set_", b"with_"].iter().any(|verb| name.starts_with(verb))
}

/// The length of what says at the beginning of a text that a password follows.
fn said(rest: &[u8]) -> Option<usize> {
    VERBS.iter().filter(|verb| rest.starts_with(verb.as_bytes())).map(|verb| verb.len()).max()
}
