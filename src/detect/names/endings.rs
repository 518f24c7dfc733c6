//! Words that no list has, by how they end or begin: Kazakh given names, surnames in Latin letters.

use crate::text::word::{Key, Word};

/// Whether a word ends as Kazakh given names do.
pub(super) fn ends_as_kazakh(word: &Word) -> bool {
    word.letters > 5
        && KAZAKH_GIVEN.iter().any(|end| word.key.ends_in(*end, end.letters()))
        && !PLACES.contains(&word.key)
}

/// Places that end so, too.
const PLACES: [Key; 3] = [Key::of("азербайджан"), Key::of("андижан"), Key::of("мумбай")];

/// Endings of Kazakh given names.
const KAZAKH_GIVEN: [Key; 14] = [
    Key::of("бек"),
    Key::of("бай"),
    Key::of("хан"),
    Key::of("жан"),
    Key::of("гүл"),
    Key::of("нұр"),
    Key::of("ғали"),
    Key::of("мұрат"),
    Key::of("болат"),
    Key::of("сұлтан"),
    Key::of("сұлу"),
    Key::of("бике"),
    Key::of("жамал"),
    Key::of("гуль"),
];

/// Endings of Slavic and Kazakh surnames in Latin letters.
pub(super) const SLAVIC_ENDS: [Key; 14] = [
    Key::of("ov"),
    Key::of("ova"),
    Key::of("ev"),
    Key::of("eva"),
    Key::of("enko"),
    Key::of("chuk"),
    Key::of("vich"),
    Key::of("wicz"),
    Key::of("ski"),
    Key::of("skyi"),
    Key::of("ska"),
    Key::of("skaya"),
    Key::of("kyzy"),
    Key::of("uly"),
];

/// Whether a word with capitals inside is a surname like `McAllister`, `MacTavish`, `O'Malley`, `D’Souza`.
pub(super) fn is_scottish(bytes: &[u8], word: &Word) -> bool {
    let text = bytes.get(word.range()).unwrap_or(&[]);
    let beginnings = ["Mac", "Mc", "O'", "O’", "D'", "D’"];
    let rest = beginnings.iter().find_map(|beginning| text.strip_prefix(beginning.as_bytes()));
    rest.is_some_and(|rest| matches!(rest, [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', ..] if rest.iter().skip(1).all(u8::is_ascii_lowercase)))
}

/// Whether a Latin word has the ending of an English, German, Nordic, Spanish or Slavic surname and is no word of the language.
pub(super) fn has_western_ending(key: Key) -> bool {
    WESTERN_ENDINGS.iter().any(|(end, letters)| key.letters() > letters + 1 && key.ends_in(*end, *letters))
        && !ENDS_ALIKE.contains(&key)
}

const fn ending(text: &'static str) -> (Key, u32) {
    (Key::of(text), Key::of(text).letters())
}

/// Endings of surnames.
const WESTERN_ENDINGS: [(Key, u32); 56] = [
    ending("son"),
    ending("sson"),
    ending("sen"),
    ending("ton"),
    ending("ham"),
    ending("leigh"),
    ending("worth"),
    ending("wood"),
    ending("field"),
    ending("feld"),
    ending("wick"),
    ending("shaw"),
    ending("hurst"),
    ending("bury"),
    ending("combe"),
    ending("croft"),
    ending("thorpe"),
    ending("dale"),
    ending("stone"),
    ending("well"),
    ending("down"),
    ending("brook"),
    ending("burn"),
    ending("clough"),
    ending("tree"),
    ending("greaves"),
    ending("eaves"),
    ending("stein"),
    ending("berg"),
    ending("mann"),
    ending("bauer"),
    ending("maier"),
    ending("meyer"),
    ending("quist"),
    ending("qvist"),
    ending("strom"),
    ending("lund"),
    ending("gaard"),
    ending("ansky"),
    ending("inski"),
    ending("owski"),
    ending("owska"),
    ending("wicz"),
    ending("vich"),
    ending("enko"),
    ending("escu"),
    ending("oglu"),
    ending("yan"),
    ending("adze"),
    ending("shvili"),
    ending("elli"),
    ending("etti"),
    ending("ucci"),
    ending("khan"),
    ending("zhan"),
    ending("kumar"),
];

/// Words of English that end so.
const ENDS_ALIKE: [Key; 43] = [
    Key::of("person"),
    Key::of("season"),
    Key::of("reason"),
    Key::of("lesson"),
    Key::of("poison"),
    Key::of("prison"),
    Key::of("comparison"),
    Key::of("unison"),
    Key::of("garrison"),
    Key::of("button"),
    Key::of("cotton"),
    Key::of("carton"),
    Key::of("skeleton"),
    Key::of("singleton"),
    Key::of("automaton"),
    Key::of("photon"),
    Key::of("proton"),
    Key::of("python"),
    Key::of("marathon"),
    Key::of("chosen"),
    Key::of("frozen"),
    Key::of("listen"),
    Key::of("loosen"),
    Key::of("milestone"),
    Key::of("keystone"),
    Key::of("cornerstone"),
    Key::of("gemstone"),
    Key::of("farewell"),
    Key::of("inkwell"),
    Key::of("countdown"),
    Key::of("breakdown"),
    Key::of("shutdown"),
    Key::of("dropdown"),
    Key::of("markdown"),
    Key::of("lockdown"),
    Key::of("slowdown"),
    Key::of("touchdown"),
    Key::of("subtree"),
    Key::of("worktree"),
    Key::of("airfield"),
    Key::of("bitfield"),
    Key::of("subfield"),
    Key::of("iceberg"),
];
