//! Turns the lists of names and of the words around them into hash tables (form: `src/detect/names/table.rs`).

use std::collections::HashMap;
use std::fs;
use std::path::Path;

#[path = "../../src/detect/names/sound.rs"]
mod sound;
#[path = "../../src/detect/names/table.rs"]
mod table;

/// Marks of `names.txt`: see `src/detect/names/dictionary.rs`.
const MALE: u16 = 1 << 2;
const FEMALE: u16 = 1 << 3;
const COMMON: u16 = 1 << 6;
const PLACE: u16 = 1 << 7;
const WESTERN: u16 = 1 << 8;

/// Writes `OUT_DIR/names.bin`, `around.bin` and `begins.bin`.
pub(crate) fn embed(root: &Path, out: &Path) -> Result<(), String> {
    let read = |name: &str| {
        let path = root.join("patterns/names").join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let names = names(&read("names.txt")?)?;
    fs::write(out.join("names.bin"), fill(&names)?).map_err(|error| error.to_string())?;
    let mut around = words_around(&read("around.txt")?)?;
    let mut begins = vec![0u8; table::BEGINS / 8];
    for key in around.keys() {
        let word = if key & 127 == 127 { key >> 7 } else { *key };
        let bit = table::beginning(word);
        begins[bit >> 3] |= 1 << (bit & 7);
    }
    fs::write(out.join("begins.bin"), begins).map_err(|error| error.to_string())?;
    for line in read("famous.txt")?.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut spellings = vec![line.split_whitespace().map(spoken_key).collect::<Result<Vec<_>, _>>()?];
        if !line.is_ascii() {
            // The same in Latin letters.
            spellings.extend([false, true].map(|h| {
                line.split_whitespace().map(|word| latin_key(of_cyrillic(word, h).letters())).collect::<Vec<_>>()
            }));
        }
        for keys in spellings {
            for given in keys.iter().skip(1) {
                // Given name and surname, in this order, as one number.
                around.insert(given.rotate_left(64) ^ keys[0], 1 << 9); // no word has such a key
            }
        }
    }
    fs::write(out.join("around.bin"), fill(&around)?).map_err(|error| error.to_string())
}

/// Seven bits a letter, folded and numbered as by `text::fold`: Latin from 1, Cyrillic from 37.
fn key(word: &str) -> Result<u128, String> {
    word.chars().filter(|letter| !matches!(letter, '\'' | '’')).try_fold(0u128, |key, letter| {
        let code = match folded(letter) {
            letter @ 'a'..='z' => letter as u128 - 'a' as u128 + 1,
            letter @ 'а'..='я' => letter as u128 - 'а' as u128 + 37,
            _ => return Err(format!("`{word}` holds a letter that is none")),
        };
        Ok((key << 7 | code) & ((1 << 126) - 1))
    })
}

/// The Russian letter that people write for one of another Cyrillic alphabet.
fn folded(letter: char) -> char {
    match letter {
        'ё' | 'є' => 'е',
        'і' | 'ї' => 'и',
        'ґ' | 'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ү' | 'ұ' | 'ў' => 'у',
        'һ' => 'х',
        'ә' => 'а',
        'ө' => 'о',
        other => other,
    }
}

/// The key under which a name is looked for: of a Latin one, that of its spelling by sound.
fn spoken_key(word: &str) -> Result<u128, String> {
    if word.is_ascii() { Ok(latin_key(sound::of_latin(word.as_bytes()).letters())) } else { key(word) }
}

fn latin_key(letters: &[u8]) -> u128 {
    letters.iter().fold(0, |key, letter| (key << 7 | u128::from(letter - b'a' + 1)) & ((1 << 126) - 1))
}

