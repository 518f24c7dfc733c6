//! One pass over raw bytes that finds the few places where a value can stand.
//!
//! In: the bytes of a block. Out: triggers, a kind and a place each. Digits, `@` and Latin shapes are the same bytes in
//! every encoding that contains ASCII, so nothing is decoded. Whether a trigger fires at a byte depends on that byte and
//! the 16 before it alone: windows of 64 bytes overlap by 16, there is no carried state, and the plain twin
//! ([`plain`]) states each rule on its own. Both must agree on every input (test and fuzz target `finder`).
//!
//! Most windows hold nothing: a first look at ten byte classes decides that, the rest is worked out for the others.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod literals;
pub mod plain;
#[cfg(target_arch = "x86_64")]
mod sse2;

/// What a place may be the beginning, middle or end of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// The sixth digit of a run of digits, or a digit ten bytes behind another one with nothing but digits and
    /// separators between, two digits side by side among them.
    Number,
    /// The third group after a dot: a dotted quad or a number grouped with dots.
    Dots,
    /// Two letters and two digits at the beginning of a word.
    Iban,
    /// The end of a word that ends in four or more digits after a letter.
    WordEnd,
    /// A letter behind a group of three or four digits, or the space behind one that follows a byte above ASCII.
    Plate,
    /// `@`, or the last digit of `%40`, `&#64`, `u0040`.
    At,
    /// `<<` behind a capital letter.
    Mrz,
    /// Two colons side by side, or four close together.
    Colons,
    /// Five dashes, or two dots, at the places where a hardware address has them.
    Mac,
    /// `=` or `:` behind the end of a known name (quotes and spaces may stand between), `=` behind a name with `_`, or the
    /// slash of a closing tag.
    Equals,
    /// `eyJ` at the beginning of a word.
    Jwt,
    /// `.me/`, `tg://`, `viber://`, `skype:`, `live:`.
    Messenger,
    /// Three dashes five bytes apart.
    Uuid,
    /// The last byte of a capital letter that begins a word: Cyrillic in UTF-8 behind an ASCII byte or the last byte of a
    /// no-break space; Latin behind a space that follows a small letter or a dot.
    Word,
    /// The last byte of a small `вич`, `віч` or `вн` in UTF-8: a patronymic may end there.
    Patronymic,
    /// The first digit of a number with a byte above ASCII among the four before it: a house behind a street.
    House,
    /// The first digit of the third of three groups of digits between dots, dashes or slashes, the second of two digits.
    Date,
    /// The byte behind a year that stands alone: 19 or 20 and two more digits.
    Year,
    /// A beginning that secrets have: `-----`, `AKI`, `ASI`, `AI`, `rest/`, `пароль`, ` -p`, ` -u`, ` -w`, `sk-`, `glpat-`, `xoxb-`.
    Secret,
}

impl Kind {
    /// All kinds, by their number.
    pub const ALL: [Self; 19] = [
        Self::Number,
        Self::Dots,
        Self::Iban,
        Self::WordEnd,
        Self::Plate,
        Self::At,
        Self::Mrz,
        Self::Colons,
        Self::Mac,
        Self::Equals,
        Self::Jwt,
        Self::Messenger,
        Self::Uuid,
        Self::Word,
        Self::Patronymic,
        Self::House,
        Self::Date,
        Self::Year,
        Self::Secret,
    ];
}

/// A kind and a byte offset below 2^24.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trigger(u32);

impl Trigger {
    /// Bytes that one call may look at.
    pub const MAX_OFFSET: usize = 1 << 24;

    #[inline(always)]
    fn new(kind: Kind, offset: usize) -> Self {
        Self((kind as u32) << 24 | offset as u32)
    }

    /// What may stand there.
    #[inline(always)]
    pub fn kind(self) -> Kind {
        Kind::ALL.get((self.0 >> 24) as usize).copied().unwrap_or(Kind::Number)
    }

    /// Offset of the byte that fired.
    #[inline(always)]
    pub fn offset(self) -> usize {
        (self.0 & 0xFF_FFFF) as usize
    }
}

/// A list of triggers, written without looking at how many there are.
#[derive(Debug, Default)]
pub struct Triggers {
    buffer: Vec<u32>,
    count: usize,
}

