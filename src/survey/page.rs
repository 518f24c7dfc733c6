//! Reports as pages that need nothing else: data, words in five languages, style and script in one file. And the service's
//! page, of the same look.
//!
//! Promise: no request leaves the page and nothing in the data can become markup or script. The content security policy
//! allows this one style and this one script by their digests; data are a block that is not run, with `<` written as `\u`,
//! and the script puts text into the page as text. Without scripts the tables are there all the same.

use super::holdings::{Holdings, Row};
use super::json;
use super::overview::Overview;
use super::paper::{Paper, Part, html};
use crate::lang::{Lang, Message};
use crate::policy::Class;
use crate::problem::Reason;
use crate::report::base64;
use crate::taxonomy::{Category, Jurisdiction};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The style that the pages share.
const STYLE: &str = include_str!("page/page.css");
/// The script that all pages share: elements, tables and lists.
const BASE: &str = include_str!("page/base.js");
/// The script that the report and the service's page share: sections over what lies where.
const PARTS: &str = include_str!("page/parts.js");
const REPORT: &str = include_str!("page/report.js");
const PAPER: &str = include_str!("page/paper.js");
const CONSOLE: &str = include_str!("page/console.js");

/// Words of the page, by the names that its script uses.
const WORDS: &[(&str, Message)] = &[
    ("title", Message::ReportOverview),
    ("hint", Message::ReportHint),
    ("complete", Message::CoverComplete),
    ("incomplete", Message::CoverIncomplete),
    ("unfinished", Message::CoverUnfinished),
    ("not_scanned", Message::CoverNotScanned),
    ("read", Message::CoverRead),
    ("people", Message::PagePeople),
    ("gaps", Message::HeadGaps),
    ("findings", Message::HeadFindings),
    ("matrix", Message::HeadMatrix),
    ("coverage", Message::HeadCoverage),
    ("purposes", Message::PagePurposes),
    ("no_purposes", Message::NoPurposeFindings),
    ("nothing", Message::NothingFound),
    ("open", Message::HeadOpen),
    ("modes_unknown", Message::PageModesUnknown),
    ("everyone", Message::PageEveryone),
    ("advice", Message::HeadAdvice),
    ("chart", Message::PageChart),
    ("filter", Message::PageFilter),
    ("all", Message::PageAll),
    ("shown", Message::PageShown),
    ("capped", Message::PageCapped),
    ("more", Message::PageMore),
    ("language", Message::PageLanguage),
    ("violation", Message::VerdictViolation),
    ("violations", Message::PageViolations),
    ("review", Message::VerdictReview),
    ("purpose_undeclared", Message::VerdictUndeclared),
    ("instruction_missing", Message::VerdictUninstructed),
    ("head_volume", Message::HeadVolume),
    ("head_category", Message::HeadCategory),
    ("head_class", Message::HeadClass),
    ("head_law", Message::HeadLaw),
    ("head_verdict", Message::HeadVerdict),
    ("head_where", Message::HeadWhere),
    ("head_sample", Message::HeadSample),
    ("head_items", Message::HeadItems),
    ("head_found", Message::HeadFound),
    ("head_confidence", Message::HeadConfidence),
    ("head_reason", Message::HeadReason),
    ("head_owner", Message::HeadOwner),
    ("head_mode", Message::HeadMode),
    ("level.0", Message::ConfidenceLow),
    ("level.1", Message::ConfidenceMedium),
    ("level.2", Message::ConfidenceHigh),
];

/// Words of a page of sentences and tables.
const PAPER_WORDS: &[(&str, Message)] = &[
    ("complete", Message::CoverComplete),
    ("incomplete", Message::CoverIncomplete),
    ("search", Message::PageSearch),
    ("more", Message::PageMore),
    ("chart", Message::PageChart),
    ("language", Message::PageLanguage),
];

