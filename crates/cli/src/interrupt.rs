//! Ctrl-C: once asks the computation to stop and print what there is, twice stops at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Installs the handler.
///
/// # Returns
/// The flag that computations watch.
pub(crate) fn watch() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let installed = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    // Without a handler Ctrl-C ends the program at once, which is what a system without signals
    // would do anyway.
    drop(installed);
    flag
}