impl Triggers {
    /// Forgets all.
    fn clear(&mut self) {
        self.count = 0;
    }

    /// Puts triggers in the order of their bytes, whatever windows they fell into: those of one window are out of it.
    fn sort(&mut self) {
        let order = |trigger: u32| trigger.rotate_left(8);
        let Some(list) = self.buffer.get_mut(..self.count) else { return };
        for i in 1..list.len() {
            let mut at = i;
            while let Some([left, right]) = at.checked_sub(1).and_then(|left| list.get_mut(left..=at)) {
                if order(*left) <= order(*right) {
                    break;
                }
                std::mem::swap(left, right);
                at -= 1;
            }
        }
    }

    /// All triggers, byte by byte.
    pub fn iter(&self) -> impl Iterator<Item = Trigger> {
        self.buffer.iter().take(self.count).copied().map(Trigger)
    }

    /// Makes room for what one window may fire.
    #[inline(always)]
    fn make_room(&mut self) {
        if self.buffer.len() < self.count + 4 * 64 {
            self.buffer.resize((self.buffer.len() * 2).max(4096), 0);
        }
    }

    fn push(&mut self, kind: Kind, offset: usize) {
        self.make_room();
        if let Some(slot) = self.buffer.get_mut(self.count) {
            *slot = Trigger::new(kind, offset).0;
        }
        self.count += 1;
    }

    /// Notes one trigger for each bit. Two are written whatever their number is: that costs less than a branch that the
    /// processor cannot guess.
    #[inline(always)]
    fn note(&mut self, mut bits: u64, first: u32, code: impl Fn(u32) -> u32) {
        let count = bits.count_ones() as usize;
        if let Some(slots) = self.buffer.get_mut(self.count..).and_then(|rest| rest.first_chunk_mut::<64>()) {
            let [one, two, rest @ ..] = slots;
            *one = first.wrapping_add(bits.trailing_zeros()) | code(bits.trailing_zeros() & 63);
            bits &= bits.wrapping_sub(1);
            *two = first.wrapping_add(bits.trailing_zeros()) | code(bits.trailing_zeros() & 63);
            bits &= bits.wrapping_sub(1);
            let mut more = rest.iter_mut();
            while bits != 0 {
                if let Some(slot) = more.next() {
                    *slot = first.wrapping_add(bits.trailing_zeros()) | code(bits.trailing_zeros() & 63);
                }
                bits &= bits - 1;
            }
        }
        self.count += count;
    }
}

impl std::fmt::Debug for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{}", self.kind(), self.offset())
    }
}

/// Which kinds are wanted, and which names may stand before `=`.
#[derive(Clone, Debug)]
pub struct Wanted {
    kinds: u32,
    /// Whether names with an open end are known.
    open_names: bool,
    /// One bit for each three letters that a known name ends in, in either case.
    endings: Box<[u64; 1024]>,
}

impl Wanted {
    /// Nothing is wanted yet.
    pub fn none() -> Self {
        Self { kinds: 0, open_names: false, endings: Box::new([0; 1024]) }
    }

    /// Wants a kind.
    pub fn want(&mut self, kind: Kind) {
        self.kinds |= 1 << kind as u32;
    }

    /// Whether a kind is wanted.
    #[inline(always)]
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds >> kind as u32 & 1 != 0
    }

    /// Wants `=` and `:` behind names that end as this one does, in either case.
    pub fn want_name(&mut self, name: &[u8]) {
        self.want(Kind::Equals);
        match *name {
            [.., first, second, third] => self.want_ending(first, second, third),
            [second, third] => (0..32).for_each(|first| self.want_ending(first, second, third)),
            _ => {}
        }
    }

    fn want_ending(&mut self, first: u8, second: u8, third: u8) {
        let place = Self::ending_place(first, second, third);
        if let Some(word) = self.endings.get_mut(place >> 6) {
            *word |= 1 << (place & 63);
        }
    }

    /// Five bits of each byte are a letter without its case; one more tells ASCII from other bytes.
    #[inline(always)]
    fn ending_place(first: u8, second: u8, third: u8) -> usize {
        let letter = |byte: u8| usize::from(byte & 31);
        letter(first) | letter(second) << 5 | letter(third) << 10 | usize::from(third >> 7) << 15
    }

    /// Wants `=` behind names with `_` among their last 14 bytes: names with an open end.
    pub fn want_open_names(&mut self) {
        self.want(Kind::Equals);
        self.open_names = true;
    }

    #[inline(always)]
    fn ending(&self, first: u8, second: u8, third: u8) -> bool {
        let place = Self::ending_place(first, second, third);
        self.endings.get(place >> 6).is_some_and(|word| word >> (place & 63) & 1 != 0)
    }

    /// All ones if the kind is wanted.
    #[inline(always)]
    fn mask(&self, kind: Kind) -> u64 {
        u64::from(self.wants(kind)).wrapping_neg()
    }
}

