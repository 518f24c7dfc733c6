//! Arguments. One word for one thing: a flag, its `ELEK_` variable and its key in the config file share their name.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightWhite.on_default().bold())
    .usage(AnsiColor::BrightWhite.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("ELEK_GIT_SHA"), " ", env!("ELEK_BUILD_DATE"), ")");

const EXAMPLES: &str = "\
Examples:
  elek scan /var/log                       what is in the logs
  elek scan --format jsonl . > found.jsonl one record a line, for programs
  zcat dump.sql.gz | elek scan -           standard input
  elek detectors list                      what is looked for

Exit codes: 0 complete, 1 --fail-on reached, 2 bad arguments, 3 something could not
be read in full, 4 the profile may not see this, 5 a bug or a full disk; of the gate:
0 may leave, 10 redacted, 20 held, 30 denied.";

const GATE_EXAMPLES: &str = "\
Examples:
  elek gate --dest copilot prompt.txt -o safe.txt
  elek gate --dest market-app --volume crm export.json -o out.json
  elek gate --dest copilot - < prompt.txt > safe.txt
  elek gate --dest copilot --direction in --map m.elek answer.txt -o answer.out.txt
  elek gate --dest copilot --dry-run prompt.txt    judge and record, release nothing

Exit codes: 0 ALLOW, 10 REDACTED, 20 HOLD, 30 DENY; 2 only before any content is
opened. Only 0 and 10 release anything. Every decision is a line of the decision log.";

const FINDINGS_EXAMPLES: &str = "\
Examples:
  elek findings /var/lib/elek --detector 'kz.*' --min-confidence high
  elek findings /var/lib/elek --path /srv/crm -f jsonl > crm.jsonl

Paths are absolute. Of one item at most 10,000 findings are kept; `elek status` counts all.";

#[cfg(feature = "serve")]
const SERVE_EXAMPLES: &str = "\
Examples:
  elek doctor --config elek.toml           is everything there that it needs?
  elek serve --config elek.toml            in the foreground; logs on standard error
  systemctl reload elek                    read the configuration again (SIGHUP)

The first SIGTERM ends it at the next block, the second at once. What is found is kept
together with how far it was read: after a kill nothing is lost and nothing counted twice.";

const REDACT_EXAMPLES: &str = "\
Examples:
  elek redact ticket.txt -o ticket.safe.txt
  elek redact --method mask chat.json > chat.masked.json
  elek redact --map m.elek letter.eml -o letter.safe.eml
  elek redact --restore --map m.elek letter.safe.eml -o letter.eml

Without --map nothing that was replaced can come back.";

