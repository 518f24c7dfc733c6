//! Passwords and keys that no label names: in links, on command lines, behind the Russian word for a password, and keys
//! that show themselves by their beginning.

use super::catalog::RuleIndex;
use super::labelled::{Setting, VALUE_BYTES, Value, password, secret};
use super::scan::{Block, Scanner};
use crate::finding::{Confidence, Evidence};
use crate::text::{at, before, slice};
use memchr::{memchr, memmem};
use std::ops::Range;

/// Longest part of a link before its `@`, in bytes.
const USERINFO_BYTES: usize = 256;
/// Longest private key, in bytes.
const KEY_BYTES: usize = 16 << 10;
/// How far before the end of a word for a password its account is looked for, in bytes.
const ACCOUNT_BYTES: usize = 96;
/// How far behind the account the end of that word may stand.
const WORD_GAP_BYTES: usize = 28;
/// Words that the name of an account follows.
const ACCOUNTS: [&str; 8] = ["логин", "Логин", "логін", "Логін", "лагін", "Лагін", "login", "Login"];
/// Longest file of accounts for fetching programs, in bytes.
const NETRC_BYTES: usize = 64 << 10;
/// How far behind a word for a password its colon may stand, in bytes.
const WORDS_BYTES: usize = 72;
/// How far on in its line a password in brackets or quotes may stand.
const ENCLOSED_BYTES: usize = 128;
/// How far behind it the border of its cell may stand.
const WORD_BYTES: usize = 48;