/// How the pass is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 64 bytes at a time.
    Avx512,
    /// 32 bytes at a time.
    Avx2,
    /// 16 bytes at a time: every `x86_64` machine.
    Sse2,
    /// Byte by byte.
    Plain,
}

impl Level {
    /// The best level of this machine.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let bits = std::is_x86_feature_detected!("bmi2") && std::is_x86_feature_detected!("lzcnt");
            if bits && std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bw") {
                Self::Avx512
            } else if bits && std::is_x86_feature_detected!("avx2") {
                Self::Avx2
            } else {
                Self::Sse2
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            Self::Plain
        }
    }

    /// The levels of this machine, best first.
    pub fn available() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Sse2, Self::Plain]
            .into_iter()
            .skip_while(|level| *level != Self::best())
            .collect()
    }

    /// The word for `--version`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512bw",
            Self::Avx2 => "avx2",
            Self::Sse2 => "sse2",
            Self::Plain => "plain",
        }
    }
}

/// Makes `out` the triggers at bytes `start..end`, in their order; of one byte, in the order of their kinds. Bytes before `start` and outside of
/// `bytes` count as context and as zeros. `bytes` must be shorter than [`Trigger::MAX_OFFSET`].
pub fn find(level: Level, wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    let end = end.min(bytes.len()).min(Trigger::MAX_OFFSET);
    out.clear();
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::find(wanted, bytes, start, end, out),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::find(wanted, bytes, start, end, out),
        #[cfg(target_arch = "x86_64")]
        Level::Sse2 => sse2::find(wanted, bytes, start, end, out),
        _ => plain::find(wanted, bytes, start, end, out),
    }
    out.sort();
}

/// Bytes of context that each window begins with.
const CONTEXT: usize = 16;
/// New bytes of each window.
const STRIDE: usize = 64 - CONTEXT;

/// Classes that the first look needs: bit i is byte i of the window.
#[derive(Clone, Copy, Default)]
struct Common {
    digit: u64,
    at: u64,
    colon: u64,
    less: u64,
    equals: u64,
    dot: u64,
    /// `I` or `J`.
    capital_ij: u64,
    slash: u64,
    dash: u64,
    small_e: u64,
}

/// Classes for windows in which something may stand.
#[derive(Clone, Copy, Default)]
struct Rare {
    letter: u64,
    capital: u64,
    above_ascii: u64,
    separator: u64,
    space: u64,
}

/// 64 bytes in registers.
trait Window: Copy {
    /// Loads 64 bytes.
    fn load(bytes: &[u8; 64]) -> Self;
    fn common(self) -> Common;
    fn rare(self) -> Rare;
    fn equal(self, byte: u8) -> u64;
    /// Bytes from `first` to `last`.
    fn within(self, first: u8, last: u8) -> u64;
    /// Odd bytes.
    fn odd(self) -> u64;
    /// Whether some byte is above ASCII.
    fn has_high(self) -> bool;
    /// Whether some byte is a digit or one of `@ : < = / - I J ) ]`: without one, only words, and dots far from each
    /// other, can fire.
    fn has_special(self) -> bool;
    /// Bytes above ASCII.
    fn above(self) -> u64;
    /// Bytes that are one or the other.
    fn either(self, one: u8, other: u8) -> u64;
}

