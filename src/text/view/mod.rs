//! Derived views: text that stands escaped or encoded inside other text.
//!
//! In: a stretch of text, at most 64 KiB, that a mark points at
//! ([`Stretch`]). Out: what it reads once decoded, with a map
//! back to where it stands ([`View`]). A view may hold marks of its own: views nest. Text without marks costs one look.

mod der;
mod escape;
mod folded;
mod hidden;
mod mail;
mod marks;
mod markup;
mod mojibake;

use super::transfer::hex_byte;
pub(crate) use marks::signs;
pub use marks::{Method, STRETCH_BYTES, Stretch};

/// How a stretch of text hid what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// `\u0418`, `\/`, `\n` of JSON, PHP and the like.
    JsonEscape,
    /// `\xD0` of web servers and Python.
    HexEscape,
    /// `%D0`, `%u0418` and `+` of URLs.
    Percent,
    /// `&#1048;`, `&nbsp;`.
    HtmlEntity,
    /// `=D0=98` of mail.
    QuotedPrintable,
    /// `=?utf-8?b?…?=` of mail.
    MimeWord,
    /// Base64, in a line or over many.
    Base64,
    /// `0xD098…` of dumps: what a column of bytes holds.
    Hex,
    /// UTF-8 or windows-1251 taken for another encoding and written again.
    Mojibake,
    /// Soft hyphens, zero-width spaces and joiners inside of a word or number, colours of a terminal.
    Invisible,
    /// Digits and letters of full width.
    FullWidth,
    /// Tags of HTML inside of a number or name: bold, italics, spans.
    Markup,
    /// Lines of calendars, cards and directories that go on behind a line end.
    FoldedLine,
    /// Letters written as a letter and a mark above or below it.
    Decomposed,
}

/// Every name that [`Kind::name`] gives.
pub fn names() -> Vec<&'static str> {
    Kind::ALL.into_iter().map(Kind::name).collect()
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::JsonEscape,
        Self::HexEscape,
        Self::Percent,
        Self::HtmlEntity,
        Self::QuotedPrintable,
        Self::MimeWord,
        Self::Base64,
        Self::Hex,
        Self::Mojibake,
        Self::Invisible,
        Self::FullWidth,
        Self::Markup,
        Self::FoldedLine,
        Self::Decomposed,
    ];

    /// The report's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonEscape => "json-escape",
            Self::HexEscape => "hex-escape",
            Self::Percent => "percent",
            Self::HtmlEntity => "html-entity",
            Self::QuotedPrintable => "quoted-printable",
            Self::MimeWord => "mime-word",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Mojibake => "mojibake",
            Self::Invisible => "invisible",
            Self::FullWidth => "full-width",
            Self::Markup => "markup",
            Self::FoldedLine => "folded-line",
            Self::Decomposed => "decomposed",
        }
    }
}

/// A stretch of a view: copied byte by byte, or one piece of the source that stands for others.
#[derive(Clone, Copy, Debug)]
struct Run {
    source: u32,
    view: u32,
    /// Source bytes of the piece; 0 if the run is copied.
    piece: u32,
}

/// A decoded stretch of text. A buffer to be used again and again.
#[derive(Debug, Default)]
pub struct View {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    kinds: u16,
    own_start: usize,
}

/// Bytes before a stretch that are copied for the words in them.
const LEAD_BYTES: usize = 200;

/// Where the line above the one at `i` begins, as far as it is near.
fn lead(text: &[u8], i: usize) -> usize {
    let floor = i.saturating_sub(LEAD_BYTES);
    let near = super::slice(text, floor, i);
    let mut ends = memchr::memrchr_iter(b'\n', near);
    let start = match (near.last(), ends.next(), ends.next()) {
        (Some(b'\n'), _, above) => above.map_or(floor, |n| floor + n + 1),
        (_, own, _) => own.map_or(floor, |n| floor + n + 1),
    };
    super::utf8::boundary_from(text, start).min(i)
}

