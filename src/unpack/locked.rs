//! What opens with a password: the passwords to try, and encrypted members of zip archives.
//!
//! Source: APPNOTE 6.3.10, 6.1 (traditional encryption); `WinZip`'s AE-1 and AE-2 (AES in counter mode, HMAC-SHA1).

use std::fmt;
use std::sync::Arc;

/// Most passwords that are tried.
const PASSWORDS: usize = 100;

/// Passwords to try, one after the other. Their words are shown nowhere.
#[derive(Clone, Default)]
pub struct Passwords(Arc<[String]>);

impl Passwords {
    /// One password a line, a hundred at most; empty lines are none.
    pub fn of_lines(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty()).take(PASSWORDS);
        Self(lines.map(str::to_owned).collect())
    }

    /// Each password.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passwords", self.0.len())
    }
}

#[cfg(feature = "formats")]
pub(super) use zip::{AES_METHOD, Lock};

#[cfg(feature = "formats")]
mod zip {
    use crate::text::{at, slice};
    use crate::unpack::Fault;
    use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
    use hmac::{Hmac, Mac as _};
    use sha1::Sha1;
    use std::io::{self, Read};

    /// The method of members encrypted with AES; the real one stands in an extra field.
    pub(crate) const AES_METHOD: u16 = 99;
    /// Bytes behind the content that prove it.
    const PROOF_BYTES: usize = 10;
    const ROUNDS: u32 = 1_000;

