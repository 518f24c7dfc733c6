//! What judges content that may leave, in `elek gate` and `elek redact` alike: every detector, from `medium` on. What the
//! configuration selects is for scans and loosens nothing here; a flag that would is refused.

use super::args::Common;
use super::failure::Failure;
use super::scan;
use super::settings::Settings;
use anyhow::anyhow;
use elek::detect::Catalog;
use elek::engine::Options;
use elek::gate::{self, Intake, Sieve, Stated};
use elek::policy::Policy;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

/// Detectors, and how they are run.
pub(crate) struct Judging {
    pub(crate) catalog: Catalog,
    pub(crate) options: Options,
}

impl Judging {
    /// All detectors that there are, with the limits of the settings.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let options = Options {
            jobs: settings.jobs()?,
            min_confidence: settings.min_confidence(),
            limits: settings.limits()?,
            accepted: BTreeSet::new(),
            today: scan::today(),
            level: scan::level(),
            helper: Some(crate::worker::pool()),
            passwords: elek::engine::Passwords::default(),
        };
        Ok(Self { catalog: scan::judging_catalog(settings)?, options: gate::judging(options) })
    }
}

/// Refuses flags that leave detectors out. `judged`: what is done with every detector; `hint`: what can be done instead.
pub(crate) fn whole(common: &Common, judged: &str, hint: &str) -> Result<(), Failure> {
    for (flag, named) in [("only", &common.only), ("except", &common.except)] {
        if !named.is_empty() {
            return Err(Failure::usage(anyhow!("{judged} with every detector; `--{flag}` is for scans")).hint(hint));
        }
    }
    Ok(())
}

/// What records say of a policy. Ids that hold values are refused: records name them, and hold none.
pub(crate) fn stated(policy: &Policy, judging: &Judging) -> Result<Stated, Failure> {
    let (intake, stop) = (Intake::default(), AtomicBool::new(false));
    let Judging { catalog, options } = judging;
    let sieve = Sieve { catalog, options: options.clone(), key: &[0; 32], intake, stop: &stop, share: None };
    let stated = Stated::new(&sieve, policy);
    match stated.unfit() {
        None => Ok(stated),
        Some((table, shown)) => Err(Failure::usage(anyhow!(
            "the id of [{table}.\"{shown}\"] holds what looks like personal data, and a record holds none"
        ))
        .hint("name it by a word, or by a number of your own register")),
    }
}