/// Words of the service's page, beside those of the report.
const CONSOLE_WORDS: &[(&str, Message)] = &[
    ("service", Message::ConsoleService),
    ("now", Message::ConsoleNow),
    ("running", Message::ConsoleRunning),
    ("unreachable", Message::ConsoleUnreachable),
    ("sign_in_needed", Message::ConsoleSignInNeeded),
    ("sign_in", Message::ConsoleSignIn),
    ("sign_out", Message::ConsoleSignOut),
    ("token", Message::ConsoleToken),
    ("token_hint", Message::ConsoleTokenHint),
    ("token_wrong", Message::ConsoleTokenWrong),
    ("theme", Message::ConsoleTheme),
    ("theme_auto", Message::ConsoleThemeAuto),
    ("theme_light", Message::ConsoleThemeLight),
    ("theme_dark", Message::ConsoleThemeDark),
    ("waiting", Message::ConsoleWaiting),
    ("watching", Message::ConsoleWatching),
    ("watch.events", Message::ConsoleWatchEvents),
    ("watch.polling", Message::ConsoleWatchPoll),
    ("watch.off", Message::ConsoleWatchNone),
    ("watch.starting", Message::ConsoleWatchStarting),
    ("watch.stalled", Message::ConsoleWatchStalled),
    ("walking", Message::ConsoleWalking),
    ("last_walk", Message::ConsoleLastWalk),
    ("seconds", Message::Seconds),
    ("job", Message::ConsoleJob),
    ("job.queued", Message::ConsoleJobQueued),
    ("job.running", Message::ConsoleJobRunning),
    ("job.done", Message::ConsoleJobDone),
    ("job.failed", Message::ConsoleJobFailed),
    ("job.cancelled", Message::ConsoleJobCancelled),
    ("head_state", Message::HeadState),
    ("created", Message::ConsoleCreated),
    ("holds", Message::ConsoleHolds),
    ("no_holds", Message::ConsoleNoHolds),
    ("record", Message::HeadSeq),
    ("destination", Message::HeadDestination),
    ("approve", Message::ConsoleApprove),
    ("cancel", Message::ConsoleCancel),
    ("role", Message::ConsoleRole),
    ("reason", Message::ConsoleReason),
    ("hours", Message::ConsoleHours),
    ("refused", Message::ConsoleRefused),
    ("decisions", Message::ConsoleDecisions),
    ("verify", Message::ConsoleVerify),
    ("log_whole", Message::LogWhole),
    ("log_broken", Message::LogBroken),
    ("next", Message::ConsoleNext),
    ("path", Message::ConsolePath),
    ("because.matrix", Message::BecauseMatrix),
    ("because.approved", Message::BecauseApproved),
    ("because.precondition", Message::BecausePrecondition),
    ("because.role_missing", Message::BecauseRole),
    ("because.country_unknown", Message::BecauseCountry),
    ("because.raised", Message::BecauseRaised),
    ("because.not_rewritable", Message::BecauseNotRewritable),
    ("because.redaction_forbidden", Message::BecauseForbidden),
    ("because.rescan_found", Message::BecauseRescan),
    ("because.limit_exceeded", Message::BecauseLimit),
    ("because.spool_not_writable", Message::BecauseSpool),
    ("because.interrupted", Message::BecauseInterrupted),
    ("because.policy_invalid", Message::BecausePolicy),
    ("because.destination_unknown", Message::BecauseDestination),
    ("because.rules_changed", Message::BecauseRules),
    ("because.consent_register_missing", Message::BecauseRegister),
    ("because.consent_register_stale", Message::BecauseStale),
    ("because.subject_withdrawn", Message::BecauseWithdrawn),
    ("because.approval_expired", Message::BecauseExpired),
    ("because.approval_mismatch", Message::BecauseMismatch),
    ("because.clock_behind", Message::BecauseClock),
    ("because.record_not_writable", Message::BecauseRecord),
    ("because.release_failed", Message::BecauseRelease),
];

/// Words that every page needs: what `more` names, classes, classes of laws, reasons; by language.
fn words(more: &[(&'static str, Message)]) -> BTreeMap<&'static str, BTreeMap<String, &'static str>> {
    let of = |lang: Lang| {
        let own = more.iter().map(|(name, message)| ((*name).to_owned(), lang.text(*message)));
        let classes = Class::ALL.map(|class| (format!("class.{}", class.name()), lang.gate_class(class.name())));
        let laws = Category::all().iter().flat_map(|known| Jurisdiction::ALL.map(|law| known.law(law)));
        let laws = laws.chain(["public"]).map(|word| (format!("law.{word}"), lang.law_class(word)));
        let reasons = Reason::ALL.iter().map(|reason| (format!("reason.{}", reason.name()), lang.reason(*reason)));
        let known = classes.into_iter().chain(laws).filter_map(|(name, text)| Some((name, text?)));
        (lang.code(), own.chain(known).chain(reasons).collect())
    };
    Lang::ALL.map(of).into_iter().collect()
}

/// What the script reads.
#[derive(Serialize)]
struct Data<'d, 'h> {
    lang: &'static str,
    words: BTreeMap<&'static str, BTreeMap<String, &'static str>>,
    report: &'d Overview<'h>,
    rows: Rows<'d, 'h>,
    rows_total: u64,
}

/// Rows of the list of findings, each as a list of cells.
struct Rows<'d, 'h> {
    list: &'d [Row],
    volumes: BTreeMap<&'h str, usize>,
    categories: BTreeMap<&'d str, usize>,
}

impl Serialize for Rows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for row in self.list {
            let volume = self.volumes.get(row.volume.as_str());
            let category = self.categories.get(row.category.as_str());
            if let (Some(volume), Some(category)) = (volume, category) {
                let place = &row.place;
                let open = row.open.map(u8::from);
                let inside = (&place.member, &place.at, place.line);
                let (member, at, line) = inside;
                list.serialize_element(&(
                    volume,
                    category,
                    &place.path,
                    member,
                    at,
                    line,
                    place.count,
                    row.level,
                    &row.sample,
                    open,
                ))?;
            }
        }
        list.end()
    }
}