impl Scanner<'_> {
    /// What stands around a beginning that secrets have.
    pub(super) fn secret(&mut self, block: &Block<'_>, place: usize) {
        match at(block.bytes, place) {
            b'p' | b'u' | b'w' => self.option(block, place - 1),
            b'-' if before(block.bytes, place) == b'k' => self.key(block, place - 2),
            b'-' if before(block.bytes, place) == b't' => self.key(block, place - 5),
            b'-' if before(block.bytes, place) != b'-' => self.key(block, place - 4),
            b'-' => self.private_key(block, place - 4),
            b'I' if before(block.bytes, place) == b'A' => self.key(block, place - 1),
            b'I' => self.key(block, place - 2),
            b'/' => self.webhook(block, place),
            0x8C | 0xAC => self.word_for_password(block, place + 1),
            _ => {}
        }
    }

    /// A key that begins at `start`, if it has a beginning that keys have.
    fn key(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let bytes = block.bytes;
        let left = before(bytes, start);
        if left.is_ascii_alphanumeric() || matches!(left, b'_' | b'-' | b'/' | b'+') {
            return;
        }
        let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = slice(bytes, start, start + VALUE_BYTES).iter().take_while(fits).count();
        let token = slice(bytes, start, start + length);
        let whole = (token.starts_with(b"AK") || token.starts_with(b"AS")) == (length == 20);
        if length >= 20 && whole && secret::is_known(token) {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// A private key whose dashes begin at `start`.
    fn private_key(&mut self, block: &Block<'_>, start: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let bytes = block.bytes;
        let head = slice(bytes, start, start + 64);
        if !head.starts_with(b"-----BEGIN ") {
            return;
        }
        let private = memmem::find(head, b"PRIVATE KEY").filter(|place| *place <= 32);
        let Some(title) = private else { return };
        let body = start + title + b"PRIVATE KEY-----".len();
        let window = slice(bytes, body, body + KEY_BYTES);
        let letters = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
        let (foot, end, code) = if let Some(foot) = memmem::find(window, b"-----END ") {
            let rest = slice(window, foot + 9, foot + 64);
            let end = memmem::find(rest, b"-----").map_or(foot, |place| foot + 9 + place + 5);
            (foot, end, letters(slice(window, 0, foot)))
        } else {
            // A key that was cut off before its end is one as well, as far as its lines go.
            let inside = |byte: &&u8| {
                byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'+' | b'/' | b'=' | b'\\')
            };
            let lines = slice(window, 0, window.iter().take_while(inside).count()).trim_ascii_end();
            let longest = lines.split(u8::is_ascii_whitespace).map(letters).max().unwrap_or(0);
            (lines.len(), lines.len(), longest)
        };
        let other = memmem::find(slice(window, 0, foot), b"-----BEGIN ").is_some();
        if code < 48 || other || memmem::find(slice(window, 0, foot), b"...").is_some() {
            return; // an example without a key
        }
        self.push(block, start..body + end, rule, None, Confidence::High, Evidence::FORMAT);
    }

    /// `/rest/<user>/<token>/`: an incoming webhook, with the slash behind `rest` at `slash`.
    fn webhook(&mut self, block: &Block<'_>, slash: usize) {
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return };
        let bytes = block.bytes;
        if before(bytes, slash - 4) != b'/' {
            return;
        }
        let user = slice(bytes, slash + 1, slash + 12).iter().take_while(|byte| byte.is_ascii_digit()).count();
        if user == 0 || at(bytes, slash + 1 + user) != b'/' {
            return;
        }
        let start = slash + 2 + user;
        let length = slice(bytes, start, start + 65).iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let token = slice(bytes, start, start + length);
        let digits = token.iter().any(u8::is_ascii_digit);
        if (10..=64).contains(&length) && digits && at(bytes, start + length) == b'/' && secret::varied(token) {
            self.push(block, start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        }
    }

    /// A bot's token of Telegram whose number is `digits`. Gives whether it is one.
    pub(super) fn bot_token(&mut self, block: &Block<'_>, digits: &Range<usize>) -> bool {
        let bytes = block.bytes;
        let Some(rule) = self.is_on(self.catalog.known.secret) else { return false };
        let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let start = digits.end + 1;
        let length = slice(bytes, start, start + 40).iter().take_while(fits).count();
        let token = slice(bytes, start, start + length);
        if length != 35 || !(8..=10).contains(&digits.len()) || !token.starts_with(b"AA") || !secret::varied(token) {
            return false;
        }
        self.push(block, digits.start..start + length, rule, None, Confidence::High, Evidence::FORMAT);
        true
    }

    /// The password in `scheme://name:password@host`, with its `@` at `sign`. Gives whether there is one.
    pub(super) fn userinfo(&mut self, block: &Block<'_>, sign: usize) -> bool {
        let bytes = block.bytes;
        let from = sign.saturating_sub(USERINFO_BYTES);
        let window = slice(bytes, from, sign);
        let inside = |byte: &u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'/' | b'"' | b'\'' | b'<' | b'>' | b'`' | b' ' | b'\\' | b'|')
        };
        let length = window.iter().rev().take_while(|byte| inside(byte)).count();
        let info = slice(window, window.len() - length, window.len());
        let head = slice(window, 0, window.len() - length);
        if !head.ends_with(b"://") {
            return false;
        }
        let Some(colon) = memchr(b':', info) else { return self.key_of_link(block, sign - length..sign) };
        let start = sign - length + colon + 1;
        let text = slice(bytes, start, sign);
        if let Some(rule) = self.is_on(self.catalog.known.secret).filter(|_| secret::is_known(text)) {
            self.push(block, start..sign, rule, None, Confidence::High, Evidence::FORMAT);
            return true;
        }
        let Some(rule) = self.is_on(self.catalog.known.password) else { return true };
        let same = slice(info, 0, colon).eq_ignore_ascii_case(text);
        let value = self.value(block, start..sign, Setting::Element);
        if let Some(level) = password::judge(text, &value).filter(|_| !same) {
            self.push(block, start..sign, rule, None, level, Evidence::FORMAT);
        }
        true
    }

    /// `https://<key>@o17.ingest.example`: a key drawn by lot in the place of an account. Gives whether it is one.
    fn key_of_link(&mut self, block: &Block<'_>, span: Range<usize>) -> bool {
        let key = slice(block.bytes, span.start, span.end);
        let hex = key.len() >= 32 && key.iter().all(u8::is_ascii_hexdigit) && secret::varied(key);
        let Some(rule) = self.is_on(self.catalog.known.secret).filter(|_| hex) else { return false };
        self.push(block, span, rule, None, Confidence::High, Evidence::FORMAT);
        true
    }

    /// `-p<value>` of a `MySQL` client, `-u name:<value>` of curl, `-pw <value>` of `PuTTY` and `-w <value>` of clients of directories, with the dash at `dash`.
    fn option(&mut self, block: &Block<'_>, dash: usize) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let letter = at(bytes, dash + 1);
        let start = match (letter, at(bytes, dash + 2)) {
            (b'p', b'w') if at(bytes, dash + 3) == b' ' => dash + 4,
            (b'p', first) if first.is_ascii_graphic() && first != b'-' => dash + 2,
            (b'p' | b'u' | b'w', b' ') => dash + 3,
            _ => return,
        };
        let line = slice(bytes, dash.saturating_sub(160), dash);
        let line = memchr::memrchr(b'\n', line).map_or(line, |n| slice(line, n + 1, line.len()));
        let programs: &[&[u8]] = match (letter, at(bytes, dash + 2)) {
            (b'p', b' ') => &[b"sshpass", b"docker login", b"redis-cli", b"mongo", b"rdesktop"],
            (b'p', b'w') if start == dash + 4 => &[b"plink", b"pscp", b"psftp", b"putty"],
            (b'p', _) => &[b"mysql", b"mariadb", b"sshpass", b"mongo", b"7z", b"rar "],
            (b'w', _) => &[b"ldapsearch", b"ldapadd", b"ldapmodify", b"ldapdelete", b"ldapwhoami", b"ldappasswd"],
            _ => &[b"curl", b"lftp"],
        };
        if !programs.iter().any(|program| memmem::find(line, program).is_some()) {
            return;
        }
        let quote = at(bytes, start);
        let quoted = matches!(quote, b'\'' | b'"');
        let start = start + usize::from(quoted);
        let window = slice(bytes, start, start + 130);
        let ends = |byte: &u8| {
            if quoted {
                *byte == quote || *byte == b'\n'
            } else {
                *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'|' | b';' | b'>' | b'`')
            }
        };
        let length = window.iter().position(ends).unwrap_or(window.len());
        let mut span = start..start + length;
        if letter == b'u' {
            let parted = if line.windows(4).any(|name| name == b"lftp") { b',' } else { b':' };
            let Some(parted) = memchr(parted, slice(bytes, span.start, span.end)) else { return };
            span.start += parted + 1;
        }
        self.judge_password(block, rule, span, Setting::Element);
    }

    /// The password behind a word for one that ends at `end`, without the sign that labels have: a dash or the border of a
    /// cell between, words and a colon, a line end, or nothing. A single colon is seen by itself.
    pub(super) fn word_for_password(&mut self, block: &Block<'_>, end: usize) {
        let Some(rule) = self.is_on(self.catalog.known.password) else { return };
        let bytes = block.bytes;
        let rest = slice(bytes, end, end + WORDS_BYTES);
        let line = memchr(b'\n', rest).map_or(rest, |n| slice(rest, 0, n));
        // Кодовое слово (пароль): …
        let bracket = usize::from(at(line, 0) == b')' && at(line, 1) == b':');
        let line = slice(line, bracket, line.len());
        let end = end + bracket;
        self.account_before(block, end);
        // <b>Пароль</b>: …
        let tag =
            if line.starts_with(b"</") { memchr(b'>', slice(line, 0, 12)).map_or(0, |close| close + 1) } else { 0 };
        let (line, end) = (slice(line, tag, line.len()), end + tag);
        let row = matches!(at(line, 0), b'.' | b'_') && at(line, 1) == at(line, 0);
        let colon = at(line, 0) == b':' && bracket + tag > 0;
        if !(row || colon || matches!(at(line, 0), b' ' | b'\t' | b'|')) {
            return; // another ending, or a colon that is seen by itself
        }
        // пароль от почты: …, пароль от почты - …, пароль | …
        if let Some((joint, skip)) = joint(line) {
            let start = end + joint + skip;
            let blanks = slice(bytes, start, end + line.len()).iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
            let span = word(bytes, start + blanks.count());
            let behind = span.end;
            if !self.is_password(block, rule, span, Setting::Phrase) {
                self.enclosed(block, rule, behind);
            }
            return;
        }
        // пароль от почты Fjk38dm!s
        let text = line.trim_ascii_start();
        let lead = line.len() - text.len();
        let (mut start, mut last) = (end, 0..0);
        for _ in 0..5 {
            start += slice(bytes, start, end + line.len()).iter().take_while(|byte| **byte == b' ').count();
            let span = word(bytes, start);
            let text = slice(bytes, span.start, span.end);
            if text.is_empty() || span.start > start || text.ends_with(b",") {
                break;
            }
            let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
            let signs = text.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_punctuation());
            let account = || OF_ACCOUNT.iter().any(|word| slice(bytes, last.start, last.end) == word.as_bytes());
            let small = || text.len() >= 8 && !account() && !password::is_product(text);
            if text.len() >= 6 && text.is_ascii() && mixed && start > end + lead && (signs || small()) {
                let behind = span.end;
                if self.is_password(block, rule, span, Setting::Phrase) {
                    self.second(block, rule, behind);
                }
                return;
            }
            // пароль до архіву соняшник-44-Степ
            if start > end + lead && is_joined(text) && !account() {
                return self.judge_password(block, rule, span, Setting::Phrase);
            }
            start = span.end;
            last = span;
        }
        // пароль x7Kp2mQ9
        let span = word(bytes, end + lead);
        let text = slice(bytes, span.start, span.end);
        let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
        if text.len() >= 6 && text.is_ascii() && mixed && !password::is_product(text) {
            return self.judge_password(block, rule, span, Setting::Phrase);
        }
        self.enclosed(block, rule, end + lead);
    }

    /// A password in brackets or quotes further on in the line of the word for one: `пароль скрыні памяняць, стары
    /// (Zubr+dastauka7)`. It must look made.
    fn enclosed(&mut self, block: &Block<'_>, rule: RuleIndex, from: usize) {
        let bytes = block.bytes;
        let line = slice(bytes, from, from + ENCLOSED_BYTES);
        let line = slice(line, 0, memchr(b'\n', line).unwrap_or(line.len()));
        let Some(open) = line.iter().position(|byte| matches!(byte, b'(' | b'\'' | b'"')) else { return };
        let close = if at(line, open) == b'(' { b')' } else { at(line, open) };
        let Some(length) = memchr(close, slice(line, open + 1, line.len())) else { return };
        let text = slice(line, open + 1, open + 1 + length);
        if before(line, open) == b' ' && password::is_made(text) {
            self.judge_password(block, rule, from + open + 1..from + open + 1 + length, Setting::Phrase);
        }
    }

    /// The other password behind the one that ends at `end`: `старый Metiz!2024 и новый Pdg-77#leto`.
    fn second(&mut self, block: &Block<'_>, rule: RuleIndex, end: usize) {
        let bytes = block.bytes;
        let rest = slice(bytes, end, end + 40);
        let Some(joint) = JOINTS.iter().find(|joint| rest.starts_with(joint.as_bytes())) else { return };
        let first = word(bytes, end + joint.len());
        let next = word(bytes, first.end + 1);
        for span in [first, next] {
            if password::is_made(slice(bytes, span.start, span.end)) {
                return self.judge_password(block, rule, span, Setting::Phrase);
            }
        }
    }

    /// `machine example.org login anna password …`: accounts for programs that fetch files, on one line or over several.
    pub(super) fn netrc(&mut self, block: &Block<'_>) {
        let bytes = slice(block.bytes, 0, NETRC_BYTES);
        let Some(head) = bytes.iter().position(|byte| !byte.is_ascii_whitespace()) else { return };
        if !slice(bytes, head, head + 8).eq(b"machine ") {
            return;
        }
        let mut label: &[u8] = b"";
        let mut place = head;
        while place < bytes.len() {
            place += slice(bytes, place, bytes.len()).iter().take_while(|byte| **byte <= b' ').count();
            let length = slice(bytes, place, bytes.len()).iter().take_while(|byte| **byte > b' ').count();
            let token = slice(bytes, place, place + length);
            match label {
                b"login" => self.login_of(block, place..place + length),
                b"password" => {
                    if let Some(rule) = self.is_on(self.catalog.known.password) {
                        self.judge_password(block, rule, place..place + length, Setting::Element);
                    }
                }
                _ => {}
            }
            // What stands behind a label is none itself.
            let value = matches!(label, b"login" | b"password" | b"machine" | b"account");
            label = if value { b"" } else { token };
            place += length;
        }
    }

    /// `login anna_b, password …`: the account before the word for its password that ends at `end`.
    pub(super) fn account_before(&mut self, block: &Block<'_>, end: usize) {
        let bytes = block.bytes;
        let from = end.saturating_sub(ACCOUNT_BYTES);
        let left = slice(bytes, from, end);
        let left = slice(left, memchr::memrchr(b'\n', left).map_or(0, |n| n + 1), left.len());
        let from = end - left.len();
        let label =
            ACCOUNTS.iter().filter_map(|label| Some(memmem::rfind(left, label.as_bytes())? + label.len())).max();
        let Some(label) = label else { return };
        let blanks = slice(left, label, label + 2).iter().take_while(|byte| matches!(byte, b' ' | b':')).count();
        let start = from + label + blanks;
        let name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@');
        let length = slice(bytes, start, start + 65).iter().take_while(name).count();
        let gap = slice(bytes, start + length, end);
        // `docker login registry -u bot --password …`
        let near =
            matches!(at(gap, 0), b',' | b';' | b'/' | b' ') && gap.len() <= WORD_GAP_BYTES && !gap.contains(&b'-');
        if blanks > 0 && (3..=64).contains(&length) && near {
            self.login_of(block, start..start + length);
        }
    }

    pub(super) fn login_of(&mut self, block: &Block<'_>, span: Range<usize>) {
        let catalog = self.catalog;
        let number = self.labels.number(b"login", || catalog.label_meaning(b"login"));
        let value = Value { label: b"login", quoted: true, ..self.value(block, span, Setting::Element) };
        if number != 0 {
            self.offer(block, number, &value, Evidence::FIELD);
        }
    }

    pub(super) fn judge_password(&mut self, block: &Block<'_>, rule: RuleIndex, span: Range<usize>, setting: Setting) {
        self.is_password(block, rule, span, setting);
    }

    /// Notes a password, if it is one. Gives whether it is.
    pub(super) fn is_password(
        &mut self, block: &Block<'_>, rule: RuleIndex, span: Range<usize>, setting: Setting,
    ) -> bool {
        let text = slice(block.bytes, span.start, span.end);
        let value = self.value(block, span.clone(), setting);
        let level = password::judge(text, &value);
        if let Some(level) = level {
            self.push(block, span, rule, None, level, Evidence::KEYWORD);
        }
        level.is_some_and(|level| level > Confidence::Low)
    }

    pub(super) fn value<'b>(&self, block: &Block<'b>, span: Range<usize>, setting: Setting) -> Value<'b> {
        Value {
            bytes: block.bytes,
            label: &[],
            start: span.start,
            end: span.end,
            quoted: false,
            setting,
            today: self.today(),
        }
    }
}

