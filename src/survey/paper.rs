//! A report for people: title, sentences, tables; as Markdown or as a plain page.
//!
//! Promise: nothing in a name can become markup, move the reading direction or run.

use crate::report::escape;
use std::fmt::Write as _;

/// A report for people.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// What it says.
    pub parts: Vec<Part>,
}

/// A part of a report.
#[derive(Clone, Debug)]
pub enum Part {
    /// A heading.
    Heading(String),
    /// A sentence.
    Text(String),
    /// A table: heads, and rows of as many cells.
    Table(Vec<String>, Vec<Vec<String>>),
}

impl Paper {
    /// A report without parts.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), parts: Vec::new() }
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Heading(capital(&text.into())));
    }

    /// Adds a sentence.
    pub fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    /// Adds a table.
    pub fn table(&mut self, heads: impl IntoIterator<Item = impl Into<String>>, rows: Vec<Vec<String>>) {
        let heads = heads.into_iter().map(|head| capital(&head.into())).collect();
        self.parts.push(Part::Table(heads, rows));
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", markdown(&self.title));
        for part in &self.parts {
            out.push('\n');
            match part {
                Part::Heading(text) => writeln!(out, "## {}", markdown(text)),
                Part::Text(text) => writeln!(out, "{}", markdown(text)),
                Part::Table(heads, rows) => {
                    markdown_row(&mut out, heads);
                    markdown_row(&mut out, &vec!["---".to_owned(); heads.len()]);
                    for row in rows {
                        markdown_row(&mut out, &row.iter().map(|cell| markdown(cell)).collect::<Vec<_>>());
                    }
                    Ok(())
                }
            }
            // Writing to a string cannot fail.
            .ok();
        }
        out
    }

    /// The inside of a page, from the first heading on.
    pub fn html(&self) -> String {
        let mut out = format!("<h1>{}</h1>\n", html(&self.title));
        for part in &self.parts {
            match part {
                Part::Heading(text) => writeln!(out, "<h2>{}</h2>", html(text)),
                Part::Text(text) => writeln!(out, "<p>{}</p>", html(text)),
                Part::Table(heads, rows) => {
                    out.push_str("<table><thead>");
                    html_row(&mut out, heads, "th");
                    out.push_str("</thead><tbody>\n");
                    for row in rows {
                        html_row(&mut out, row, "td");
                    }
                    writeln!(out, "</tbody></table>")
                }
            }
            // Writing to a string cannot fail.
            .ok();
        }
        out
    }
}

/// A text that begins with a capital letter, as headings do.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

fn html_row(out: &mut String, cells: &[String], tag: &str) {
    out.push_str("<tr>");
    for cell in cells {
        // Writing to a string cannot fail.
        write!(out, "<{tag}>{}</{tag}>", html(cell)).ok();
    }
    out.push_str("</tr>\n");
}

fn markdown_row(out: &mut String, cells: &[String]) {
    out.push('|');
    for cell in cells {
        out.push(' ');
        out.push_str(cell);
        out.push_str(" |");
    }
    out.push('\n');
}

/// Text as text of Markdown.
fn markdown(text: &str) -> String {
    let shown = escape::text(text);
    let mut out = String::with_capacity(shown.len());
    let mut letters = shown.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let inside = before.is_alphanumeric() && letters.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(letter, '\\' | '`' | '*' | '<' | '>' | '|' | '[' | ']' | '&' | '~' | '#' | '!')
            || letter == '_' && !inside
        {
            out.push('\\');
        }
        out.push(letter);
        before = letter;
    }
    out
}

/// Text as text of a page, also inside of an attribute's quotes.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in escape::text(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Paper, html};

    #[test]
    fn names_stay_text() {
        let mut paper = Paper::new("T");
        paper.table(
            ["in sight"],
            vec![vec!["x|y\n<img src=x onerror=alert(1)> __a__ nid.kz_iin \u{202e}exe".to_owned()]],
        );
        let text = paper.markdown();
        assert_eq!(
            text.lines().last(),
            Some("| x\\|y\\\\n\\<img src=x onerror=alert(1)\\> \\_\\_a\\_\\_ nid.kz_iin \\\\u{202e}exe |")
        );
        assert!(text.contains("| In sight |"));
        let page = paper.html();
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;") && !page.contains("<img"), "{page}");
        assert!(page.contains("\\u{202e}exe"));
        assert_eq!(html("\"'&"), "&quot;&#39;&amp;");
    }
}
