//! Patterns for paths.
//!
//! In:      a pattern and a path, both any bytes.
//! Out:     whether the whole path, or its last name, fits.
//! Promise: time grows with pattern times path, whatever they hold; a mistake in a pattern is an error, never a
//!          pattern that fits nothing.
//!
//! | written  | fits |
//! |---|---|
//! | `*`      | any characters but `/` |
//! | `?`      | one character but `/` |
//! | `**/`    | any number of directories, also none |
//! | `**`     | anything, `/` included |
//! | `[а-яё]` | one character of the set; `[!…]` or `[^…]` one outside it; never `/` |
//! | `\x`     | `x` itself |
//!
//! A pattern without `/` is compared with the last name, one with `/` with the whole path as walked. A `/` at the end
//! stands for "a directory". A leading `./` means nothing, in pattern and path. A character is a UTF-8 character, or
//! one byte where the bytes are not UTF-8.

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
    whole_path: bool,
    directory_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(u32),
    One,
    Star,
    DeepStar,
    Directories,
    Set { negated: bool, ranges: Vec<(u32, u32)> },
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the pattern `{pattern}`: {fault}")]
pub struct GlobError {
    pattern: String,
    fault: GlobFault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GlobFault {
    Empty,
    OpenSet,
    BackwardRange,
    LoneBackslash,
}

impl fmt::Display for GlobFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::OpenSet => "a `[` has no `]`",
            Self::BackwardRange => "a range in `[…]` runs backward",
            Self::LoneBackslash => "nothing follows the last `\\`",
        })
    }
}

const SLASH: u32 = '/' as u32;

/// Characters of UTF-8 by their number; bytes that are not UTF-8 by numbers above all characters.
fn units(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let stray = chunk.invalid().iter().map(|byte| 0x11_0000 + u32::from(*byte));
        chunk.valid().chars().map(u32::from).chain(stray)
    })
}

