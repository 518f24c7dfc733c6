//! Drives a fuzz target without libFuzzer: seeds from the project's own files, deterministic mutations.
//!
//!     cargo run --release --no-default-features --bin storm -- TARGET SECONDS [START]
//!     cargo run --release --no-default-features --bin storm -- TARGET FILE
//!
//! The second form runs one input again. Each input has a number. What fails is written to `artifacts/TARGET/NUMBER`; with START the storm begins there.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const LONGEST: usize = 6000;

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
    for path in paths {
        let bytes = fs::read(path).expect("readable");
        if target == "patterns" {
            // The examples say nothing to the compiler.
            let text = String::from_utf8_lossy(&bytes);
            seeds.push(text.split("[[example]]").next().unwrap_or_default().as_bytes().to_vec());
        } else {
            seeds.extend(bytes.chunks(1500).map(<[u8]>::to_vec));
        }
    }
    seeds
}

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

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(12) {
        let at = random.below(bytes.len() + 1);
        match random.below(9) {
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
            _ => {
                // Wide letters.
                if random.below(20) == 0 {
                    bytes = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
                }
            }
        }
        bytes.truncate(LONGEST);
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
    while Instant::now() < end && failed < 10 {
        let bytes = mutated(&seeds, &mut Random::new(number));
        let begun = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(name);
            fs::create_dir_all(&folder).expect("made");
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