/// Whether a byte may stand between digit groups, in UTF-8 or an eight-bit encoding: a filter, not the truth.
const fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'-' | b'(' | b')' | 0x80 | 0x88 | 0x89 | 0x8B | 0x91..=0x95 | 0xA0 | 0xAD | 0xAF | 0xC2 | 0xE2
    )
}

#[inline(always)]
fn run<W: Window>(wanted: &Wanted, bytes: &[u8], start: usize, end: usize, out: &mut Triggers) {
    let mut base = start;
    // Windows that reach beyond the bytes are copied, with zeros outside.
    while base < end && base < CONTEXT {
        edge::<W>(wanted, bytes, base, end, out);
        base += STRIDE;
    }
    while base < end {
        match bytes.get(base - CONTEXT..).and_then(|rest| rest.first_chunk::<64>()) {
            Some(window) if base + STRIDE <= end => look(wanted, W::load(window), u64::MAX, bytes, base, out),
            _ => edge::<W>(wanted, bytes, base, end, out),
        }
        base += STRIDE;
    }
}

#[inline(never)]
fn edge<W: Window>(wanted: &Wanted, bytes: &[u8], base: usize, end: usize, out: &mut Triggers) {
    let mut window = [0u8; 64];
    for (i, slot) in window.iter_mut().enumerate() {
        *slot = (base + i).checked_sub(CONTEXT).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
    }
    let new = (end - base).min(STRIDE);
    let valid = if new == STRIDE { u64::MAX } else { (1u64 << (CONTEXT + new)) - 1 };
    look(wanted, W::load(&window), valid, bytes, base, out);
}

/// Positions that have one of `mask` two to four before them.
#[inline(always)]
fn near4(mask: u64) -> u64 {
    mask << 2 | mask << 3 | mask << 4
}

#[inline(always)]
fn near5(mask: u64) -> u64 {
    mask << 2 | mask << 3 | mask << 4 | mask << 5
}

/// The fifth dash of a row, a dash behind a small letter that ends a known beginning, and the letter of `-p`, `-u` and `-w`.
#[inline(always)]
fn secret_dashes<W: Window>(window: W, dash: u64) -> u64 {
    let two = dash & dash << 1;
    let five = two & two << 2 & dash << 4 & !(dash << 5);
    let option = window.equal(b' ') << 2 & dash << 1;
    let letter = if option == 0 { 0 } else { option & (window.either(b'p', b'u') | window.equal(b'w')) };
    five | dash & window.within(b'a', b't') << 1 | letter
}

/// Last bytes of `об` (собака), `оль` (пароль) and `ОЛЬ` in UTF-8.
#[inline(always)]
fn last_letters<W: Window>(window: W) -> u64 {
    let o = window.equal(0xBE);
    let small = window.equal(0x8C) & window.equal(0xBB) << 2 & o << 4;
    let large = window.equal(0xAC) & window.equal(0x9B) << 2;
    window.equal(0xB1) & o << 2 | small | large
}

#[inline(always)]
fn look<W: Window>(wanted: &Wanted, window: W, valid: u64, bytes: &[u8], base: usize, out: &mut Triggers) {
    let new = valid & (u64::MAX << CONTEXT);
    if !window.has_special() {
        let dot = window.equal(b'.');
        if dot & dot << 5 == 0 {
            return quiet(wanted, window, dot, new, bytes, base, out);
        }
    }
    let c = window.common();
    let two = c.digit & c.digit << 1;
    let dotted = c.digit & c.dot << 1 & c.digit << 2;
    let close = c.colon & near5(c.colon);
    let doubled = c.colon & c.colon << 1;
    let marks = c.less & c.less << 1;
    let dashes = c.dash & c.dash << 3 & c.dash << 6;
    let dots = c.dot & c.dot << 5;
    let groups = c.dash & c.dash << 5 & c.dash << 10;
    let high = window.has_high();
    if high {
        houses(wanted, window, c.digit, new, base, out);
    }
    let upper = window.within(b'A', b'Z');
    words(wanted, window, c.dot, upper, high, new, base, out);
    // A word for `@` in brackets: `(at)`, `[at]`.
    let bracket = window.either(b'(', b'[') << 3 & window.either(b')', b']');
    let letter = if high { last_letters(window) } else { 0 };
    // `eyJ`, `AI`, `AKI`, `ASI`.
    let capital_ij = c.capital_ij & (c.small_e << 2 | upper << 1);
    let named = (c.equals | c.colon & !(c.digit << 1) | c.slash & c.less << 1) & wanted.mask(Kind::Equals);
    let dash = if c.dash == 0 { 0 } else { secret_dashes(window, c.dash) & wanted.mask(Kind::Secret) };
    let single = named
        | bracket
        | letter
        | dash
        | capital_ij
        | c.slash & (c.small_e << 1 & c.dot << 3 | c.slash << 1 & c.colon << 2 | c.small_e << 3)
        | c.colon & c.small_e << 1;
    let others = two | dotted | c.at & new | close | doubled | marks | dashes | dots | groups;
    if others == 0 {
        let single = single & new;
        if single == 0 {
            return;
        }
        if !wanted.open_names || single & c.equals == 0 {
            return singles(wanted, single, bytes, base, out);
        }
    }
    found(wanted, window, c, new, [two, dotted, close, doubled, marks, single], bytes, base, out);
}

