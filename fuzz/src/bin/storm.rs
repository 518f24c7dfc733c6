//! Drives a fuzz target without libFuzzer: seeds from the project's own files, deterministic mutations.
//!
//!     cargo run --release --no-default-features --features rar --bin storm -- TARGET SECONDS [START]
//!     cargo run --release --no-default-features --features rar --bin storm -- TARGET FILE
//!
//! The second form runs one input again. Each input has a number. What fails is written to `artifacts/TARGET/NUMBER`; with
//! START the storm begins there. `artifacts/TARGET/now` is the input under way, should the process itself end.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Longest input of a target: text comes in pieces, containers come whole.
fn longest(target: &str) -> usize {
    if CONTAINERS.contains(&target) { 100_000 } else { 6000 }
}

/// Targets whose seeds are whole files.
const CONTAINERS: [&str; 3] = ["unpack_any", "zip", "tar"];

/// xorshift64*: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % bound.max(1) as u64) as usize
    }
}

/// Files below a folder, in a fixed order.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    if target != "patterns" {
        files(&root.join("fixtures"), &mut paths);
    }
    files(&root.join("patterns"), &mut paths);
    paths.retain(|path| target != "patterns" || path.extension().is_some_and(|end| end == "toml"));
    let mut seeds: Vec<Vec<u8>> = vec![Vec::new(), vec![0; 64], b"a;b\n1;2\n".to_vec()];
    let own: &[&[u8]] = match target {
        "pdf_text" => PDF_TEXT,
        "wire" => WIRE,
        _ => &[],
    };
    if !own.is_empty() {
        return own.iter().map(|seed| seed.to_vec()).collect();
    }
    for path in paths {
        let bytes = fs::read(path).expect("readable");
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
        match target {
            // The examples say nothing to the compiler.
            "patterns" => {
                let text = String::from_utf8_lossy(&bytes);
                seeds.push(text.split("[[example]]").next().unwrap_or_default().as_bytes().to_vec());
            }
            "zip" if !bytes.starts_with(b"PK") => {}
            // The target writes its own first bytes.
            "zip" => seeds.push(bytes.into_iter().skip(4).collect()),
            "tar" if !bytes.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")) => {}
            "sql" if !holds(b"INSERT INTO") && !holds(b"COPY ") => {}
            _ if CONTAINERS.contains(&target) && bytes.len() <= longest(target) => seeds.push(bytes),
            _ => seeds.extend(bytes.chunks(1500).map(<[u8]>::to_vec)),
        }
    }
    seeds
}

/// Pages, maps, fonts, drawings and notes (see the target).
const PDF_TEXT: &[&[u8]] = &[
    b"BT /F1 12 Tf 72 700 Td (IIN 900101300017) Tj 0 -14 Td [(a.b) -250 (@c.kz)] TJ T* (next) ' 1 2 (x) \" ET /X1 Do\x0C\
      /CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n\
      2 beginbfchar <41> <0418> <42> <04380438> endbfchar 1 beginbfrange <30> <39> <0030> endbfrange endcmap\x0C\
      /Subtype /Type1 /BaseFont /Helvetica /FirstChar 32 /LastChar 34 /Widths [250 333 408] \
      /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [65 /afii10026 /uni0410 /A] >>\x0C\
      q 1 0 0 1 10 10 cm BT /F1 9 Tf 10 Tw 2 Tc 90 Tz 12 TL 1 Ts 3 Tr (form 900101300017) Tj ET Q /X1 Do\x0C\
      /T (iin) /V (900101300017) /Contents (\\376\\377\\004\\030) /A << /URI (mailto:a.b@c.kz) >>",
    b"BT /F1 12 Tf 1 0 0 1 72 700 Tm <00410042> Tj <0041> ' ET BI /W 1 /H 1 /BPC 8 ID x EI BT (tail) Tj ET\x0C\
      begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0041> <0043> [<0418> <D83DDE00> <>] \
      <0100> <01FF> <0400> endbfrange endcmap\x0C\
      /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 500 \
      /W [65 [600 610] 70 80 500] >>]\x0C\x0C/V /Off",
    b"/Span << /ActualText (\\376\\377) >> BDC BT /F1 1e38 Tf -1e38 0 Td (a) Tj ET EMC\x0C<0000> <ffffffff>\x0C\
      /Subtype /Type3 /Encoding /MacRomanEncoding /Widths [1e30 -5 null]\x0CBT /F2 0 Tf (no font) Tj ET",
    b"BI /W 9 /F /DCT ID \x01( EI\x01\nEI Q BT /F1 9 Tf (behind) Tj ET % remark 900101300017\x0C\x0C/Subtype /Type1\x0C\
      q (form) Tj Q\x0C/AP << /N 7 0 R /D << /On 7 0 R >> >> /Opt [(a) [(b) (900101300017)]] /RC 4 0 R /EF << /F 4 0 R >>",
];

