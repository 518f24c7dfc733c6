//! What a command writes is none of what it reads, and each file of it another one.

use super::failure::Failure;
use anyhow::anyhow;
use elek::report::escape;
use elek::report::output::Place;
use std::path::Path;

/// Refuses files to be written, each with the flag that names it, that would take the place of what is read or of each
/// other.
pub(crate) fn apart<'p>(
    read: impl IntoIterator<Item = &'p Path>, written: &[(&str, Option<&'p Path>)],
) -> Result<(), Failure> {
    let placed = |path: &'p Path| Some((path, Place::of(path)?));
    let mut taken: Vec<(&Path, Place)> = read.into_iter().filter_map(placed).collect();
    for (flag, path) in written {
        let Some((path, place)) = path.and_then(placed) else { continue };
        if let Some((other, _)) = taken.iter().find(|(_, known)| *known == place) {
            let (path, other) = (escape::path(path), escape::path(other));
            return Err(
                Failure::usage(anyhow!("`{flag} {path}` would take the place of `{other}`")).hint("name another file")
            );
        }
        taken.push((path, place));
    }
    Ok(())
}