/// A window of words: no other kind fires without a special byte.
#[inline(always)]
fn quiet<W: Window>(wanted: &Wanted, window: W, dot: u64, new: u64, bytes: &[u8], base: usize, out: &mut Triggers) {
    let high = window.has_high();
    words(wanted, window, dot, window.within(b'A', b'Z'), high, new, base, out);
    if high {
        singles(wanted, last_letters(window) & new, bytes, base, out);
    }
}

/// Numbers behind letters above ASCII.
#[inline(always)]
fn houses<W: Window>(wanted: &Wanted, window: W, digit: u64, new: u64, base: usize, out: &mut Triggers) {
    let above = window.above();
    let house =
        digit & !(digit << 1) & (above << 1 | above << 2 | above << 3 | above << 4) & wanted.mask(Kind::House) & new;
    if house != 0 {
        out.make_room();
        out.note(house, (base as u32).wrapping_sub(CONTEXT as u32), |_| (Kind::House as u32) << 24);
    }
}

/// Capital letters that begin a word, and endings of patronymics.
#[expect(clippy::too_many_arguments, reason = "registers of one loop, inlined")]
#[inline(always)]
fn words<W: Window>(
    wanted: &Wanted, window: W, dot: u64, upper: u64, high: bool, new: u64, base: usize, out: &mut Triggers,
) {
    if !wanted.wants(Kind::Word) {
        return;
    }
    let space = window.equal(b' ');
    let mut capital = upper & space << 1;
    if capital != 0 {
        capital &= (window.within(b'a', b'z') | dot | window.equal(b',') | window.above()) << 2;
    }
    let mut patronymic = 0;
    if high {
        let slavic = window.equal(0xD0) << 1 & window.within(0x80, 0xAF);
        let mut kazakh = window.within(0xD2, 0xD3) << 1;
        if kazakh != 0 {
            // The small letters are the odd ones of their rows.
            kazakh &= window.within(0x90, 0xBF) & !window.odd();
        }
        capital |= (slavic | kazakh) & (!window.above() | window.equal(0xA0)) << 2;
        let v = window.equal(0xB2);
        patronymic = window.equal(0xBD) & v << 2;
        let ch = window.equal(0x87) & v << 4;
        if ch != 0 {
            patronymic |= ch & (window.equal(0xB8) | window.equal(0x96)) << 2;
        }
    }
    let first = (base as u32).wrapping_sub(CONTEXT as u32);
    if (capital | patronymic) & new != 0 {
        out.make_room();
        out.note(capital & new, first, |_| (Kind::Word as u32) << 24);
        out.note(patronymic & new & wanted.mask(Kind::Patronymic), first, |_| (Kind::Patronymic as u32) << 24);
    }
}