/// Answers of workers, as they travel.
const WIRE: &[&[u8]] = &[
    b"t\0\0\0\0@\x06\0\0\0page 1w\x13\0\0\0IIN: 900101300017\n\n\ne\0\0\0\0.\0\0\0\0",
    b"T\x0e\0\0\0\x03\0\0\0iin\x03\0\0\0tel@\x01\0\0\0ar\x15\0\0\0\x0c\0\0\0900101300017\x01\0\0\05e\0\0\0\0.\0\0\0\0",
    b"s\x01\0\0\0Sl\x18\0\0\0\x01\0\0\0\x02\0\0\0\x0c\0\0\0900101300017l\x0d\0\0\0\x02\0\0\0\x03\0\0\0\x01\0\0\0xe\0\0\0\0.\0\0\0\0",
    b"m\x05\0\0\0a.txtb\x0c\0\0\0900101300017e\0\0\0\0c\x06\0\0\0\x06b.txtf\x01\0\0\0\x04.\0\0\0\0",
    b"m\x05\0\0\0a.zipb\x08\0\0\0PK\x05\x06\0\0\0\0f\x01\0\0\0\x03e\0\0\0\0.\0\0\0\0",
];

/// Pieces that a blind change would rarely hit upon.
const PIECES: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b"\0",
    b";",
    b",",
    b"\"",
    b"'",
    b"(",
    b")",
    b"=",
    b":",
    b"@",
    b"<<",
    b"::",
    b"--",
    b"+7 (701) 555-01-23",
    b"900101300017",
    b"a.b@c.kz",
    b"4405639703010003",
    b"KZ86125KZT5004100100",
    b"10.20.30.40",
    b"fe80::1",
    b"eyJhbGciOiJIUzI1NiJ9.e30.",
    "ИИН".as_bytes(),
    "\u{feff}".as_bytes(),
    b"\xff\xfe",
    b"\xc8\xc8\xcd",
    b"INSERT INTO `a` (`iin`,`b`) VALUES ",
    b"{\"iin\":\"",
    b"112-233-445 95",
    b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    b"regex = '[a-z]{1,40}abc'\nliterals = ['abc']",
    b"shape = \"regex\"",
    b"shape = \"digits\"",
    b"groups = [\"3-3-3 2\"]",
    b"*",
    b"999999999999999999999",
];

/// Numbers at which counting goes wrong.
const NUMBERS: [u64; 12] =
    [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, u64::MAX >> 1, u64::MAX];

fn mutated(seeds: &[Vec<u8>], longest: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(12) {
        let at = random.below(bytes.len() + 1);
        match random.below(11) {
            0 => bytes.insert(at, random.below(256) as u8),
            1 => drop(bytes.splice(at..(at + random.below(40)).min(bytes.len()), [])),
            2 => bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied()).for_each(drop),
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let start = random.below(other.len() + 1);
                let end = (start + random.below(400)).min(other.len());
                bytes.splice(at..at, other[start..end].iter().copied()).for_each(drop);
            }
            4 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
            5 => bytes
                .iter_mut()
                .skip(at)
                .take(1 + random.below(8))
                .for_each(|byte| *byte = b'0' + random.below(10) as u8),
            6 => {
                let end = (at + random.below(60)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                for _ in 0..random.below(6) {
                    bytes.splice(at..at, part.iter().copied()).for_each(drop);
                }
            }
            7 => bytes.truncate(at),
            8 | 9 => {
                let width = 1 << random.below(4);
                let number = NUMBERS[random.below(NUMBERS.len())];
                let number =
                    if random.below(2) == 0 { number.to_le_bytes() } else { number.swap_bytes().to_le_bytes() };
                let part = if number[0] == 0 { &number[8 - width..] } else { &number[..width] };
                bytes.iter_mut().skip(at).zip(part).for_each(|(byte, new)| *byte = *new);
            }
            _ => {
                // Wide letters.
                if random.below(20) == 0 {
                    bytes = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
                }
            }
        }
        bytes.truncate(longest);
    }
    bytes
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = arguments.get(1).and_then(|seconds| seconds.parse().ok());
    let target = arguments.first().and_then(|name| elek_fuzz::TARGETS.iter().find(|(known, _)| known == name));
    if let (Some((_, target)), Some(Ok(bytes))) = (target, arguments.get(1).map(fs::read)) {
        target(&bytes);
        println!("holds");
        return ExitCode::SUCCESS;
    }
    let (Some((name, target)), Some(seconds)) = (target, seconds) else {
        let names: Vec<&str> = elek_fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: storm {} SECONDS [START] | FILE", names.join("|"));
        return ExitCode::from(2);
    };
    let first: u64 = arguments.get(2).and_then(|start| start.parse().ok()).unwrap_or(0);
    let seeds = seeds(name);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut number, mut failed, mut slowest) = (first, 0, (Duration::ZERO, 0));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(name);
    fs::create_dir_all(&folder).expect("made");
    let now = fs::File::create(folder.join("now")).expect("made");
    while Instant::now() < end && failed < 10 {
        let bytes = mutated(&seeds, longest(name), &mut Random::new(number));
        now.write_at(format!("{number:20}\n").as_bytes(), 0).expect("written");
        let begun = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err() {
            fs::write(folder.join(number.to_string()), &bytes).expect("written");
            eprintln!("input {number} fails: {}", folder.join(number.to_string()).display());
            failed += 1;
        }
        slowest = slowest.max((begun.elapsed(), number));
        number += 1;
    }
    println!(
        "{name}: {} inputs, {failed} fail, the slowest took {:?} (input {})",
        number - first,
        slowest.0,
        slowest.1
    );
    ExitCode::from(u8::from(failed > 0))
}