/// Where the sign between a label for a password, of which `line` is the rest, and its value stands, and how long it is: a
/// dash between blanks, the border of a cell, a row of dots or underscores, a colon behind the label's last word.
fn joint(line: &[u8]) -> Option<(usize, usize)> {
    let mut i = 0;
    while i < line.len() {
        let rest = slice(line, i, line.len());
        let dash = ["- ", "— ", "– "].into_iter().find(|dash| rest.starts_with(dash.as_bytes()));
        match at(line, i) {
            b':' => return Some((i, 1)),
            b'|' | b'\t' => return Some((i, 1)).filter(|_| i < WORD_BYTES),
            mark @ (b'.' | b'_') if at(rest, 1) == mark => {
                let run = rest.iter().take_while(|byte| **byte == mark).count();
                return Some((i, run));
            }
            _ if dash.is_some() && before(line, i) == b' ' => return dash.map(|dash| (i, dash.len())),
            byte if byte.is_ascii_alphanumeric() || byte >= 0x80 => {}
            b' ' | b'-' | b'.' | b'(' | b')' | b'"' | b'\'' => {}
            _ => return None,
        }
        i += 1;
    }
    None
}

/// What joins a second password to the first.
const JOINTS: [&str; 8] = [" и ", " і ", " й ", " and ", " или ", " або ", " және ", " -> "];

