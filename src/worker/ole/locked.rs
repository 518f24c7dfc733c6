//! Encrypted documents of Office 2007 and later: a compound file with the document, encrypted, in one stream.
//!
//! Source: [MS-OFFCRYPTO] 2.3.4: standard encryption (2.3.4.5-2.3.4.9) and agile encryption (2.3.4.10-2.3.4.15).
//! Not:     keys from certificates, and the encryption of older programs. The sum over the whole (2.3.4.14) is not
//!          looked at: what is decrypted is an archive with sums of its own.
//! Promise: the price of a password is bounded, whatever the file asks for.

use aes::cipher::{Block, BlockCipherDecrypt, KeyInit};
use elek::text::base64;
use quick_xml::events::Event;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// What Excel takes itself for books that are only protected from changes ([MS-OFFCRYPTO] 2.4.2.3 and XLS).
const KNOWN: &str = "VelvetSweatshop";
/// Most rounds of a hash for one password: Office writes 100,000.
const ROUNDS: u32 = 1_000_000;
/// Rounds of standard encryption.
const STANDARD_ROUNDS: u32 = 50_000;
/// Bytes of the document that are encrypted with one vector.
const SEGMENT_BYTES: usize = 4096;
/// What keys are made for.
const VERIFIER_INPUT: [u8; 8] = [0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79];
const VERIFIER_VALUE: [u8; 8] = [0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e];
const KEY_VALUE: [u8; 8] = [0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6];

/// The document that one of the passwords opens.
pub(super) fn opened(info: &[u8], package: &[u8], passwords: &[String]) -> Option<Vec<u8>> {
    let lock = Lock::of(info)?;
    let words = passwords.iter().map(String::as_str).chain([KNOWN]);
    let key = words.filter(|password| !password.is_empty()).find_map(|password| lock.key(password))?;
    lock.document(&key, package)
}

#[derive(Debug)]
enum Lock {
    Standard { salt: Vec<u8>, verifier: [u8; 16], value: [u8; 32], key_bytes: usize },
    Agile { whole: Parameters, own: Parameters, rounds: u32, input: Vec<u8>, value: Vec<u8>, key: Vec<u8> },
}

/// How one thing is encrypted.
#[derive(Clone, Debug)]
struct Parameters {
    hash: Hash,
    salt: Vec<u8>,
    key_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn all<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => all::<Sha1>(parts),
            Self::Sha256 => all::<Sha256>(parts),
            Self::Sha384 => all::<Sha384>(parts),
            Self::Sha512 => all::<Sha512>(parts),
        }
    }

    /// The hash of a password, and of that, many times.
    fn of_password(self, salt: &[u8], password: &str, rounds: u32) -> Vec<u8> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let first = self.of(&[salt, &password]);
        (0..rounds).fold(first, |hash, round| self.of(&[&round.to_le_bytes(), &hash]))
    }
}

