//! Text in the encodings that operators have.

/// Encodings of test texts.
pub(crate) const ENCODINGS: [&str; 6] = ["utf-8", "windows-1251", "koi8-r", "ibm866", "utf-16le", "utf-16be"];

/// Bytes of a text. Letters that an encoding has not become `?`. UTF-16 begins with a mark.
pub(crate) fn encode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "windows-1251" => text.chars().map(windows_1251).collect(),
        "koi8-r" => text.chars().map(koi8_r).collect(),
        "ibm866" => text.chars().map(ibm866).collect(),
        "utf-16le" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => panic!("{other} is not known here"),
    }
}

fn windows_1251(c: char) -> u8 {
    match c {
        '\0'..='\x7f' => c as u8,
        'А'..='я' => (c as u32 - 0x410 + 0xC0) as u8,
        'ё' => 0xB8,
        'Ё' => 0xA8,
        '№' => 0xB9,
        _ => b'?',
    }
}

fn ibm866(c: char) -> u8 {
    match c {
        '\0'..='\x7f' => c as u8,
        'А'..='п' => (c as u32 - 0x410 + 0x80) as u8,
        'р'..='я' => (c as u32 - 0x440 + 0xE0) as u8,
        'ё' => 0xF1,
        'Ё' => 0xF0,
        '№' => 0xFC,
        _ => b'?',
    }
}

fn koi8_r(c: char) -> u8 {
    const LOWER: &str = "юабцдефгхийклмнопярстужвьызшэщчъ";
    let place = |letter: char| LOWER.chars().position(|known| known == letter).map(|place| place as u8);
    match c {
        '\0'..='\x7f' => c as u8,
        'ё' => 0xA3,
        'Ё' => 0xB3,
        _ => match (place(c), c.to_lowercase().next().and_then(place)) {
            (Some(place), _) => 0xC0 + place,
            (None, Some(place)) => 0xE0 + place,
            _ => b'?',
        },
    }
}