const REPORT_EXAMPLES: &str = "\
Examples:
  elek scan --format jsonl --items /srv > scan.jsonl
  elek report render --config elek.toml scan.jsonl -o report.html
  elek report purposes --config elek.toml scan.jsonl
  elek report register --config elek.toml --lang kk -f csv scan.jsonl
  elek report measures --year 2026 scans/*.jsonl
  elek report diff last-week.jsonl today.jsonl

Volumes, their paths and purposes stand in the config file.";

const SCAN_EXAMPLES: &str = "\
Examples:
  elek scan exports/ chat.log
  elek scan / --one-file-system --exclude 'node_modules' -f json -o report.json
  find . -name '*.log' -print0 | elek scan --files-from - -0
  elek scan . --only 'kz.*,email' --explain
  elek scan build/ --fail-on high          exit code 1 when something certain is found

What could not be read in full is listed, and the exit code is then 3. Values are
never shown, only masks.";

/// Finds personal data in files, and says what it could not read.
#[derive(Debug, Parser)]
#[command(name = "elek", version = VERSION, about, after_help = EXAMPLES, styles = STYLES, max_term_width = 100)]
#[command(
    propagate_version = false,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find personal data in files and folders
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(Box<Scan>),
    /// May it leave? Let content pass, redact it, hold it or refuse it, and record why
    #[command(after_help = GATE_EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Gate(Box<Gate>),
    /// Write a copy without personal data
    #[command(after_help = REDACT_EXAMPLES)]
    Redact(Box<Redact>),
    /// Report on scans: what lies where, purposes, record of processing, changes
    #[command(subcommand, after_help = REPORT_EXAMPLES)]
    Report(Report),
    /// Check the chain and the signatures of a decision log
    VerifyLog {
        /// The log
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The public key that signed it (`ed25519:…`); without it, the one the log itself names
        #[arg(long, value_name = "KEY")]
        public_key: Option<String>,
        /// A line that must be in it: `head` of an earlier `--json` answer (`sha256:…`)
        #[arg(long, value_name = "DIGEST")]
        expect: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// What a state folder keeps: volumes, runs, what was not read
    Status {
        /// The folder, as in `scan --state`
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// Report as: human, json
        #[arg(short, long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
        format: String,
    },
    /// Findings that a state folder keeps
    #[command(after_help = FINDINGS_EXAMPLES)]
    Findings(Findings),
    /// Run as a service: watch volumes, follow logs, scan on a schedule
    #[cfg(feature = "serve")]
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Serve),
    /// Check what the service needs: configuration, state, key, watches, sandbox, room
    #[cfg(feature = "serve")]
    Doctor,
    /// List, show and check detectors
    #[command(subcommand)]
    Detectors(Detectors),
    /// Score what is found in labelled files
    Eval(Eval),
    /// Check the config file, show what is in force
    #[command(subcommand)]
    Config(Config),
    /// Print a JSON Schema of what the program writes or reads
    Schema {
        /// Of what
        which: Schema,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Read formats for another process
    #[command(hide = true)]
    Worker {
        /// Say what holds the worker back, and end
        #[arg(long)]
        sandbox: bool,
    },
    /// Print the version and how this program was built
    Version {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Read this config file, not the usual ones
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Run only these detectors (ids or globs); for scans: gate and redact refuse it
    #[arg(long, global = true, value_name = "IDS", value_delimiter = ',')]
    pub(crate) only: Vec<OsString>,
    /// Leave out these detectors (ids or globs); for scans: gate and redact refuse it
    #[arg(long, global = true, value_name = "IDS", value_delimiter = ',')]
    pub(crate) except: Vec<OsString>,
    /// Read further detectors from a folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) patterns: Vec<OsString>,
    /// Language of messages: en, ru, kk, uk, be
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<OsString>,
    /// Colours: auto, always, never
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<OsString>,
    /// Who asks: operator, processor, auditor; narrower than the config file says, never wider
    #[arg(long, global = true, value_name = "WHO")]
    pub(crate) profile: Option<OsString>,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more: masks and lines in the report for people, what is in force on standard error
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
}

/// Flags of `serve`.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Key of fingerprints; without it `key` in the state folder, made on first use
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<OsString>,
}

/// Flags of `scan`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Scan {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// Read more paths from a list, one a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files_from: Vec<PathBuf>,
    /// Paths in lists end with a zero byte, not with a line
    #[arg(short = '0', long = "null", requires = "files_from")]
    pub(crate) null: bool,
    /// Leave out paths that fit a pattern
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<OsString>,
    /// Stay on the file systems of the paths given
    #[arg(long)]
    pub(crate) one_file_system: bool,

    /// Report as: human, json, jsonl, csv, sarif, html
    #[arg(short, long, value_name = "FORMAT", help_heading = "Report")]
    pub(crate) format: Option<OsString>,
    /// Write the report to a file, whole or not at all, readable by its owner only
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    pub(crate) output: Option<PathBuf>,
    /// Report from this confidence on: low, medium, high
    #[arg(long, value_name = "LEVEL", help_heading = "Report")]
    pub(crate) min_confidence: Option<OsString>,
    /// List findings of people (personal) or technical ones and organisations as well (all)
    #[arg(long, value_name = "WHICH", help_heading = "Report")]
    pub(crate) list: Option<OsString>,
    /// A record for every item, not only for those not read in full
    #[arg(long, help_heading = "Report")]
    pub(crate) items: bool,
    /// Say why each listed finding is one
    #[arg(long, help_heading = "Report")]
    pub(crate) explain: bool,
    /// Exit with 1 from this on: none, low, medium, high, or categories (globs)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "Report")]
    pub(crate) fail_on: Vec<OsString>,
    /// Reasons that do not make the answer incomplete: `unknown_binary`, `no_text`, `needs_ocr`
    #[arg(long, value_name = "REASONS", value_delimiter = ',', help_heading = "Report")]
    pub(crate) accept_gaps: Vec<OsString>,
    /// List at most this many findings of an item; the item then counts as not read in full
    #[arg(long, value_name = "N", help_heading = "Report")]
    pub(crate) max_findings_per_item: Option<u64>,
    /// Findings that this file accepts do not count for --fail-on, nor do values that are only counted
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    pub(crate) baseline: Option<OsString>,
    /// Write a baseline that accepts what is listed, with a reason; over an old one only together with --baseline
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report", requires = "reason")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Why the findings of a new baseline are accepted
    #[arg(long, value_name = "TEXT", help_heading = "Report", requires = "write_baseline")]
    pub(crate) reason: Option<String>,
    /// The last day on which a new baseline holds: 2027-01-31; else a year from now
    #[arg(long, value_name = "DATE", help_heading = "Report", requires = "write_baseline")]
    pub(crate) until: Option<String>,
    /// Key of fingerprints, 32 bytes or more
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    pub(crate) key_file: Option<OsString>,

    /// Passwords to try on encrypted archives and documents, one a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Running")]
    pub(crate) password_file: Option<OsString>,
    /// Keep in this folder what is found; read again only what has changed, and go on after an interruption
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Running")]
    pub(crate) state: Option<OsString>,
    /// Threads
    #[arg(short, long, value_name = "N", help_heading = "Running")]
    pub(crate) jobs: Option<u64>,
    /// How files are read: auto, pread, map
    #[arg(long, value_name = "HOW", help_heading = "Running")]
    pub(crate) read: Option<OsString>,
    /// Show no progress
    #[arg(long, help_heading = "Running")]
    pub(crate) no_progress: bool,
}

/// Flags of `findings`.
#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// The folder, as in `scan --state`
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// Of these detectors only (ids or globs)
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub(crate) detector: Vec<String>,
    /// In this file, or below this folder
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: Option<PathBuf>,
    /// From this confidence on: low, medium, high
    #[arg(long, value_name = "LEVEL")]
    pub(crate) min_confidence: Option<String>,
    /// In items that this run read
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Report as: human, jsonl, csv
    #[arg(short, long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "jsonl", "csv"])]
    pub(crate) format: String,
}

/// Flags of `gate`.
#[derive(Debug, Args)]
pub(crate) struct Gate {
    #[command(subcommand)]
    pub(crate) command: Option<GateCommand>,
    /// The file; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required = true)]
    pub(crate) file: Option<PathBuf>,
    /// Where it is to go: copilot, market-app, contact-center, …, or one of the config file
    #[arg(long, value_name = "DEST", required = true)]
    pub(crate) dest: Option<String>,
    /// Which way: out, or in for an answer that comes back
    #[arg(long, value_name = "WAY", default_value = "out")]
    pub(crate) direction: String,
    /// Judge and record, release nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what may leave to a file, whole or not at all; else to standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Print the decision as JSON (on standard output with -o or --dry-run, else on standard error)
    #[arg(short, long, value_name = "FORMAT")]
    pub(crate) format: Option<OsString>,

    /// The volume it comes from, as in the config file
    #[arg(long, value_name = "ID", help_heading = "Ground")]
    pub(crate) volume: Option<String>,
    /// Declared purposes; else those of the volume
    #[arg(long, value_name = "IDS", value_delimiter = ',', help_heading = "Ground")]
    pub(crate) purpose: Vec<String>,
    /// Legal ground and where it is kept: `consent:4417`, `contract:12`
    #[arg(long, value_name = "KIND:REF", help_heading = "Ground")]
    pub(crate) basis: Option<String>,
    /// How consent was given: explicit, weak, implied
    #[arg(long, value_name = "HOW", requires = "basis", help_heading = "Ground")]
    pub(crate) strength: Option<String>,
    /// A file with the addressee's own values, one a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Ground")]
    pub(crate) recipient: Option<PathBuf>,
    /// Name of the person or service that asks
    #[arg(long, value_name = "NAME", help_heading = "Ground")]
    pub(crate) actor: Option<String>,
    /// Number of the approval that lets a held object pass
    #[arg(long, value_name = "SEQ", help_heading = "Ground")]
    pub(crate) approval: Option<u64>,
    /// Refuse unless these rules are in force (`rules.digest` of an earlier record)
    #[arg(long, value_name = "DIGEST", help_heading = "Ground")]
    pub(crate) rules: Option<String>,

    #[command(flatten)]
    pub(crate) making: Making,
    #[command(flatten)]
    pub(crate) running: Running,
    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// Subcommands of `gate`.
#[derive(Debug, Subcommand)]
pub(crate) enum GateCommand {
    /// List decisions that wait for a named person
    Holds {
        /// List those that were approved as well
        #[arg(long)]
        all: bool,
        /// Print as
        #[arg(short, long, value_name = "FORMAT", default_value = "md")]
        format: PaperFormat,
        #[command(flatten)]
        logging: Logging,
    },
    /// Approve a held decision: the same content, destination and rules may pass until a time
    Approve {
        /// Number of the held record
        #[arg(value_name = "SEQ")]
        seq: u64,
        /// What you are: `dpo`, …
        #[arg(long, value_name = "ROLE")]
        role: String,
        /// Why it may pass
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// How many hours the approval holds
        #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
        hours: u32,
        #[command(flatten)]
        logging: Logging,
    },
}

/// Flags of `redact`.
#[derive(Debug, Args)]
pub(crate) struct Redact {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Write the copy to a file, whole or not at all; else to standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Put back what `--map` knows
    #[arg(long, requires = "map")]
    pub(crate) restore: bool,
    #[command(flatten)]
    pub(crate) making: Making,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// How copies are made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Redaction")]
pub(crate) struct Making {
    /// Replace values by: placeholder, remove, generalize, mask; else as the taxonomy says
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Keep what placeholders stand for in a file, encrypted to the key; the copy is then pseudonymised
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) map: Option<PathBuf>,
    /// Write down methods by category, and what cannot come back
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: Option<PathBuf>,
}

/// How content is taken in and scanned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct Running {
    /// Findings count from this confidence on: low, medium, high
    #[arg(long, value_name = "LEVEL")]
    pub(crate) min_confidence: Option<OsString>,
    /// Key of fingerprints and maps, 32 bytes or more
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<OsString>,
    /// Content up to so many bytes is kept in memory
    #[arg(long, value_name = "BYTES")]
    pub(crate) spool_memory: Option<u64>,
    /// Keep longer standard input in this folder, encrypted, in a file without a name
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) spool: Option<OsString>,
    /// Threads
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<u64>,
}

/// Where decisions are recorded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Decision log")]
pub(crate) struct Logging {
    /// Record decisions in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) decision_log: Option<OsString>,
    /// Sign with the key in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) decision_key: Option<OsString>,
}

/// Subcommands of `report`.
#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// What volumes hold beyond what they are declared for; exit code 1 if they do
    Purposes {
        #[command(flatten)]
        from: From,
        /// Report as
        #[arg(short, long, value_name = "FORMAT", default_value = "md")]
        format: PaperFormat,
    },
    /// The record of processing: what is declared beside what was observed
    Register {
        #[command(flatten)]
        from: From,
        /// Report as
        #[arg(short, long, value_name = "FORMAT", default_value = "md")]
        format: PaperFormat,
    },
    /// What lies where: volumes by categories, coverage, who may read, what to do
    Render {
        #[command(flatten)]
        from: From,
        /// Report as
        #[arg(short, long, value_name = "FORMAT", default_value = "html")]
        format: RenderFormat,
    },
    /// What was done in a year: scans, coverage, decisions, loosened rules, holds; exit code 1 if the decision log is broken
    Measures {
        /// The year
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(u16).range(2000..=9999))]
        year: u16,
        /// Scan files of the year
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// Write the report to a file, whole or not at all, readable by its owner only
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
        /// Report as
        #[arg(short, long, value_name = "FORMAT", default_value = "md")]
        format: PaperFormat,
        #[command(flatten)]
        logging: Logging,
    },
    /// What is new, gone and still there, by fingerprints; exit code 1 if a value is new, or known and at a new place
    Diff {
        /// The earlier scan (`elek scan --format jsonl`)
        #[arg(value_name = "BEFORE", value_hint = ValueHint::FilePath)]
        before: PathBuf,
        /// The later scan
        #[arg(value_name = "AFTER", value_hint = ValueHint::FilePath)]
        after: PathBuf,
        /// Write the report to a file, whole or not at all, readable by its owner only
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
        /// Report as
        #[arg(short, long, value_name = "FORMAT", default_value = "md")]
        format: PaperFormat,
    },
}

/// What a report comes from, and where it goes.
#[derive(Debug, Args)]
pub(crate) struct From {
    /// Scan files (`elek scan --format jsonl` or `json`); `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "state")]
    pub(crate) files: Vec<PathBuf>,
    /// Report on what this folder keeps (`elek scan --state`)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "files")]
    pub(crate) state: Option<PathBuf>,
    /// Write the report to a file, whole or not at all, readable by its owner only
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// A format of `report render`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderFormat {
    /// One page that needs nothing else, in five languages
    Html,
    /// Markdown
    Md,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
}

/// A format of reports made of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaperFormat {
    /// Markdown
    Md,
    /// One page that needs nothing else, in five languages
    Html,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// Flags of `eval`.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// Folder with `labels.jsonl`, or with `corpus/labels.jsonl`
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// Report as: human, json
    #[arg(short, long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    pub(crate) format: String,
    /// Exit with 1 if the mean F1 of the detectors is lower, in hundredths
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) min_f1: Option<f64>,
}

/// A share in hundredths.
fn percent(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=100.0).contains(share));
    share.ok_or_else(|| "it must be a number from 0 to 100".to_owned())
}

/// Subcommands of `detectors`.
#[derive(Debug, Subcommand)]
pub(crate) enum Detectors {
    /// List detectors: id, category, class, name
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a detector: what it finds, by which law, from which source
    Show {
        /// Its id
        id: String,
    },
    /// Run the examples of the detectors in folders; without a folder, of those in the program
    Check {
        /// Folders of detector files
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folders: Vec<PathBuf>,
    },
}

/// Subcommands of `config`.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Read the config file and say whether it is in order
    Check,
    /// Show every setting and where it comes from
    Show,
}

/// A JSON Schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Schema {
    /// A line of `--format jsonl`
    Scan,
    /// The document of `--format json`
    Report,
    /// The config file
    Config,
    /// A line of the decision log
    Decision,
    /// What `--manifest` writes
    Redaction,
    /// The document of `report purposes`
    Purposes,
    /// The document of `report register`
    Register,
    /// The document of `report diff`
    Diff,
    /// The document of `report measures`
    Measures,
    /// The document of `report render`
    Overview,
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_setting_that_is_a_flag_has_the_name_of_its_flag() {
        let command = Arguments::command();
        let of = |name: &str| command.find_subcommand(name).expect("there is one").get_arguments();
        let flags: Vec<&str> =
            of("scan").chain(of("gate")).chain(command.get_arguments()).filter_map(clap::Arg::get_long).collect();
        let is_limit = |key: &str| key.starts_with("limit_");
        for setting in crate::cli::settings::SETTINGS.iter().filter(|setting| !is_limit(setting.key)) {
            let flag = setting.flag();
            assert!(flags.contains(&flag.as_str()), "--{flag}");
        }
    }
}
