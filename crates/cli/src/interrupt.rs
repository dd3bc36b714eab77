//! Ctrl-C: once asks a computation to stop and print what there is, twice stops at once. Before
//! there is anything to print, once is enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the handler and the program tell each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    pressed: Arc<AtomicBool>,
    computing: Arc<AtomicBool>,
}

impl Interrupt {
    /// Installs the handler.
    pub(crate) fn watch() -> Self {
        let state = Self::default();
        let seen = state.clone();
        let installed = ctrlc::set_handler(move || {
            let again = seen.pressed.swap(true, Ordering::SeqCst);
            if again || !seen.computing.load(Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        // Without a handler Ctrl-C ends the program at once, which is what a system without
        // signals would do anyway.
        drop(installed);
        state
    }

    /// From now on a computation runs that watches the flag.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.computing.store(true, Ordering::SeqCst);
        Arc::clone(&self.pressed)
    }

    /// The flag alone, for work that has nothing to print if it is ended: once is enough as before.
    pub(crate) fn seen(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.pressed)
    }

    /// Whether Ctrl-C has been pressed.
    pub(crate) fn pressed(&self) -> bool {
        self.pressed.load(Ordering::SeqCst)
    }
}
