//! Signals: the first one asks the scan to stop and say what it has, the second one ends the program.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that SIGINT, SIGTERM and SIGHUP set.
///
/// # Errors
///
/// What the operating system said.
pub(crate) fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // In this order: a flag that is set already gives the signal its usual effect.
        flag::register_conditional_default(signal, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// Lets a write beyond the limit for files end with an error instead of the program.
///
/// # Errors
///
/// What the operating system said.
pub(crate) fn survive_file_limit() -> io::Result<()> {
    const SIGXFSZ: i32 = 25;
    flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))).map(drop)
}
