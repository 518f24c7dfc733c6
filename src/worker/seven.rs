//! 7z archives: members as they are.

use super::wire::{Out, Told};
use sevenz_rust2::{ArchiveReader, Error, Password};
use std::io::{self, Cursor, Read, Write};

/// Longest name of a member, in characters.
const NAME_CHARS: usize = 1024;

pub(super) fn read<W: Write>(bytes: &[u8], passwords: &[String], out: &mut Out<W>) -> io::Result<()> {
    // A wrong password shows in what comes out: each is tried on the first member, before anything is sent.
    let fits = |password: &&String| {
        let Ok(mut archive) = ArchiveReader::new(Cursor::new(bytes), Password::from(password.as_str())) else {
            return false;
        };
        archive.set_thread_count(1);
        let mut is_read = true;
        let first = archive.for_each_entries(&mut |entry: &sevenz_rust2::ArchiveEntry, bytes: &mut dyn Read| {
            is_read = io::copy(bytes, &mut io::sink()).is_ok();
            Ok(entry.is_directory() || entry.size() == 0)
        });
        first.is_ok() && is_read
    };
    let password = if passwords.len() > 1 { passwords.iter().find(fits) } else { None };
    let password = password.map_or_else(Password::empty, |password| Password::from(password.as_str()));
    let mut archive = match ArchiveReader::new(Cursor::new(bytes), password) {
        Ok(archive) => archive,
        Err(error) => return out.told(told(&error, Told::DamagedArchive)),
    };
    archive.set_thread_count(1);
    let mut broken = None;
    let mut ended = Ok(());
    let read = archive.for_each_entries(&mut |entry: &sevenz_rust2::ArchiveEntry, bytes: &mut dyn Read| {
        if entry.is_directory() {
            return Ok(true);
        }
        let name: String = entry.name().chars().take(NAME_CHARS).collect();
        match member(&name, bytes, out) {
            Ok(None) => Ok(true),
            // What follows in the same stream cannot be reached.
            Ok(Some(error)) => {
                broken = Some(error);
                Ok(false)
            }
            Err(error) => {
                ended = Err(error);
                Ok(false)
            }
        }
    });
    ended?;
    match (broken, read) {
        (Some(_), _) => out.told(Told::DamagedMember),
        (None, Err(error)) => out.told(told(&error, Told::DamagedArchive)),
        (None, Ok(())) => Ok(()),
    }
}

/// Sends a member; gives the error of its stream.
fn member<W: Write>(name: &str, bytes: &mut dyn Read, out: &mut Out<W>) -> io::Result<Option<io::Error>> {
    let mut piece = vec![0; 64 << 10];
    let mut begun = false;
    loop {
        match bytes.read(&mut piece) {
            Ok(0) => {
                if !begun {
                    out.member(name)?;
                }
                out.end()?;
                return Ok(None);
            }
            Ok(count) => {
                if !begun {
                    out.member(name)?;
                    begun = true;
                }
                out.bytes(piece.get(..count).unwrap_or(&[]))?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                if begun {
                    out.told(Told::DamagedMember)?;
                    out.end()?;
                } else {
                    out.closed(name, Told::DamagedMember)?;
                }
                return Ok(Some(error));
            }
        }
    }
}

fn told(error: &Error, otherwise: Told) -> Told {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Told::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => Told::Encrypted,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) | Error::ExternalUnsupported => Told::Method,
        Error::MaxMemLimited { .. } => Told::Memory,
        _ => otherwise,
    }
}