fn names(text: &str) -> Result<HashMap<u128, u16>, String> {
    let mut table: HashMap<u128, u16> = HashMap::new();
    let mut latin: HashMap<u128, u16> = HashMap::new();
    let mut last = String::new();
    for line in text.lines() {
        let (word, marks) = line.split_once(' ').ok_or_else(|| format!("names.txt: `{line}` has no marks"))?;
        let shared = word.chars().next().and_then(|c| c.to_digit(36)).unwrap_or(0) as usize;
        let word: String = last.chars().take(shared).chain(word.chars().skip(1)).collect();
        let mut bits = 0u16;
        let mut letters = marks.chars();
        while let Some(letter) = letters.next() {
            let mut rank = || letters.next().and_then(|c| c.to_digit(4)).unwrap_or(0) as u16;
            bits |= match letter {
                'm' => MALE | rank(),
                'f' => FEMALE | rank(),
                'b' => MALE | FEMALE | rank(),
                's' => rank() << 4,
                'c' => COMMON,
                'p' => PLACE,
                _ => return Err(format!("names.txt: `{line}` has an unknown mark")),
            };
        }
        if word.is_ascii() {
            merge(&mut latin, latin_key(sound::of_latin(word.as_bytes()).letters()), bits | WESTERN);
        } else {
            merge(&mut table, key(&word)?, bits);
            // Only Latin words are ordinary Latin words.
            for h in [false, true] {
                let spelling = of_cyrillic(&word, h);
                merge(&mut latin, latin_key(spelling.letters()), bits & !(COMMON | PLACE));
            }
        }
        last = word;
    }
    table.extend(latin);
    Ok(table)
}

/// The spelling of a Cyrillic word in small folded letters. `h` writes г as in Ukrainian and Belarusian.
fn of_cyrillic(word: &str, h: bool) -> sound::Spelling {
    let mut out = sound::Spelling::default();
    for letter in word.chars() {
        let letters: &[u8] = match folded(letter) {
            'а' => b"a",
            'б' => b"b",
            'в' => b"v",
            'г' if h => b"h",
            'г' => b"g",
            'д' => b"d",
            'е' | 'э' => b"e",
            'ж' => b"j",
            'з' => b"z",
            'и' | 'й' | 'ы' => b"i",
            'к' => b"k",
            'л' => b"l",
            'м' => b"m",
            'н' => b"n",
            'о' => b"o",
            'п' => b"p",
            'р' => b"r",
            'с' => b"s",
            'т' => b"t",
            'у' => b"u",
            'ф' => b"f",
            'х' => b"h",
            'ц' => b"c",
            'ч' => b"q",
            'ш' => b"w",
            'щ' => b"wq",
            'ю' => b"iu",
            'я' => b"ia",
            _ => b"",
        };
        out.push(letters);
    }
    out
}

/// Adds marks of a word: the higher ranks, all other marks. A word that both lists have is not only a western name.
fn merge(table: &mut HashMap<u128, u16>, key: u128, bits: u16) {
    let old = table.get(&key).copied().unwrap_or(if bits & WESTERN != 0 { WESTERN } else { 0 });
    let given = (old & 3).max(bits & 3);
    let surname = (old & 0x30).max(bits & 0x30);
    let both = old & bits & WESTERN;
    table.insert(key, given | surname | ((old | bits) & (MALE | FEMALE | COMMON | PLACE)) | both);
}

/// `around.txt`: a line of words behind its mark, a letter.
fn words_around(text: &str) -> Result<HashMap<u128, u16>, String> {
    let mut table: HashMap<u128, u16> = HashMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (mark, words) = line.split_once(' ').ok_or_else(|| format!("around.txt: `{line}` has no words"))?;
        let bit = "pqnfekgthcr".find(mark).ok_or_else(|| format!("around.txt: unknown mark `{mark}`"))?;
        for word in words.split_whitespace() {
            // A stem stands under a key that no word has.
            let key = match word.strip_suffix('*') {
                Some(stem) => key(stem)? << 7 | 127,
                None => key(word)?,
            };
            *table.entry(key).or_default() |= 1 << bit;
        }
    }
    Ok(table)
}

fn fill(entries: &HashMap<u128, u16>) -> Result<Vec<u8>, String> {
    let slots = (entries.len() * 2).next_power_of_two();
    let mut table = vec![0u32; slots];
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort();
    for (&key, &marks) in sorted {
        if marks == 0 {
            continue;
        }
        let (mut slot, tag) = table::place(key, slots);
        while table[slot] != 0 {
            slot = (slot + 1) & (slots - 1);
        }
        table[slot] = tag << table::MARK_BITS | u32::from(marks);
    }
    let longest = table.split(|slot| *slot == 0).map(<[u32]>::len).max().unwrap_or(0);
    if longest > 60 {
        return Err(format!("a run of {longest} full slots is too long to be read"));
    }
    // What is read is what was written.
    let bytes: Vec<u8> = table.iter().flat_map(|slot| slot.to_le_bytes()).collect();
    match entries.iter().find(|(key, marks)| table::marks(&bytes, **key) != **marks && **marks != 0) {
        Some((key, _)) => Err(format!("the key {key} shares its slot and tag with another one")),
        None => Ok(bytes),
    }
}
