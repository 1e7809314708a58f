//! Is what a monitor tells news?

use std::collections::BTreeMap;

use tomcheck_reader::{Event, Happening, SlotState};

/// Remembers what was told of each reader. A monitor that was asked to read again tells
/// everything: most of it was so before.
#[derive(Debug, Default)]
pub struct Known {
    readers: BTreeMap<Option<String>, Fact>,
}

/// What is compared: the state, the finding's code, the answer to reset.
type Fact = (Option<SlotState>, Option<&'static str>, Option<Vec<u8>>);

impl Known {
    /// Remembers what the event tells; whether it was not so before. A card taken out and put
    /// back is news although nothing looks different.
    pub fn learn(&mut self, event: &Event) -> bool {
        let fact = fact(event);
        let key = event.reader().map(str::to_owned);
        match &event.what {
            // Whatever was in the readers, it is not known any more.
            Happening::NoService(_) | Happening::NoReader(_) => {
                let was_known = self.readers.get(&None) == Some(&fact);
                self.readers.clear();
                self.readers.insert(None, fact);
                !was_known
            }
            Happening::ServiceBack => self.readers.remove(&None).is_some(),
            Happening::ReaderGone { .. } => self.readers.remove(&key).is_some(),
            Happening::Reader(now) => {
                self.readers.remove(&None);
                let was_known = self.readers.insert(key, fact.clone()) == Some(fact);
                !was_known || now.reinserted
            }
            _ => true,
        }
    }
}

fn fact(event: &Event) -> Fact {
    let code = event.finding().map(|finding| finding.kind.code);
    let atr = match &event.what {
        Happening::Reader(now) => now.card.as_ref().map(|card| card.atr.as_bytes().to_vec()),
        _ => None,
    };
    (event.state(), code, atr)
}
