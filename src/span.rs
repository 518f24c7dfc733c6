//! Places of values: byte ranges in raw files, in decoded text and in names.

/// A byte range `start..end` of the raw file or member, in any encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawSpan {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl RawSpan {
    /// Length in bytes.
    pub fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// A byte range `start..end` of decoded UTF-8 text. Never comparable with a [`RawSpan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextSpan {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// Where a value stands, with the kind of offsets it is given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Offsets in the raw bytes of the file or member.
    Raw(RawSpan),
    /// Offsets in the decoded text of the member.
    Text(TextSpan),
    /// Offsets in the bytes of the path or member name itself.
    Path(RawSpan),
}

impl Place {
    /// The report's word for the kind of offsets.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Raw(_) => "raw",
            Self::Text(_) => "text",
            Self::Path(_) => "path",
        }
    }

    /// Start and end, whatever they count.
    pub fn bounds(self) -> (u64, u64) {
        match self {
            Self::Raw(span) | Self::Path(span) => (span.start, span.end),
            Self::Text(span) => (span.start, span.end),
        }
    }
}
