//! Documents that are zip archives: which parts hold text, and how each is read.
//!
//! Source: ECMA-376 (Office Open XML), OASIS `OpenDocument` 1.3. Parts that are XML are text of the document itself;
//! pictures, embedded files and everything else are its members.

use super::prose::{Family, Fields, Prose};
use super::zip::{Archive, Entry};
use super::{Child, Children, Fault, Frames, Made, ods, xlsx};
use crate::problem::Reason;
use std::ops::ControlFlow;

/// What kind of document an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Office {
    /// docx, xlsx, pptx and their kin.
    Ooxml,
    /// odt, odp and their kin.
    OdfText,
    /// ods.
    OdfSheets,
}

impl Office {
    /// Tells a document by the names of its parts, and by the type that `OpenDocument` writes first.
    pub(super) fn of<'n>(mut names: impl Iterator<Item = &'n str>, mimetype: Option<&[u8]>) -> Option<Self> {
        if let Some(own) = mimetype.and_then(|own| own.strip_prefix(b"application/vnd.oasis.opendocument.")) {
            return Some(if own.starts_with(b"spreadsheet") { Self::OdfSheets } else { Self::OdfText });
        }
        names.any(|name| name == "[Content_Types].xml").then_some(Self::Ooxml)
    }

    /// Whether a part of a document is text of the document itself.
    pub(super) fn reads(name: &str) -> bool {
        let ending = name.rsplit('.').next().unwrap_or_default();
        ["xml", "rels", "vml", "rdf"].iter().any(|own| ending.eq_ignore_ascii_case(own)) || name == "mimetype"
    }

    /// Hands on the text of all parts.
    pub(super) fn open(
        self, archive: &Archive<'_>, parts: &[Entry], children: &mut Children<'_>,
    ) -> Result<ControlFlow<()>, Fault> {
        if self != Self::Ooxml && is_encrypted(archive, parts) {
            return Err(Fault { reason: Reason::Encrypted, detail: None });
        }
        let mut fault = None;
        let mut take = |result: Result<ControlFlow<()>, Fault>| match result {
            Ok(flow) => flow,
            Err(own) => {
                fault.get_or_insert(own);
                ControlFlow::Continue(())
            }
        };
        let book = (self == Self::Ooxml).then(|| xlsx::Book::open(archive, parts)).flatten();
        for part in parts {
            let read = match (self, &book) {
                (_, Some(book)) if book.has_sheet(&part.name) => book.sheet(archive, part, children),
                (_, Some(_)) if part.name == xlsx::STRINGS => Ok(ControlFlow::Continue(())),
                (Self::OdfSheets, _) if part.name == "content.xml" => ods::open(archive, part, children),
                _ => self.part(archive, part, children),
            };
            if take(read).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if let Some(book) = &book
            && take(book.rest(children)).is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        fault.map_or(Ok(ControlFlow::Continue(())), Err)
    }

    /// One part as prose, or as fields.
    fn part(self, archive: &Archive<'_>, part: &Entry, children: &mut Children<'_>) -> Result<ControlFlow<()>, Fault> {
        let name = part.name.as_str();
        let bytes = archive.reader(part).map_err(|error| Fault::of(&error))?;
        let family = match self {
            Self::Ooxml => Family::Ooxml,
            Self::OdfText | Self::OdfSheets => Family::Odf,
        };
        if is_prose(self, name) {
            let mut prose = Prose::new(bytes, family, stem(name));
            return Ok(children(Child::Text(&mut Frames::new(None, |made: &mut Made| prose.next(made)))));
        }
        if name == "mimetype" {
            return Ok(ControlFlow::Continue(()));
        }
        let mut fields = Fields::new(bytes, name, !is_boilerplate(name));
        Ok(children(Child::Text(&mut Frames::new(None, |made: &mut Made| fields.next(made)))))
    }
}

/// Whether a part is XML by its name.
pub(super) fn is_xml(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("xml"))
}

/// `slide3` of `ppt/slides/slide3.xml`.
pub(super) fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split('.').next().unwrap_or(file)
}

/// Whether a part has paragraphs.
fn is_prose(office: Office, name: &str) -> bool {
    if office != Office::Ooxml {
        return matches!(name.rsplit('/').next(), Some("content.xml" | "styles.xml"));
    }
    let folders = [
        "ppt/slides/",
        "ppt/notesSlides/",
        "ppt/comments/",
        "ppt/slideLayouts/",
        "ppt/slideMasters/",
        "ppt/notesMasters/",
        "ppt/handoutMasters/",
        "ppt/diagrams/",
        "word/diagrams/",
        "xl/drawings/",
        "xl/threadedComments/",
        "xl/diagrams/",
    ];
    let stems = ["document", "header", "footer", "comments", "footnotes", "endnotes"];
    !name.contains("_rels/")
        && is_xml(name)
        && (folders.iter().any(|folder| name.starts_with(folder))
            || (name.starts_with("word/") || name.starts_with("xl/"))
                && stems.iter().any(|own| stem(name).starts_with(own)))
}

/// Parts whose attributes are measures and colours.
fn is_boilerplate(name: &str) -> bool {
    let stems = [
        "theme",
        "styles",
        "settings",
        "webSettings",
        "fontTable",
        "numbering",
        "stylesWithEffects",
        "tableStyles",
        "presProps",
        "viewProps",
        "presentation",
        "[Content_Types]",
        "manifest",
        "themeOverride",
        "calcChain",
    ];
    let own = stem(name).trim_end_matches(|c: char| c.is_ascii_digit());
    stems.contains(&own)
}

/// Whether the list of parts says that they are encrypted (`OpenDocument` 1.3, part 2, 3.4).
fn is_encrypted(archive: &Archive<'_>, parts: &[Entry]) -> bool {
    let Some(manifest) = parts.iter().find(|part| part.name == "META-INF/manifest.xml") else { return false };
    let Ok(bytes) = archive.reader(manifest) else { return false };
    let mut xml = super::xml::Xml::new(bytes);
    loop {
        match xml.next() {
            Ok(super::xml::Token::Start("encryption-data", _)) => return true,
            Ok(super::xml::Token::Ended) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_by_their_parts() {
        let of = |names: &[&str], mimetype| Office::of(names.iter().copied(), mimetype);
        assert_eq!(of(&["a.txt"], None), None);
        assert_eq!(of(&["[Content_Types].xml", "word/document.xml"], None), Some(Office::Ooxml));
        let spreadsheet: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
        assert_eq!(of(&["mimetype", "content.xml"], Some(spreadsheet)), Some(Office::OdfSheets));
        assert_eq!(of(&["mimetype"], Some(b"application/epub+zip")), None);
        assert!(is_prose(Office::Ooxml, "word/header1.xml"));
        assert!(is_prose(Office::Ooxml, "xl/comments2.xml"));
        assert!(!is_prose(Office::Ooxml, "word/_rels/document.xml.rels"));
        assert!(!is_prose(Office::Ooxml, "word/styles.xml"));
        assert!(is_boilerplate("word/theme/theme1.xml"));
        assert!(!is_boilerplate("customXml/item1.xml"));
    }
}