/// The report as a page.
///
/// # Errors
///
/// None in practice: everything in it can be written as JSON.
pub fn report(holdings: &Holdings<'_>, overview: &Overview<'_>, lang: Lang) -> Result<Vec<u8>, serde_json::Error> {
    let volumes = overview.volumes.iter().enumerate().map(|(index, volume)| (volume.id, index)).collect();
    let categories = overview.categories.iter().enumerate().map(|(index, known)| (known.id.as_str(), index)).collect();
    let data = json::line(&Data {
        lang: lang.code(),
        words: words(WORDS),
        report: overview,
        rows: Rows { list: holdings.rows(), volumes, categories },
        rows_total: holdings.rows_total,
    })?;
    let still = format!("<p>{}</p>{}", html(lang.text(Message::PageNeedsScript)), overview.paper(lang).html());
    Ok(document(lang, lang.text(Message::ReportOverview), &[BASE, PARTS, REPORT].concat(), &data, &still, "'none'"))
}

/// A report of sentences and tables as a page: `paper` in each language, shown in `lang` first. `complete`: whether it
/// answers for everything asked, where it is an answer to that.
///
/// # Errors
///
/// None in practice: everything in it can be written as JSON.
pub fn paper(paper: impl Fn(Lang) -> Paper, lang: Lang, complete: Option<bool>) -> Result<Vec<u8>, serde_json::Error> {
    #[derive(Serialize)]
    struct Sheets<'p> {
        lang: &'static str,
        words: BTreeMap<&'static str, BTreeMap<String, &'static str>>,
        complete: Option<bool>,
        papers: BTreeMap<&'static str, Sheet<'p>>,
    }
    let first = paper(lang);
    let others: Vec<(Lang, Paper)> =
        Lang::ALL.into_iter().filter(|other| *other != lang).map(|other| (other, paper(other))).collect();
    let mut papers: BTreeMap<_, _> =
        others.iter().map(|(other, own)| (other.code(), Sheet { paper: own, beside: Some(&first) })).collect();
    papers.insert(lang.code(), Sheet { paper: &first, beside: None });
    let data = json::line(&Sheets { lang: lang.code(), words: words(PAPER_WORDS), complete, papers })?;
    let still = format!("<p>{}</p>{}", html(lang.text(Message::PageNeedsScript)), first.html());
    Ok(document(lang, &first.title, &[BASE, PAPER].concat(), &data, &still, "'none'"))
}

/// A report in one language. Cells of tables that are the same in the one `beside` it are written as `0`.
struct Sheet<'p> {
    paper: &'p Paper,
    beside: Option<&'p Paper>,
}

impl<'p> Serialize for Sheet<'p> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Cell<'p> {
            Same(u8),
            Own(&'p str),
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Piece<'p> {
            Heading { h: &'p str },
            Text { p: &'p str },
            Table { heads: &'p [String], rows: Vec<Vec<Cell<'p>>> },
        }
        #[derive(Serialize)]
        struct Whole<'p> {
            title: &'p str,
            parts: Vec<Piece<'p>>,
        }
        let rows_beside = |part: usize| match self.beside.and_then(|paper| paper.parts.get(part)) {
            Some(Part::Table(_, rows)) => rows.as_slice(),
            _ => &[],
        };
        let piece = |(index, part): (usize, &'p Part)| match part {
            Part::Heading(text) => Piece::Heading { h: text },
            Part::Text(text) => Piece::Text { p: text },
            Part::Table(heads, rows) => {
                let beside = rows_beside(index);
                let cells = |(row, cells): (usize, &'p Vec<String>)| {
                    let other = |column| beside.get(row).and_then(|cells| cells.get(column));
                    let cell = |(column, text): (usize, &'p String)| {
                        if other(column) == Some(text) { Cell::Same(0) } else { Cell::Own(text) }
                    };
                    cells.iter().enumerate().map(cell).collect()
                };
                Piece::Table { heads, rows: rows.iter().enumerate().map(cells).collect() }
            }
        };
        let parts = self.paper.parts.iter().enumerate().map(piece).collect();
        Whole { title: &self.paper.title, parts }.serialize(serializer)
    }
}

