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
be read in full, 5 a bug or a full disk.";

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
    /// List, show and check detectors
    #[command(subcommand)]
    Detectors(Detectors),
    /// Check the config file, show what is in force
    #[command(subcommand)]
    Config(Config),
    /// Print a JSON Schema of what the program writes or reads
    Schema {
        /// A line of `--format jsonl`, the document of `--format json`, or the config file
        which: Schema,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the version and how this program was built
    Version {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Read this config file, not the usual ones
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Run only these detectors (ids or globs)
    #[arg(long, global = true, value_name = "IDS", value_delimiter = ',')]
    pub(crate) only: Vec<OsString>,
    /// Leave out these detectors (ids or globs)
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
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more: masks and lines in the report for people, what is in force on standard error
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
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

    /// Report as: human, json, jsonl, csv
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
    /// Key of fingerprints, 32 bytes or more
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    pub(crate) key_file: Option<OsString>,

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
        let scan = command.find_subcommand("scan").expect("there is a scan");
        let flags: Vec<&str> =
            scan.get_arguments().chain(command.get_arguments()).filter_map(clap::Arg::get_long).collect();
        for setting in crate::cli::settings::SETTINGS {
            let flag = setting.flag();
            assert!(flags.contains(&flag.as_str()), "--{flag}");
        }
    }
}