fn without_dot_slash(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"./") {
        bytes = rest;
    }
    bytes
}

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When it is empty, a set is not closed or runs backward, or it ends in a lone backslash.
    pub fn new(pattern: impl AsRef<[u8]>) -> Result<Self, GlobError> {
        let pattern = pattern.as_ref();
        let fail = |fault| GlobError { pattern: String::from_utf8_lossy(pattern).into_owned(), fault };
        let (body, directory_only) = match without_dot_slash(pattern) {
            b"/" => (&b"/"[..], false),
            body => body.strip_suffix(b"/").map_or((body, false), |rest| (rest, true)),
        };
        if body.is_empty() {
            return Err(fail(GlobFault::Empty));
        }
        let mut tokens = Vec::new();
        let mut rest = units(body).peekable();
        let mut name_starts = true;
        while let Some(unit) = rest.next() {
            let token = match char::from_u32(unit) {
                Some('?') => Token::One,
                Some('*') => {
                    let mut deep = false;
                    while rest.next_if_eq(&u32::from('*')).is_some() {
                        deep = true;
                    }
                    if deep && name_starts && rest.next_if_eq(&SLASH).is_some() {
                        tokens.push(Token::Directories);
                        continue;
                    }
                    if deep { Token::DeepStar } else { Token::Star }
                }
                Some('\\') => Token::Literal(rest.next().ok_or_else(|| fail(GlobFault::LoneBackslash))?),
                Some('[') => parse_set(&mut rest).map_err(fail)?,
                _ => Token::Literal(unit),
            };
            name_starts = token == Token::Literal(SLASH);
            tokens.push(token);
        }
        Ok(Self { tokens, whole_path: body.contains(&b'/'), directory_only })
    }

    /// Whether the pattern fits this path.
    pub fn matches(&self, path: &Path, is_directory: bool) -> bool {
        if self.directory_only && !is_directory {
            return false;
        }
        if self.whole_path {
            self.fits(without_dot_slash(path.as_os_str().as_bytes()))
        } else {
            path.file_name().is_some_and(|name| self.fits(name.as_bytes()))
        }
    }

    /// All places in the pattern that the text read so far can lead to are followed at once.
    fn fits(&self, text: &[u8]) -> bool {
        let mut now = Places::new(self.tokens.len());
        let mut next = Places::new(self.tokens.len());
        now.reach(0, &self.tokens);
        for unit in units(text) {
            if now.is_empty() {
                return false;
            }
            next.clear();
            for (index, token) in self.tokens.iter().enumerate().filter(|(index, _)| now.has(*index)) {
                match token {
                    Token::Literal(wanted) if *wanted == unit => next.reach(index + 1, &self.tokens),
                    Token::One if unit != SLASH => next.reach(index + 1, &self.tokens),
                    Token::Set { negated, ranges }
                        if unit != SLASH
                            && ranges.iter().any(|(first, last)| (*first..=*last).contains(&unit)) != *negated =>
                    {
                        next.reach(index + 1, &self.tokens);
                    }
                    Token::Star if unit != SLASH => next.reach(index, &self.tokens),
                    Token::DeepStar => next.reach(index, &self.tokens),
                    Token::Directories => {
                        // Inside a directory's name the pattern does not go on; after its slash it may.
                        next.stay(index);
                        if unit == SLASH {
                            next.reach(index + 1, &self.tokens);
                        }
                    }
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        now.has(self.tokens.len())
    }
}

fn parse_set(rest: &mut std::iter::Peekable<impl Iterator<Item = u32>>) -> Result<Token, GlobFault> {
    const OPEN: GlobFault = GlobFault::OpenSet;
    let negated = rest.next_if(|unit| *unit == u32::from('!') || *unit == u32::from('^')).is_some();
    let mut ranges = Vec::new();
    loop {
        let mut first = rest.next().ok_or(OPEN)?;
        if first == u32::from(']') && !ranges.is_empty() {
            return Ok(Token::Set { negated, ranges });
        }
        if first == u32::from('\\') {
            first = rest.next().ok_or(OPEN)?;
        }
        if rest.next_if_eq(&u32::from('-')).is_none() {
            ranges.push((first, first));
        } else if rest.peek() == Some(&u32::from(']')) {
            ranges.extend([(first, first), (u32::from('-'), u32::from('-'))]);
        } else {
            let mut last = rest.next().ok_or(OPEN)?;
            if last == u32::from('\\') {
                last = rest.next().ok_or(OPEN)?;
            }
            if last < first {
                return Err(GlobFault::BackwardRange);
            }
            ranges.push((first, last));
        }
    }
}

/// A set of places in a pattern.
struct Places {
    on: Vec<bool>,
    any: bool,
}

impl Places {
    fn new(token_count: usize) -> Self {
        Self { on: vec![false; token_count + 1], any: false }
    }

    fn clear(&mut self) {
        self.on.fill(false);
        self.any = false;
    }

    fn is_empty(&self) -> bool {
        !self.any
    }

    fn has(&self, index: usize) -> bool {
        self.on.get(index).copied().unwrap_or(false)
    }

    fn stay(&mut self, index: usize) {
        if let Some(place) = self.on.get_mut(index) {
            *place = true;
            self.any = true;
        }
    }

    /// Adds a place, and the places after it as long as what stands there may be nothing at all.
    fn reach(&mut self, index: usize, tokens: &[Token]) {
        let empty = |token: &&Token| matches!(token, Token::Star | Token::DeepStar | Token::Directories);
        let skipped = tokens.get(index..).unwrap_or_default().iter().take_while(empty).count();
        (index..=index + skipped).for_each(|place| self.stay(place));
    }
}

#[cfg(test)]
mod tests {
    use super::{Glob, GlobFault};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    fn fits(pattern: &[u8], path: &[u8]) -> bool {
        Glob::new(pattern).unwrap().matches(Path::new(OsStr::from_bytes(path)), false)
    }

    #[test]
    fn table() {
        let rows: &[(&str, &[&str], &[&str])] = &[
            ("a.log", &["a.log", "/var/a.log", "./a.log"], &["b.log", "a.log.1", "a.log/x", "aXlog"]),
            ("*.log", &["a.log", "/var/log/a.log", ".log", "a.b.log"], &["a.logs", "a.log/x"]),
            ("*", &["a", "/a/b", ".hidden"], &["/"]),
            ("?", &["a", "/x/я"], &["ab", "яя"]),
            ("a?c", &["abc", "aяc"], &["ac", "abbc"]),
            ("[ab]*", &["a", "bcd"], &["cab", "]"]),
            ("[!ab]", &["c", "я"], &["a", "b", "cc"]),
            ("[^ab]", &["c"], &["a"]),
            ("[a-c]", &["a", "b", "c"], &["d", "-"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[]]", &["]"], &["a"]),
            ("[!]]", &["a"], &["]"]),
            ("[а-яё]*", &["жук", "ёж"], &["Жук", "zhuk"]),
            ("[\\]x]", &["]", "x"], &["\\"]),
            ("\\*", &["*"], &["a", "\\*"]),
            ("/var/*.log", &["/var/a.log"], &["/var/x/a.log", "x/var/a.log"]),
            ("/var/**", &["/var/a", "/var/a/b"], &["/var", "/vari"]),
            ("/var/**/x", &["/var/x", "/var/a/x", "/var/a/b/x"], &["/var/ax", "/var/a/bx", "/x"]),
            ("**/cache", &["cache", "a/cache", "/a/b/cache"], &["a/xcache", "cache/a"]),
            ("**/cache/**", &["cache/x", "/a/cache/b/c"], &["cache", "a/cached/x"]),
            ("**/a/**/b", &["a/b", "x/a/y/z/b"], &["xa/b", "a/xb"]),
            ("a**c/d", &["abc/d", "a/b/c/d"], &["abc", "ab/d"]),
            ("./a/b", &["a/b", "./a/b"], &["x/a/b"]),
            ("a/[!x]b", &["a/cb"], &["a/xb", "a//b"]),
            ("a*b*c", &["abc", "axxbyyc", "abbbc"], &["acb", "ab/c"]),
            ("/", &["/"], &["/a"]),
        ];
        for (pattern, yes, no) in rows {
            yes.iter().for_each(|path| assert!(fits(pattern.as_bytes(), path.as_bytes()), "{pattern} fits {path}"));
            no.iter().for_each(|path| assert!(!fits(pattern.as_bytes(), path.as_bytes()), "{pattern} spares {path}"));
        }
    }

    #[test]
    fn a_slash_at_the_end_asks_for_a_directory() {
        let glob = Glob::new("cache/").unwrap();
        assert!(glob.matches(Path::new("/a/cache"), true));
        assert!(!glob.matches(Path::new("/a/cache"), false));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_characters_too() {
        assert!(fits(b"\xEF\xF0*", b"/x/\xEF\xF0\xE8.txt"), "windows-1251");
        assert!(fits(b"a?b", b"a\xFFb"));
        assert!(!fits(b"a?b", b"a\xFF\xFEb"));
        assert!(fits(b"[!a]", b"\xFF"));
        assert!(fits(b"a\nb", b"a\nb"));
    }

    #[test]
    fn mistakes_are_errors() {
        let fault = |pattern: &str| Glob::new(pattern).unwrap_err().fault;
        assert_eq!(fault(""), GlobFault::Empty);
        assert_eq!(fault("./"), GlobFault::Empty);
        assert_eq!(fault("[a"), GlobFault::OpenSet);
        assert_eq!(fault("[]"), GlobFault::OpenSet);
        assert_eq!(fault("[z-a]"), GlobFault::BackwardRange);
        assert_eq!(fault("a\\"), GlobFault::LoneBackslash);
        assert_eq!(Glob::new("[a").unwrap_err().to_string(), "cannot use the pattern `[a`: a `[` has no `]`");
    }

    #[test]
    fn time_is_bounded_by_pattern_times_path() {
        let start = std::time::Instant::now();
        assert!(!fits("*a".repeat(40).as_bytes(), format!("{}b", "a".repeat(4000)).as_bytes()));
        assert!(!fits("**/a/".repeat(30).as_bytes(), "a/".repeat(1000).as_bytes()));
        assert!(start.elapsed().as_secs() < 5);
    }
}
