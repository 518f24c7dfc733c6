//! Makes containers in memory.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::Write;

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("in memory")
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

pub(crate) fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// A header of tar, a member, and the padding behind it.
pub(crate) fn tar_entry(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = [&header, content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = members.iter().flat_map(|(name, content)| tar_entry(name, content)).collect();
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A member of a zip archive, as it is to be written.
pub(crate) struct Zipped<'z> {
    pub(crate) name: &'z [u8],
    pub(crate) content: &'z [u8],
    /// Stored, not deflated.
    pub(crate) stored: bool,
    /// Named in the directory.
    pub(crate) listed: bool,
    pub(crate) flags: u16,
}

impl<'z> Zipped<'z> {
    pub(crate) fn new(name: &'z str, content: &'z [u8]) -> Self {
        Self { name: name.as_bytes(), content, stored: false, listed: true, flags: 0x800 }
    }
}

pub(crate) fn zip_of(members: &[Zipped<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory, mut count) = (Vec::new(), Vec::new(), 0u16);
    for member in members {
        let packed = if member.stored {
            member.content.to_vec()
        } else {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
            encoder.write_all(member.content).expect("in memory");
            encoder.finish().expect("in memory")
        };
        let mut crc = flate2::Crc::new();
        crc.update(member.content);
        let at = bytes.len() as u32;
        let mut common = Vec::new();
        for two in [20, member.flags, if member.stored { 0 } else { 8 }, 0, 0x21] {
            common.extend_from_slice(&two.to_le_bytes());
        }
        for four in [crc.sum(), packed.len() as u32, member.content.len() as u32] {
            common.extend_from_slice(&four.to_le_bytes());
        }
        common.extend_from_slice(&(member.name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&common);
        bytes.extend_from_slice(member.name);
        bytes.extend_from_slice(&packed);
        if member.listed {
            directory.extend_from_slice(b"PK\x01\x02\x14\0");
            directory.extend_from_slice(&common);
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&at.to_le_bytes());
            directory.extend_from_slice(member.name);
            count += 1;
        }
    }
    let at = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&[0; 2]);
    bytes
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    // The type of a document of `OpenDocument` is stored as it is.
    let zipped = |name, content| Zipped { stored: name == "mimetype", ..Zipped::new(name, content) };
    let members: Vec<Zipped<'_>> = members.iter().map(|(name, content)| zipped(*name, *content)).collect();
    zip_of(&members)
}

/// A message with one attachment.
pub(crate) fn mail(name: &str, content: &[u8]) -> Vec<u8> {
    let mut letters = crate::values::base64(content).replace('-', "+").replace('_', "/");
    letters.extend(std::iter::repeat_n('=', (4 - letters.len() % 4) % 4));
    let encoded: Vec<String> =
        letters.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let encoded = encoded.join("\r\n");
    format!(
        "From: <robot@localhost>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=b=\"\r\n\r\n--=b=\r\nContent-Type: text/plain\r\n\r\nno text\r\n\
         --=b=\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{encoded}\r\n--=b=--\r\n"
    )
    .into_bytes()
}