/// Whether a text is Cyrillic words and digits joined by signs, or a word with the digits of a year behind it:
/// `соняшник-44-Степ`, `Зима2025`.
fn is_joined(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = text.iter().filter(|byte| **byte >= 0x80).count();
    let joints = text.iter().filter(|byte| matches!(byte, b'-' | b'_' | b'!' | b'#' | b'@' | b'$' | b'*')).count();
    let year = text.len() - text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let word = slice(text, 0, year).iter().all(|byte| *byte >= 0x80);
    // A letter takes two bytes.
    letters >= 8 && (2..=12).contains(&digits) && (joints >= 2 || (digits == 4 && word && year + 4 == text.len()))
}

/// Words behind which the account stands that a password is for, not the password.
const OF_ACCOUNT: [&str; 22] = [
    "для",
    "у",
    "пользователя",
    "юзера",
    "логина",
    "логин",
    "аккаунта",
    "учётки",
    "учетки",
    "записи",
    "сервера",
    "хоста",
    "базы",
    "користувача",
    "логіна",
    "акаунта",
    "карыстальніка",
    "лагіна",
    "for",
    "of",
    "user",
    "account",
];

/// The word at `start`: up to white space, a quote or a mark that ends a sentence.
pub(super) fn word(bytes: &[u8], start: usize) -> Range<usize> {
    let start = start + usize::from(matches!(at(bytes, start), b'"' | b'\'' | b'`'));
    let window = slice(bytes, start, start + 130);
    let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'<' | b'>');
    let mut end = start + window.iter().position(ends).unwrap_or(window.len());
    while end > start && matches!(before(bytes, end), b'.' | b')' | b':') {
        end -= 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::super::examples::all_found;

    #[test]
    fn accounts_of_fetching_programs_are_told_over_lines() {
        let text = "machine ftp.example.org\nlogin anna.b\npassword Rk8!vQ2mzL0p\n\nmachine x login oleg_7 password hT6-wwPq91x\n";
        assert_eq!(all_found(text, "password"), ["Rk8!vQ2mzL0p", "hT6-wwPq91x"]);
        assert_eq!(all_found(text, "user_name"), ["anna.b", "oleg_7"]);
        assert_eq!(all_found("the machine\nlogin anna.b\npassword Rk8!vQ2mzL0p\n", "password"), Vec::<String>::new());
    }

    #[test]
    fn passwords_are_found_in_the_forms_of_programs_and_people() {
        for text in [
            "CREATE USER 'd'@'%' IDENTIFIED BY 'Zk7#qLp29x';",
            "ALTER USER dinara WITH PASSWORD 'Zk7#qLp29x';",
            "SET PASSWORD FOR 'd'@'%' = PASSWORD('Zk7#qLp29x');",
            "{\"key\":\"password\",\"value\":\"Zk7#qLp29x\"}",
            "{\"name\":\"DB_PASSWORD\",\"value\":\"Zk7#qLp29x\"}",
            "<key>password</key><string>Zk7#qLp29x</string>",
            "<setting name=\"smtp.password\"><value>Zk7#qLp29x</value></setting>",
            "<entry key=\"password\">Zk7#qLp29x</entry>",
            "\\\"pass\\\": \\\"Zk7#qLp29x\\\"",
            "\\\\\\\"password\\\\\\\": \\\\\\\"Zk7#qLp29x\\\\\\\"",
            "a:1:{s:8:\"password\";s:10:\"Zk7#qLp29x\";}",
            "'password' => env('DB_PASSWORD', 'Zk7#qLp29x'),",
            "\nENV MYSQL_ROOT_PASSWORD Zk7#qLp29x\n",
            "client.setPassword(\"Zk7#qLp29x\")",
            "password=\"\"\"Zk7#qLp29x\"\"\"",
            "ldapsearch -D cn=admin -w Zk7#qLp29x -b dc=x",
            "$password = ConvertTo-SecureString \"Zk7#qLp29x\" -AsPlainText -Force",
            "psk=\"Zk7#qLp29x\"",
            "--x\r\nContent-Disposition: form-data; name=\"пароль\"\r\n\r\nZk7#qLp29x\r\n--x",
            "құпиясөз дұрыс емес: енгізілген мән 'Zk7#qLp29x'",
            "пароль скрыні памяняць, стары (Zk7#qLp29x) вісіць",
            "initial pwd Zk7#qLp29x",
        ] {
            assert_eq!(all_found(text, "password"), ["Zk7#qLp29x"], "{text}");
        }
        for (text, want) in [
            ("DB_PASSWORD=Zk7=qLp29x\n", "Zk7=qLp29x"),
            ("Пароль: Zk7&qLp29x\n", "Zk7&qLp29x"),
            ("{\"password\": \"@Zk7qLp29x\"}", "@Zk7qLp29x"),
            ("  password: UXdlcnR5MTIzNDU2IQ==\n", "UXdlcnR5MTIzNDU2IQ=="),
            ("MAIL_PASSWORD='wqkdbhzmtrylxopa'\n", "wqkdbhzmtrylxopa"),
            ("Zoom passcode 9fTq2w\n", "9fTq2w"),
            ("пароль пробовал старый Metiz!2024 и новый Pdg-77#leto, без толку", "Metiz!2024|Pdg-77#leto"),
        ] {
            assert_eq!(all_found(text, "password").join("|"), want, "{text}");
        }
    }

    #[test]
    fn what_programs_do_with_passwords_is_none() {
        for text in [
            "getPassword(\"Enter it now\")",
            "ORDER BY 'name2'",
            "пароль: {мин: 10, ошибка: 2}",
            "неверный пароль: login=t.kovalenko7 попытка 3",
            "пароль неверен (см. issue#12)",
            "password = input(\"pass1?\")",
            "chdir to pwd before make2",
        ] {
            assert_eq!(all_found(text, "password"), Vec::<String>::new(), "{text}");
        }
    }
}