/// The service's page: what the service says is asked by its script, from the service alone. Also its content security
/// policy, as a header for it. `token_needed`: whoever looks has to say who it is first.
///
/// # Errors
///
/// None in practice: everything in it can be written as JSON.
pub fn console(lang: Lang, token_needed: bool) -> Result<(Vec<u8>, String), serde_json::Error> {
    #[derive(Serialize)]
    struct Console {
        lang: &'static str,
        token_needed: bool,
        words: BTreeMap<&'static str, BTreeMap<String, &'static str>>,
        categories: BTreeMap<&'static str, Known>,
    }
    #[derive(Serialize)]
    struct Known {
        #[serde(flatten)]
        names: BTreeMap<&'static str, &'static str>,
        severity: u8,
    }
    let known = |category: &'static Category| {
        let names = Lang::ALL.map(|lang| (lang.code(), category.name(lang))).into_iter().collect();
        (category.id, Known { names, severity: category.severity })
    };
    let data = json::line(&Console {
        lang: lang.code(),
        token_needed,
        words: words(&[WORDS, CONSOLE_WORDS].concat()),
        categories: Category::all().iter().map(known).collect(),
    })?;
    let script = [BASE, PARTS, CONSOLE].concat();
    let still = format!("<p>{}</p>", html(lang.text(Message::PageNeedsScript)));
    let page = document(lang, lang.text(Message::ConsoleService), &script, &data, &still, "'self'");
    let policy = policy(&format!("\n{script}"), &format!("\n{STYLE}"), "'self'");
    Ok((page, format!("{policy}; frame-ancestors 'none'")))
}

/// A whole page. `still` is what it shows without scripts, `connect` where its script may ask.
fn document(lang: Lang, title: &str, script: &str, data: &[u8], still: &str, connect: &str) -> Vec<u8> {
    let (script, style) = (format!("\n{script}"), format!("\n{STYLE}"));
    let policy = policy(&script, &style, connect);
    let (code, title) = (lang.code(), html(title));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{style}</style>\n</head>\n<body>\n\
         <noscript><div>{still}</div></noscript>\n<script type=\"application/json\" id=\"data\">"
    )
    .into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(format!("</script>\n<script>{script}</script>\n</body>\n</html>\n").as_bytes());
    out
}

/// The content security policy of a page with one style and one script.
fn policy(script: &str, style: &str, connect: &str) -> String {
    let digest = |text: &str| {
        let mut out = Vec::new();
        base64(&mut out, &Sha256::digest(text.as_bytes()));
        format!("'sha256-{}'", String::from_utf8_lossy(&out))
    };
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src {connect}; base-uri 'none'; form-action 'none'",
        digest(script),
        digest(style)
    )
}

#[cfg(test)]
mod tests {
    use super::{BASE, CONSOLE, CONSOLE_WORDS, PAPER, PAPER_WORDS, PARTS, REPORT, WORDS, console, words};
    use crate::lang::Lang;
    use std::collections::BTreeMap;

    /// Names of words in a script: `t("name"` and `t("start." +`.
    fn named(script: &str) -> Vec<&str> {
        script.split(" t(\"").chain(script.split("(t(\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    fn check(scripts: &[&str], words: &BTreeMap<&'static str, BTreeMap<String, &'static str>>) {
        for lang in Lang::ALL {
            let words = &words[lang.code()];
            let used =
                scripts.iter().flat_map(|script| named(script)).filter(|name| name.len() < 24 && !name.contains('\n'));
            for name in used {
                let known =
                    words.contains_key(name) || name.ends_with('.') && words.keys().any(|key| key.starts_with(name));
                assert!(known, "`{name}` in {}", lang.code());
            }
        }
    }

    #[test]
    fn the_scripts_find_their_words() {
        check(&[BASE, PARTS, REPORT], &words(WORDS));
        check(&[BASE, PAPER], &words(PAPER_WORDS));
        check(&[BASE, PARTS, CONSOLE], &words(&[WORDS, CONSOLE_WORDS].concat()));
    }

    #[test]
    fn the_service_page_asks_the_service_alone() {
        let (page, policy) = console(Lang::Kk, true).expect("JSON");
        let page = String::from_utf8(page).expect("UTF-8");
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && policy.contains("connect-src 'self'"));
        let inside = policy.strip_suffix("; frame-ancestors 'none'").expect("a header's own");
        assert!(page.contains(&format!("content=\"{inside}\"")), "{policy}");
        assert_eq!(page.matches("<script").count(), 2);
    }

    #[test]
    fn nothing_in_the_scripts_ends_their_element() {
        for text in [BASE, PARTS, REPORT, PAPER, CONSOLE, super::STYLE] {
            assert!(!text.contains("</") && !text.contains("<!--"));
            assert!(!text.contains("innerHTML") && !text.contains("eval(") && !text.contains("https:"));
        }
        assert_eq!([BASE, PARTS].concat().matches("http").count(), 1, "the name of SVG, and no address");
    }
}