impl View {
    /// Decodes a stretch of `text`; gives whether anything in it was encoded that may be text. Offsets of the source count
    /// from the beginning of `text`.
    pub fn read(&mut self, text: &[u8], stretch: &Stretch) -> bool {
        // Pictures and archives are told from their first bytes.
        let head = stretch.head(text);
        let is_der = stretch.method == Method::Base64 && is_der(&head);
        if stretch.method == Method::Base64 && !is_der && !may_be_text(&head, 20) {
            return false;
        }
        self.bytes.clear();
        self.runs.clear();
        self.kinds = 0;
        let start = stretch.range.start;
        self.copy(text, lead(text, start)..start);
        self.own_start = self.bytes.len();
        match stretch.method {
            Method::Escapes => escape::decode(text, stretch.range.clone(), self),
            Method::Base64 if is_der => {
                let mut inner = Self::default();
                mail::base64(text, stretch.range.clone(), &mut inner);
                der::strings(&inner, self);
            }
            Method::Base64 => mail::base64(text, stretch.range.clone(), self),
            Method::Hex => {
                for i in stretch.range.clone().step_by(2) {
                    if let Some(byte) = hex_byte(text, i) {
                        self.put(i..i + 2, &[byte], Kind::Hex);
                    }
                }
            }
            Method::QuotedPrintable => mail::quoted_printable(text, stretch.range.clone(), self),
            Method::MimeWords => mail::words(text, stretch.range.clone(), self),
            Method::Mojibake => mojibake::decode(text, stretch.range.clone(), self),
            Method::Hidden => hidden::decode(text, stretch.range.clone(), self),
            Method::Decomposed => hidden::compose(text, stretch.range.clone(), self),
            Method::Colours => hidden::without_colours(text, stretch.range.clone(), self),
            Method::Markup => markup::decode(text, stretch.range.clone(), self),
            Method::Folded => folded::decode(text, stretch.range.clone(), self),
        }
        self.kinds != 0
    }

    /// What was decoded last; not always UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the stretch itself begins: before it stand some bytes that come before it.
    pub fn own_start(&self) -> usize {
        self.own_start
    }

    /// The stretch itself, decoded.
    pub fn own(&self) -> &[u8] {
        super::slice(&self.bytes, self.own_start, self.bytes.len())
    }