#[expect(clippy::too_many_arguments, reason = "registers of one loop, inlined")]
#[inline(always)]
fn found<W: Window>(
    wanted: &Wanted, window: W, c: Common, new: u64, [two, dotted, close, doubled, marks, single]: [u64; 6],
    bytes: &[u8], base: usize, out: &mut Triggers,
) {
    let (mut number, mut iban, mut word_end, mut plate, mut mrz, mut colons, mut mac, mut sign) =
        (0, 0, 0, 0, 0, 0, 0, 0);
    let (mut date, mut year) = (0, 0);
    let uuid = c.dash & c.dash << 5 & c.dash << 10 & wanted.mask(Kind::Uuid);
    let dots = if dotted == 0 { 0 } else { dotted & near4(dotted & near4(dotted)) & wanted.mask(Kind::Dots) };
    let dashed = c.dash & c.dash << 3 & c.dash << 6 & c.dash << 9 & c.dash << 12;
    let grouped = c.dot & c.dot << 5;
    if two | close | doubled | marks | dashed | grouped != 0 {
        let rare = window.rare();
        let word = rare.letter | c.digit;
        if two != 0 {
            let four = two & two << 2;
            let sixth = four & two << 4 & !(c.digit << 6);
            let s = rare.separator;
            let s2 = s & s << 1;
            let run = c.digit | s & !(s2 & s2 << 2 & s << 4);
            let run2 = run & run << 1;
            let run4 = run2 & run2 << 2;
            let eleven = run4 & run4 << 4 & (run2 & run << 2) << 8 & c.digit & c.digit << 10;
            let n2 = two | two << 1;
            let n4 = n2 | n2 << 2;
            let reached = eleven & (n4 | n4 << 4 | n2 << 8);
            number = (sixth | reached & !(reached << 1)) & wanted.mask(Kind::Number);
            iban = two & (rare.letter & rare.letter << 1) << 2 & !(word << 4) & wanted.mask(Kind::Iban);
            let ends = (c.digit & rare.letter << 1).wrapping_add(c.digit) & !c.digit;
            word_end = ends & four << 1 & !word & wanted.mask(Kind::WordEnd);
            if word_end != 0 {
                let eight = four & four << 4;
                word_end &= !((eight & eight << 8) << 1);
            }
            let joins = c.dot | c.dash | c.slash;
            let part = c.digit & joins << 1 & c.digit << 2;
            date = part & two << 2 & part << 3 & wanted.mask(Kind::Date);
            // `24-May-1987`: what joins letters to a year leaves it alone.
            let joined = joins & c.digit << 1 | c.slash;
            year = four << 1 & !c.digit & !((word | joined | c.colon) << 5) & wanted.mask(Kind::Year);
            let group = two & c.digit << 2 & !(four & c.digit << 4);
            let behind = group << 1 | (rare.space | c.dash) << 1 & group << 2;
            let ended = rare.space & group << 1 & (rare.above_ascii << 4 | c.digit << 4 & rare.above_ascii << 5);
            plate = ((rare.capital | rare.above_ascii) & behind | ended) & wanted.mask(Kind::Plate);
            let (percent, entity) = (window.equal(b'%'), window.equal(b'#'));
            let escape = four & window.equal(b'u') << 4;
            if two & (percent | entity) << 2 | escape != 0 {
                let (zero, sixty_four) = (window.equal(b'0'), window.equal(b'4') & window.equal(b'6') << 1);
                let forty = zero & window.equal(b'4') << 1;
                sign = forty & (percent << 2 | escape & zero << 2 & zero << 3) | sixty_four & entity << 2;
            }
        }
        if marks != 0 {
            mrz = marks & !(c.less << 2) & rare.capital << 2 & wanted.mask(Kind::Mrz);
        }
        if close | doubled != 0 {
            let fourth = c.colon & near5(c.colon & near5(close));
            colons = (doubled & !(c.colon << 2) | fourth) & wanted.mask(Kind::Colons);
        }
        if dashed | grouped != 0 {
            let pair = word & word << 1;
            mac = (dashed & pair << 1 | grouped & (pair & pair << 2) << 1) & wanted.mask(Kind::Mac);
        }
    }
    let single = single & new;
    let mut open = 0;
    if wanted.open_names && single & c.equals != 0 {
        let behind = window.equal(b'_') << 1;
        let n2 = behind | behind << 1;
        let n4 = n2 | n2 << 2;
        let n8 = n4 | n4 << 4;
        open = (n8 | n8 << 6) & c.equals & single;
    }
    let at = (c.at | sign) & wanted.mask(Kind::At);
    let uuid = uuid & !mac;
    out.make_room();
    let first = (base as u32).wrapping_sub(CONTEXT as u32);
    if number & new != 0 {
        out.note(number & new, first, |_| (Kind::Number as u32) << 24);
    }
    if word_end & new != 0 {
        out.note(word_end & new, first, |_| (Kind::WordEnd as u32) << 24);
    }
    let date = date & !dots & new;
    if date != 0 {
        out.note(date, first, |_| (Kind::Date as u32) << 24);
    }
    // The other kinds never fire at the same byte: their numbers are gathered bit by bit.
    let masks = [
        (Kind::Dots, dots),
        (Kind::Iban, iban),
        (Kind::Plate, plate),
        (Kind::At, at),
        (Kind::Mrz, mrz),
        (Kind::Colons, colons),
        (Kind::Mac, mac),
        (Kind::Uuid, uuid),
        (Kind::Equals, open),
    ];
    let all = masks.iter().fold(0, |all, (_, mask)| all | mask) & new;
    if all != 0 {
        let plane = |bit: u32| {
            masks.iter().fold(0, |plane, (kind, mask)| plane | mask & u64::from(*kind as u32 >> bit & 1).wrapping_neg())
        };
        let planes = [plane(0), plane(1), plane(2), plane(3)];
        out.note(all, first, |bit| {
            let code = planes.iter().rev().fold(0, |code, plane| code << 1 | (plane >> bit) as u32 & 1);
            code << 24
        });
    }
    let mut years = year & new;
    while years != 0 {
        let offset = base + years.trailing_zeros() as usize - CONTEXT;
        years &= years - 1;
        if plain::is_year(bytes, offset) {
            out.push(Kind::Year, offset);
        }
    }
    singles(wanted, single & !open & !colons, bytes, base, out);
}