    /// How a member is encrypted.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Lock {
        /// The old way; one byte of the check sum or of the time tells a wrong password.
        Traditional { check: u8 },
        /// AES with a key of so many bytes.
        Aes { key_bytes: usize },
    }

    impl Lock {
        /// The lock that the extra field of AES describes, and how the content is packed.
        pub(crate) fn of_aes(field: &[u8]) -> Option<(Self, u16)> {
            let key_bytes = match at(field, 4) {
                1 => 16,
                2 => 24,
                3 => 32,
                _ => return None,
            };
            let method = u16::from_le_bytes([at(field, 5), at(field, 6)]);
            (field.len() >= 7 && slice(field, 2, 4) == b"AE").then_some((Self::Aes { key_bytes }, method))
        }

        /// The content behind the lock; `None` if the password does not fit. `length` is that of all packed bytes.
        pub(crate) fn open<'r>(
            self, password: &str, mut packed: Box<dyn Read + 'r>, length: u64,
        ) -> io::Result<Option<Box<dyn Read + 'r>>> {
            match self {
                Self::Traditional { check } => {
                    let mut keys = Keys::of(password.as_bytes());
                    let mut head = [0; 12];
                    packed.read_exact(&mut head).map_err(cut_off)?;
                    let last = head.into_iter().map(|byte| keys.decrypted(byte)).last();
                    Ok((last == Some(check)).then(|| Box::new(Traditional { packed, keys }) as Box<dyn Read + 'r>))
                }
                Self::Aes { key_bytes } => {
                    let mut head = vec![0; key_bytes / 2 + 2];
                    packed.read_exact(&mut head).map_err(cut_off)?;
                    let (salt, check) = head.split_at(key_bytes / 2);
                    let mut keys = vec![0; key_bytes * 2 + 2];
                    pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), salt, ROUNDS, &mut keys);
                    if slice(&keys, key_bytes * 2, keys.len()) != check {
                        return Ok(None);
                    }
                    let cipher = Cipher::new(slice(&keys, 0, key_bytes));
                    let mac = Hmac::<Sha1>::new_from_slice(slice(&keys, key_bytes, key_bytes * 2)).ok();
                    let Some((cipher, mac)) = cipher.zip(mac) else { return Ok(None) };
                    let left = length.saturating_sub((head.len() + PROOF_BYTES) as u64);
                    Ok(Some(Box::new(Aes { packed, cipher, mac: Some(mac), left, counter: 0, pad: [0; 16], used: 16 })))
                }
            }
        }
    }

    fn cut_off(error: io::Error) -> io::Error {
        if error.kind() == io::ErrorKind::UnexpectedEof { Fault::corrupt("cut off").into() } else { error }
    }

    /// The three keys of traditional encryption.
    struct Keys([u32; 3]);

    impl Keys {
        fn of(password: &[u8]) -> Self {
            let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
            for byte in password {
                keys.update(*byte);
            }
            keys
        }

        fn update(&mut self, byte: u8) {
            let [a, b, c] = &mut self.0;
            *a = crc(*a, byte);
            *b = b.wrapping_add(*a & 0xFF).wrapping_mul(134_775_813).wrapping_add(1);
            *c = crc(*c, (*b >> 24) as u8);
        }

        fn decrypted(&mut self, byte: u8) -> u8 {
            let [_, _, c] = self.0;
            let mask = (c & 0xFFFF | 2) as u16;
            let plain = byte ^ (mask.wrapping_mul(mask ^ 1) >> 8) as u8;
            self.update(plain);
            plain
        }
    }

    fn crc(sum: u32, byte: u8) -> u32 {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    }

    struct Traditional<'r> {
        packed: Box<dyn Read + 'r>,
        keys: Keys,
    }

    impl Read for Traditional<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let count = self.packed.read(buf)?;
            buf.iter_mut().take(count).for_each(|byte| *byte = self.keys.decrypted(*byte));
            Ok(count)
        }
    }

    enum Cipher {
        Aes128(Box<aes::Aes128>),
        Aes192(Box<aes::Aes192>),
        Aes256(Box<aes::Aes256>),
    }

    impl Cipher {
        fn new(key: &[u8]) -> Option<Self> {
            Some(match key.len() {
                16 => Self::Aes128(Box::new(aes::Aes128::new_from_slice(key).ok()?)),
                24 => Self::Aes192(Box::new(aes::Aes192::new_from_slice(key).ok()?)),
                _ => Self::Aes256(Box::new(aes::Aes256::new_from_slice(key).ok()?)),
            })
        }

        fn encrypt(&self, block: [u8; 16]) -> [u8; 16] {
            let mut block = block.into();
            match self {
                Self::Aes128(cipher) => cipher.encrypt_block(&mut block),
                Self::Aes192(cipher) => cipher.encrypt_block(&mut block),
                Self::Aes256(cipher) => cipher.encrypt_block(&mut block),
            }
            block.into()
        }
    }

    struct Aes<'r> {
        packed: Box<dyn Read + 'r>,
        cipher: Cipher,
        /// Until the proof has been looked at.
        mac: Option<Hmac<Sha1>>,
        left: u64,
        counter: u128,
        pad: [u8; 16],
        used: usize,
    }

    impl Read for Aes<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let wanted = usize::try_from(self.left).map_or(buf.len(), |left| left.min(buf.len()));
            if wanted == 0 {
                if let Some(mac) = self.mac.take_if(|_| self.left == 0) {
                    let mut proof = [0; PROOF_BYTES];
                    self.packed.read_exact(&mut proof).map_err(cut_off)?;
                    mac.verify_truncated_left(&proof).map_err(|_| Fault::corrupt("its proof does not fit"))?;
                }
                return Ok(0);
            }
            let count = self.packed.read(buf.get_mut(..wanted).unwrap_or_default())?;
            if count == 0 {
                return Err(Fault::corrupt("cut off").into());
            }
            self.left -= count as u64;
            if let Some(mac) = &mut self.mac {
                mac.update(buf.get(..count).unwrap_or_default());
            }
            for byte in buf.iter_mut().take(count) {
                if self.used == self.pad.len() {
                    self.counter += 1;
                    self.pad = self.cipher.encrypt(self.counter.to_le_bytes());
                    self.used = 0;
                }
                *byte ^= at(&self.pad, self.used);
                self.used += 1;
            }
            Ok(count)
        }
    }
}