/// Cut or filled to a length ([MS-OFFCRYPTO] 2.3.4.11).
fn fitted(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

/// Decrypts whole blocks: each for itself, or chained from a vector on. What is left of a block is left out.
fn decrypted(key: &[u8], vector: Option<&[u8]>, bytes: &[u8]) -> Option<Vec<u8>> {
    fn all<C: BlockCipherDecrypt + KeyInit>(key: &[u8], vector: Option<&[u8]>, bytes: &[u8]) -> Option<Vec<u8>> {
        let cipher = C::new_from_slice(key).ok()?;
        let mut before: [u8; 16] = vector.map_or(Some([0; 16]), |vector| vector.get(..16)?.try_into().ok())?;
        let mut plain = Vec::with_capacity(bytes.len());
        for own in bytes.as_chunks::<16>().0 {
            let mut block = Block::<C>::try_from(own.as_slice()).ok()?;
            cipher.decrypt_block(&mut block);
            match vector {
                None => plain.extend(block.iter()),
                Some(_) => plain.extend(block.iter().zip(before).map(|(byte, before)| byte ^ before)),
            }
            before = *own;
        }
        Some(plain)
    }
    match key.len() {
        16 => all::<aes::Aes128>(key, vector, bytes),
        24 => all::<aes::Aes192>(key, vector, bytes),
        32 => all::<aes::Aes256>(key, vector, bytes),
        _ => None,
    }
}

impl Lock {
    fn of(info: &[u8]) -> Option<Self> {
        match (super::two(info, 0)?, super::two(info, 2)?) {
            (4, 4) => Self::of_agile(info.get(8..)?),
            (2..=4, 2) => Self::of_standard(info.get(8..)?),
            _ => None,
        }
    }

    /// A header with its length, then the verifier (2.3.4.5, 2.3.3).
    fn of_standard(rest: &[u8]) -> Option<Self> {
        let length = super::four(rest, 0)? as usize;
        let header = rest.get(4..4usize.checked_add(length)?)?;
        let (algorithm, key_bits) = (super::four(header, 8)?, super::four(header, 16)?);
        let bits = match algorithm {
            0x660E => 128,
            0x660F => 192,
            0x6610 => 256,
            _ => return None,
        };
        let verifier = rest.get(4 + length..)?;
        (key_bits == bits && super::four(verifier, 0)? == 16).then_some(())?;
        Some(Self::Standard {
            salt: verifier.get(4..20)?.to_vec(),
            verifier: verifier.get(20..36)?.try_into().ok()?,
            value: verifier.get(40..72)?.try_into().ok()?,
            key_bytes: bits as usize / 8,
        })
    }

    /// An element of XML for the whole, and one for each way to the key.
    fn of_agile(xml: &[u8]) -> Option<Self> {
        let mut reader = quick_xml::Reader::from_reader(xml);
        let (mut whole, mut buffer) = (None, Vec::new());
        loop {
            buffer.clear();
            let element = match reader.read_event_into(&mut buffer).ok()? {
                Event::Start(element) | Event::Empty(element) => element,
                Event::Eof => return None,
                _ => continue,
            };
            let value = |name: &str| {
                let mut attributes = element.attributes();
                let mut read = attributes.with_checks(false).flatten();
                let found = read.find(|attribute| attribute.key.local_name().as_ref() == name)?;
                Some(found.value.into_owned())
            };
            let bytes = |name: &str| value(name).map(|text| base64::decoded(text.bytes()));
            let parameters = || {
                let hash = match value("hashAlgorithm")?.as_str() {
                    "SHA1" | "SHA-1" => Hash::Sha1,
                    "SHA256" | "SHA-256" => Hash::Sha256,
                    "SHA384" | "SHA-384" => Hash::Sha384,
                    "SHA512" | "SHA-512" => Hash::Sha512,
                    _ => return None,
                };
                let is_read = value("cipherAlgorithm")? == "AES"
                    && value("cipherChaining")? == "ChainingModeCBC"
                    && value("blockSize")? == "16";
                let key_bytes = value("keyBits")?.parse::<usize>().ok()? / 8;
                is_read.then_some(Parameters { hash, salt: bytes("saltValue")?, key_bytes })
            };
            match element.local_name().as_ref() {
                "keyData" => whole = parameters(),
                "encryptedKey" => {
                    let rounds = value("spinCount")?.parse().ok().filter(|rounds| *rounds <= ROUNDS)?;
                    return Some(Self::Agile {
                        whole: whole?,
                        own: parameters()?,
                        rounds,
                        input: bytes("encryptedVerifierHashInput")?,
                        value: bytes("encryptedVerifierHashValue")?,
                        key: bytes("encryptedKeyValue")?,
                    });
                }
                _ => {}
            }
        }
    }

    /// The key of the document, if the password fits.
    fn key(&self, password: &str) -> Option<Vec<u8>> {
        match self {
            Self::Standard { salt, verifier, value, key_bytes } => {
                let hash = Hash::Sha1.of_password(salt, password, STANDARD_ROUNDS);
                let hash = Hash::Sha1.of(&[&hash, &0u32.to_le_bytes()]);
                let part = |mask: u8| {
                    let mut block = [mask; 64];
                    block.iter_mut().zip(&hash).for_each(|(byte, hash)| *byte ^= hash);
                    Hash::Sha1.of(&[&block])
                };
                let key: Vec<u8> = [part(0x36), part(0x5C)].concat().into_iter().take(*key_bytes).collect();
                let (input, value) = (decrypted(&key, None, verifier)?, decrypted(&key, None, value)?);
                (value.get(..20)? == Hash::Sha1.of(&[&input])).then_some(key)
            }
            Self::Agile { own, rounds, input, value, key, .. } => {
                let hash = own.hash.of_password(&own.salt, password, *rounds);
                let vector = fitted(own.salt.clone(), 16);
                let open = |purpose: [u8; 8], bytes: &[u8]| {
                    let key = fitted(own.hash.of(&[&hash, &purpose]), own.key_bytes);
                    decrypted(&key, Some(&vector), bytes)
                };
                let proof = own.hash.of(&[&open(VERIFIER_INPUT, input)?]);
                (open(VERIFIER_VALUE, value)?.get(..proof.len())? == proof).then_some(())?;
                let mut key = open(KEY_VALUE, key)?;
                key.truncate(own.key_bytes);
                Some(key)
            }
        }
    }

    /// The document: its length, then its bytes.
    fn document(&self, key: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        let (length, bytes) = package.split_first_chunk::<8>()?;
        let mut plain = match self {
            Self::Standard { .. } => decrypted(key, None, bytes)?,
            Self::Agile { whole, .. } => {
                let mut plain = Vec::with_capacity(bytes.len());
                for (segment, bytes) in bytes.chunks(SEGMENT_BYTES).enumerate() {
                    let vector = whole.hash.of(&[&whole.salt, &(segment as u32).to_le_bytes()]);
                    plain.extend(decrypted(key, Some(&fitted(vector, 16)), bytes)?);
                }
                plain
            }
        };
        plain.truncate(usize::try_from(u64::from_le_bytes(*length)).ok()?);
        Some(plain)
    }
}