/// Notes what hangs on a single byte and a few before it.
#[inline(always)]
fn singles(wanted: &Wanted, mut rest: u64, bytes: &[u8], base: usize, out: &mut Triggers) {
    while rest != 0 {
        let offset = base + rest.trailing_zeros() as usize - CONTEXT;
        rest &= rest - 1;
        if let Some(kind) = plain::single(wanted, bytes, offset) {
            out.push(kind, offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted() -> Wanted {
        let mut wanted = Wanted::none();
        for kind in Kind::ALL {
            wanted.want(kind);
        }
        wanted.want_name(b"id");
        wanted.want_name(b"_ga");
        wanted.want_open_names();
        wanted
    }

    fn all(level: Level, bytes: &[u8], start: usize, end: usize) -> Vec<Trigger> {
        let mut out = Triggers::default();
        find(level, &wanted(), bytes, start, end, &mut out);
        let list: Vec<Trigger> = out.iter().collect();
        assert!(list.is_sorted_by_key(|trigger| (trigger.offset(), trigger.kind())), "{list:?}");
        list
    }

    fn levels_agree(bytes: &[u8]) {
        for start in [0, 1, 15, 16, 17, 48].into_iter().filter(|&start| start <= bytes.len()) {
            let want = all(Level::Plain, bytes, start, bytes.len());
            for level in Level::available() {
                assert_eq!(
                    all(level, bytes, start, bytes.len()),
                    want,
                    "{level:?} from {start} of {}",
                    bytes.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn a_kind_that_is_not_wanted_takes_no_place_of_another() {
        let mut wanted = Wanted::none();
        wanted.want(Kind::Uuid);
        let bytes = [&[b'-'; 40][..], b"71-------"].concat();
        let found = |level| {
            let mut out = Triggers::default();
            find(level, &wanted, &bytes, 0, bytes.len(), &mut out);
            out.iter().map(Trigger::offset).collect::<Vec<_>>()
        };
        assert!(Level::available().into_iter().all(|level| found(level) == found(Level::Plain)));
    }

    #[test]
    fn every_kind_fires_on_what_it_is_for() {
        for (text, kind) in [
            ("iin 900101300017", Kind::Number),
            ("+7 701 555 01 23", Kind::Number),
            ("8 (701) 555-01-23", Kind::Number),
            ("198.51.100.7", Kind::Dots),
            ("8.8.8.8", Kind::Dots),
            (" KZ86 125K", Kind::Iban),
            ("XTA21099012345 ", Kind::WordEnd),
            ("123 ABC 02", Kind::Plate),
            ("А123ВС77", Kind::Plate),
            ("a@b", Kind::At),
            ("a%40b", Kind::At),
            ("a (at) b", Kind::At),
            ("a собака b", Kind::At),
            ("a&#64;b", Kind::At),
            ("a\\u0040b", Kind::At),
            ("АВ123 77", Kind::Plate),
            ("6D92078A-8246-4BA4-AE5B-76104861E7DC", Kind::Uuid),
            ("P<UTOERIKSSON<<ANNA", Kind::Mrz),
            ("fe80::1", Kind::Colons),
            ("aa:bb:cc:dd:ee:ff", Kind::Colons),
            ("aa-bb-cc-dd-ee-ff", Kind::Mac),
            ("aabb.ccdd.eeff", Kind::Mac),
            ("_ga=GA1", Kind::Equals),
            ("{\"_ga\":\"GA1", Kind::Equals),
            ("_ga_AB12CD34EF=GS1", Kind::Equals),
            ("Bearer eyJhbGciOi", Kind::Jwt),
            ("https://t.me/name", Kind::Messenger),
            ("skype:name", Kind::Messenger),
            ("Анна Петрова", Kind::Word),
            ("Петров И.\u{a0}И.", Kind::Word),
            ("И.Петров", Kind::Word),
            ("Қайрат Әлиев", Kind::Word),
            ("Anna Petrova", Kind::Word),
            ("A. Petrova", Kind::Word),
            ("PETROVA, Anna", Kind::Word),
            ("петрович", Kind::Patronymic),
            ("пароль - qwe", Kind::Secret),
            ("ПАРОЛЬ - qwe", Kind::Secret),
            ("mysql -pqwe", Kind::Secret),
            ("ldapsearch -w qwe", Kind::Secret),
            ("=AKIA", Kind::Secret),
            ("=AIza", Kind::Secret),
            ("/rest/1/", Kind::Secret),
            ("=sk-", Kind::Secret),
            ("=xoxb-", Kind::Secret),
            ("=glpat-", Kind::Secret),
            ("-----BEGIN", Kind::Secret),
            ("tg://", Kind::Messenger),
            ("павловна", Kind::Patronymic),
        ] {
            assert!(
                all(Level::Plain, text.as_bytes(), 0, text.len()).iter().any(|trigger| trigger.kind() == kind),
                "{text}"
            );
            levels_agree(text.as_bytes());
        }
    }

    #[test]
    fn plain_prose_fires_nothing() {
        let text = "обычный текст, in two scripts; no digits at all: a = b, c / d.\n".repeat(40);
        assert_eq!(all(Level::best(), text.as_bytes(), 0, text.len()), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn all_levels_agree_on_dense_bytes(bytes in proptest::collection::vec(proptest::sample::select(
            b"0123456789012345 -().:<<@=/Jyemeyg/ABZabfi_\"dkspu\t\n\xC2\xA0\xE2\x80\x91\xD0\x90".to_vec()), 0..300)) {
            levels_agree(&bytes);
        }

        #[test]
        fn all_levels_agree_on_letters(letters in proptest::collection::vec(proptest::sample::select(
            "вичівнўаАЯЁәӘқҚұ. \u{a0}\nabAB".chars().collect::<Vec<_>>()), 0..150)) {
            levels_agree(letters.into_iter().collect::<String>().as_bytes());
        }

        #[test]
        fn all_levels_agree_on_beginnings(pieces in proptest::collection::vec(proptest::sample::select(
            ["собака", "пароль", "ПАРОЛЬ", "об", "оль", "(at)", "[at]", "eyJ", "AKIA", "ASI", "AIza", "rest/", ".me/", "tg://",
             "sk-", "xoxp-", "glpat-", " -p", " -u", "-----", "skype:", "x", " ", "=", "/"].to_vec()), 0..24)) {
            levels_agree(pieces.concat().as_bytes());
        }

        #[test]
        fn all_levels_agree_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            levels_agree(&bytes);
        }
    }
}
