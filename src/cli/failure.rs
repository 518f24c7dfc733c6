//! Errors as they are printed: what went wrong, why, and what to do.

use elek::report::outcome::Code;

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    error: anyhow::Error,
    hint: Option<String>,
}

impl Failure {
    /// Bad arguments, config or pattern file; nothing was done.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: Code::Usage, error: error.into(), hint: None }
    }

    /// The profile may not see this.
    pub(crate) fn not_permitted(error: impl Into<anyhow::Error>) -> Self {
        Self { code: Code::NotPermitted, error: error.into(), hint: None }
    }

    /// A bug or a full disk.
    pub(crate) fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self { code: Code::Internal, error: error.into(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// All of it in one line, for logs.
    #[cfg(feature = "serve")]
    pub(crate) fn in_one_line(&self) -> String {
        format!("{:#}", self.error)
    }

    pub(crate) fn code(&self) -> Code {
        self.code
    }

    pub(crate) fn print(&self, quiet: bool) {
        use elek::report::escape;
        let lines = |text: &str| text.lines().map(escape::text).collect::<Vec<_>>().join("\n  ");
        super::note(&format!("error: {}", lines(&self.error.to_string())));
        for cause in self.error.chain().skip(1) {
            super::note(&format!("caused by: {}", lines(&cause.to_string())));
        }
        if let Some(hint) = self.hint.as_deref().filter(|_| !quiet) {
            super::note(&format!("hint: {hint}"));
        }
    }
}
