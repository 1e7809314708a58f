//! Which module is it that the card and the browsers are to be reached by?

use std::sync::{Arc, OnceLock};

use tomcheck_cert::{ModuleProbe, ModuleSeen};
use tomcheck_diagnosis::Probe;

use crate::Options;

/// The module's file, for all sides of a diagnosis: whoever asks first examines it, the others wait
/// for that. Reads files, and hangs where they do.
#[derive(Clone, Debug)]
pub(crate) struct SharedModule {
    probe: Arc<ModuleProbe>,
    seen: Arc<OnceLock<ModuleSeen>>,
}

impl SharedModule {
    pub(crate) fn of(options: &Options) -> Self {
        let explicit = options.module.clone();
        Self {
            probe: Arc::new(ModuleProbe { explicit }),
            seen: Arc::default(),
        }
    }

    pub(crate) fn look(&self) -> &ModuleSeen {
        self.seen.get_or_init(|| self.probe.observe())
    }
}