    /// How it was hidden.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(|kind| self.kinds >> *kind as u16 & 1 != 0)
    }

    /// The source of a range of the view, which is not empty.
    pub fn source(&self, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        let run = |i: usize| {
            let after = self.runs.partition_point(|run| run.view as usize <= i);
            after.checked_sub(1).and_then(|before| self.runs.get(before))
        };
        let start = run(range.start).map_or(0, |run| match run.piece {
            0 => run.source as usize + range.start - run.view as usize,
            _ => run.source as usize,
        });
        let end = run(range.end.saturating_sub(1)).map_or(0, |run| match run.piece {
            0 => run.source as usize + range.end - run.view as usize,
            piece => (run.source + piece) as usize,
        });
        start..end.max(start)
    }

    /// Copies source bytes as they are.
    fn copy(&mut self, text: &[u8], range: std::ops::Range<usize>) {
        if range.is_empty() {
            return;
        }
        let follows = self.runs.last().is_some_and(|run| {
            run.piece == 0 && run.source as usize + self.bytes.len() - run.view as usize == range.start
        });
        if !follows {
            self.runs.push(Run { source: range.start as u32, view: self.bytes.len() as u32, piece: 0 });
        }
        self.bytes.extend_from_slice(super::slice(text, range.start, range.end));
    }

    /// Puts what a piece of the source stands for.
    fn put(&mut self, source: std::ops::Range<usize>, bytes: &[u8], kind: Kind) {
        self.kinds |= 1 << kind as u16;
        if !bytes.is_empty() {
            let (start, piece) = (source.start as u32, source.len() as u32);
            self.runs.push(Run { source: start, view: self.bytes.len() as u32, piece: piece.max(1) });
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn put_char(&mut self, source: std::ops::Range<usize>, c: char, kind: Kind) {
        self.put(source, c.encode_utf8(&mut [0; 4]).as_bytes(), kind);
    }

    /// Puts bytes that pieces of `size` source bytes each stand for: characters of UTF-8, or of the eight-bit encoding
    /// that they are most likely in.
    fn put_text(&mut self, start: usize, size: usize, bytes: &[u8], kind: Kind) {
        let mut i = 0;
        // Names that are parted by zeros are text.
        if bytes.len() >= 16 && !may_be_text(bytes, 10) {
            return self.put_char(start..start + bytes.len() * size, char::REPLACEMENT_CHARACTER, kind);
        }
        let utf8 = std::str::from_utf8(bytes).is_ok();
        let encoding = super::encoding::encoding_of(bytes, super::encoding::Encoding::Windows1251);
        if utf8 || encoding == super::encoding::Encoding::Utf8 {
            while let Some((c, length)) = super::utf8::char_at(bytes, i) {
                self.put_char(start + i * size..start + (i + length) * size, c, kind);
                i += length;
            }
            return;
        }
        let mut letters = String::new();
        encoding.decode(bytes, &mut letters);
        for c in letters.chars() {
            self.put_char(start + i * size..start + (i + 1) * size, c, kind);
            i += 1;
        }
    }
}

/// Whether bytes begin a certificate or signature, whose strings are read.
pub(crate) fn is_der(head: &[u8]) -> bool {
    der::begins(head)
}

/// Whether bytes may be text: at most one of `share` is a control character, unless they are UTF-16 or UTF-32.
fn may_be_text(bytes: &[u8], share: usize) -> bool {
    let controls = bytes.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')).count();
    controls * share <= bytes.len() || super::encoding::Coding::wide(bytes).is_some()
}

/// The number that four hexadecimal digits at `i` stand for.
fn hex_word(text: &[u8], i: usize) -> Option<u16> {
    Some(u16::from(hex_byte(text, i)?) << 8 | u16::from(hex_byte(text, i + 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::literals::Literals;
    use proptest::prelude::*;

    /// All stretches of a text, decoded, with the names of how they were hidden.
    fn views(text: &[u8]) -> Vec<(String, Vec<&'static str>)> {
        let (marks, mut view, mut from, mut found) = (Literals::new(signs()), View::default(), 0, Vec::new());
        while let Some(mark) = marks.find(text, from, text.len()) {
            from = mark.end;
            let Some(stretch) = Stretch::of_mark(text, mark.literal, mark.start..mark.end) else { continue };
            assert!(stretch.goes_on() >= from && stretch.range.end <= text.len(), "{stretch:?}");
            from = stretch.goes_on();
            keep(&mut view, text, &stretch, &mut found);
        }
        for search in [Stretch::hidden, Stretch::marked_up, Stretch::coloured] {
            found_by(search, text, &mut found);
        }
        found
    }

    fn found_by(
        search: fn(&[u8], std::ops::Range<usize>) -> Option<Stretch>, text: &[u8],
        found: &mut Vec<(String, Vec<&'static str>)>,
    ) {
        let (mut view, mut rest) = (View::default(), 0..text.len());
        while let Some(stretch) = search(text, rest.clone()) {
            assert!(stretch.goes_on() > rest.start && stretch.range.end <= text.len(), "{stretch:?}");
            rest.start = stretch.goes_on();
            keep(&mut view, text, &stretch, found);
        }
    }

    fn keep(view: &mut View, text: &[u8], stretch: &Stretch, found: &mut Vec<(String, Vec<&'static str>)>) {
        if view.read(text, stretch) {
            map_is_sound(view, stretch);
            let read = String::from_utf8_lossy(view.own()).into_owned();
            found.push((read, view.kinds().map(Kind::name).collect()));
        }
    }

    /// Every character's source lies inside the stretch, and behind that of the one before.
    fn map_is_sound(view: &View, stretch: &Stretch) {
        let (mut i, mut last) = (view.own_start(), stretch.range.start);
        while let Some((_, length)) = crate::text::utf8::char_at(view.bytes(), i) {
            let source = view.source(&(i..i + length));
            assert!(last <= source.start && source.start < source.end && source.end <= stretch.range.end, "{source:?}");
            last = source.start;
            i += length;
        }
    }

    fn one(text: &str) -> (String, Vec<&'static str>) {
        let all = views(text.as_bytes());
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn escapes_of_a_line_are_read() {
        for (text, want, kind) in [
            (r#"{"phone":"\u002b7 701 555\u00a001 23"}"#, "{\"phone\":\"+7 701 555\u{A0}01 23\"}", "json-escape"),
            (r#"{"a":"\\u0418\\u0432\/\n\"x\""}"#, "{\"a\":\"Ив/\n\"x\"\"}", "json-escape"),
            (r"\ud83d\ude00 \u0410", "😀 А", "json-escape"),
            (r"GET /\xD0\x98\xD0\xB2 x", "GET /Ив x", "hex-escape"),
            ("?phone=%2B77015550123&a=b", "?phone=+77015550123&a=b", "percent"),
            ("fio=%D0%98%D0%B2+%D0%9F&t=+7", "fio=Ив П&t=+7", "percent"),
            ("fio=%C8%E2%E0%ED%EE%E2 x", "fio=Иванов x", "percent"),
            ("name=%u0418%u0432", "name=Ив", "percent"),
            ("mail=a%40b.kz", "mail=a@b.kz", "percent"),
            ("t=%2B7+701+234-56-78&sum=1+2", "t=+7 701 234-56-78&sum=1+2", "percent"),
            ("&#1048;&#x432;&nbsp;&laquo;x&raquo;", "Ив\u{A0}«x»", "html-entity"),
            ("Ð˜Ð²Ð°Ð½ 7", "Иван 7", "mojibake"),
            ("РўРµСЃС‚РѕРІ", "Тестов", "mojibake"),
            ("Èâàíîâ Ïåòð", "Иванов Петр", "mojibake"),
            ("ИИН 9001\u{200b}01300\u{ad}017", "ИИН 900101300017", "invisible"),
            ("mor\u{2060}ozova\u{feff}@primer.kz", "morozova@primer.kz", "invisible"),
            ("ИИН ９００１０１３０００１７", "ИИН 900101300017", "full-width"),
            ("INFO iin=\u{1b}[1;36m900101300017\u{1b}[0m ok", "INFO iin=900101300017 ok", "invisible"),
            ("\u{1b}[32mINFO\u{1b}[0m900101300017", "INFO 900101300017", "invisible"),
            ("ИИН <span>900101</span><span lang=KZ>300017</span>,", "ИИН 900101300017,", "markup"),
            ("<p><b>+7</b> (701) <B>555</B>-38-21</p>", "<p>+7 (701) 555-38-21", "markup"),
            ("<td>Иванов <b>Пётр</b></td>", "<td>Иванов Пётр", "markup"),
            ("Сергеи\u{306} Королев Jose\u{301}", "Сергей Королев José", "decomposed"),
        ] {
            assert_eq!(one(text), (want.to_owned(), vec![kind]), "{text}");
        }
    }

    #[test]
    fn mail_is_read() {
        let subject = "Subject: =?utf-8?b?0JjQstCw0L0=?=\n =?utf-8?q?_=D0=9F?=\nFrom: a\n";
        assert_eq!(one(subject), ("Subject: Иван П".to_owned(), vec!["mime-word"]));
        let quoted = "Content-Transfer-Encoding: quoted-printable\n\n=D0=98=D0=\n=B2 7=\n01=3D\n--end\n";
        assert_eq!(one(quoted), ("Ив 701=\n".to_owned(), vec!["quoted-printable"]));
        let base64 = "Content-Transfer-Encoding: base64\r\n\r\n0JjQstCw0L0g0JjQstCw\r\n0L3QvtCy\r\n\r\nx";
        assert_eq!(one(base64), ("Иван Иванов".to_owned(), vec!["base64"]));
        let token = "Authorization: Basic aXZhbkBwcmltZXIua3o6eDE=";
        assert_eq!(one(token), ("ivan@primer.kz:x1".to_owned(), vec!["base64"]));
        assert_eq!(one("{\"v\":\"eyJhIjoi0JjQsiJ9Cg\"}").0, "{\"a\":\"Ив\"}\n");
    }

    #[test]
    fn lines_that_go_on_are_read_as_one() {
        for (text, want) in [
            (
                "LOCATION:Алматы\\, ул. А\r\n баева\\, 5\r\nX:y\r\n",
                vec![("LOCATION:Алматы, ул. Абаева, 5\r", "folded-line")],
            ),
            ("dn: a\ncn:: 0JjQstCw0L0g\n 0JjQstCw0L3QvtCy\n", vec![("Иван Иванов", "base64")]),
            ("a: 1\nurl: x::y\n\nb: 2\n", vec![]),
        ] {
            let mut found = Vec::new();
            found_by(Stretch::folded, text.as_bytes(), &mut found);
            let found: Vec<_> = found.iter().map(|(read, kinds)| (read.as_str(), kinds[0])).collect();
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn text_that_hides_nothing_has_no_views() {
        for text in [
            "<p>See <b>this</b> and <i>that</i>, 5 <b>of</b> 7</p> <b>Note</b> that",
            "\u{1b}[2J\u{1b}[1;1H \u{1b}[K",
            "plain text, 100 % of it; a=b&c=d; C:\\new\\table",
            "https://x.kz/a%2Fb?c=%7Bd%7D&e=1+2 a%20b",
            "Обычный текст: Рёв и Р. С. Петров",
            "&amp; &lt;b&gt; =D base6 4",
            "пере\u{ad}нос, 👩\u{200d}💻, \u{feff}first, 5\u{200b} words, ７ days",
        ] {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn any_text_is_read_with_a_sound_map(parts in proptest::collection::vec((0usize..24, "[ -~а-яё\\n]{0,9}"), 0..40)) {
            const PIECES: [&str; 24] = [
                "\\u0418", "\\\\u0432", "\\ud83d", "\\xD0\\x98", "%D0%98", "%C8", "%u0418", "+", "&#1048;", "&nbsp;", "=D0=98", "=\n",
                "=?utf-8?b?0JjQsg==?=", "eyJhIjoi0JjQsiJ9", "Ð˜Ð²", "Content-Transfer-Encoding: base64\n\n0JjQ\n",
                "Content-Transfer-Encoding: quoted-printable\n\n", "\u{1b}[1m", "\n ", "\\,", "cn:: ", "1</b><i>2", "<b>", "\r\n\t",
            ];
            let text: String = parts.iter().flat_map(|(n, part)| [part.as_str(), PIECES[*n]]).collect();
            views(text.as_bytes());
            found_by(Stretch::folded, text.as_bytes(), &mut Vec::new());
        }

        #[test]
        fn any_bytes_are_read_with_a_sound_map(bytes in proptest::collection::vec(
            proptest::sample::select(b"\\u0418xD%20+&#;=?bQ Basic_eyJ\n\xD0\x98\xC3\xA0".to_vec()), 0..400)) {
            views(&bytes);
        }
    }
}
