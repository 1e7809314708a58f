//! Which programs use PC/SC now, and what do they want of the card?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, Finding, Text, Value};

use crate::suspects::{NAMED, Suspect};

/// Programs that use PC/SC now.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "programs", rename_all = "kebab-case")]
pub enum Programs {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// Those that could be seen, without this process.
    Seen {
        /// In the order of their numbers.
        processes: Vec<Process>,
        /// How many could not be looked into: connections whose program is another user's, or
        /// where no connections can be told, processes.
        closed: usize,
        /// What tells that they use PC/SC.
        #[serde(default)]
        by: SeenBy,
    },
}

/// What tells that a program uses PC/SC.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeenBy {
    /// It has loaded the library of PC/SC. It may never have used it.
    #[default]
    Library,
    /// It is connected to the service.
    Connection,
}

/// One running program.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Process number.
    pub pid: u32,
    /// The name of the program's file, without its folder; else as the system keeps it.
    pub name: String,
}

impl Process {
    /// The process `pid`. A program chooses its own name: no control character of it is kept,
    /// and not more than 64 others.
    pub fn new(pid: u32, name: &str) -> Self {
        let plain = name.chars().filter(|c| !c.is_control());
        let name = plain.take(LONGEST_NAME).collect();
        Self { pid, name }
    }

    fn said(&self) -> String {
        format!("{} ({})", self.name, self.pid)
    }
}

impl Programs {
    fn processes(&self) -> &[Process] {
        match self {
            Self::Seen { processes, .. } => processes,
            Self::NotLooked => &[],
        }
    }

    /// Those the table of the usual ones knows, each once, with the first process of it.
    fn suspects(&self) -> Vec<(&Process, &'static Suspect)> {
        let mut known: Vec<(&Process, &'static Suspect)> = Vec::new();
        for process in self.processes() {
            if let Some(suspect) = Suspect::named(&process.name)
                && !known.iter().any(|(_, seen)| std::ptr::eq(*seen, suspect))
            {
                known.push((process, suspect));
            }
        }
        known
    }

    fn by(&self) -> SeenBy {
        match self {
            Self::Seen { by, .. } => *by,
            // of whom nothing is known, nothing more careful is to be said
            Self::NotLooked => SeenBy::Connection,
        }
    }

    /// `finding` with the programs in its evidence, and what to do about them first. One that
    /// has no more than loaded the library is asked to let go where it is known to take cards.
    pub(crate) fn accuse(&self, finding: Finding) -> Finding {
        let suspects = self.suspects();
        let named = self.processes().len();
        let label = match self.by() {
            SeenBy::Connection => PROGRAMS,
            SeenBy::Library => LOADED,
        };
        let finding = finding.with(Evidence::new("programs", label, self.value()));
        if suspects.is_empty() {
            // a long list of names that nobody knows sends nobody anywhere
            let few = (1..=FEW).contains(&named) && self.by() == SeenBy::Connection;
            return finding.beginning_with(few.then_some(NAMED));
        }
        let what = suspects.iter().map(|(process, suspect)| Evidence {
            key: process.said().into(),
            label: None,
            value: Value::Said(suspect.what),
        });
        let steps = suspects.iter().take(FEW).flat_map(|(_, it)| it.steps);
        finding.with_all(what).beginning_with(steps.copied())
    }

    fn value(&self) -> Value {
        let Self::Seen {
            processes,
            closed,
            by,
        } = self
        else {
            return NOT_LOOKED.into();
        };
        if processes.is_empty() {
            return nobody(*by, *closed).into();
        }
        let is_known = |process: &&Process| Suspect::named(&process.name).is_some();
        let known = processes.iter().filter(is_known);
        let others = processes.iter().filter(|process| !is_known(process));
        let named = known.chain(others).take(MOST_NAMED).map(Process::said);
        let more = processes.len().saturating_sub(MOST_NAMED);
        let more = (more > 0).then(|| format!("… (+{more})"));
        named.chain(more).collect::<Vec<_>>().join(", ").into()
    }
}

/// Whom a connection belongs to that nobody who can be looked into has is certain; of programs
/// that cannot be looked into, nothing is.
fn nobody(by: SeenBy, closed: usize) -> Text {
    match (by, closed) {
        (_, 0) => GONE,
        (SeenBy::Connection, _) => HIDDEN,
        (SeenBy::Library, _) => NONE_TO_SEE,
    }
}

const LONGEST_NAME: usize = 64;
const FEW: usize = 3;
const MOST_NAMED: usize = 12;

const PROGRAMS: Text = Text {
    fr: "programmes qui utilisent le lecteur",
    en: "programs that use the reader",
};
const LOADED: Text = Text {
    fr: "programmes qui ont chargé PC/SC",
    en: "programs that have loaded PC/SC",
};
const NOT_LOOKED: Text = Text {
    fr: "ce système ne le dit pas",
    en: "this system does not tell",
};
const GONE: Text = Text {
    fr: "aucun n'est plus là",
    en: "none is there any more",
};
const HIDDEN: Text = Text {
    fr: "un programme d'un autre utilisateur",
    en: "a program of another user",
};
const NONE_TO_SEE: Text = Text {
    fr: "aucun de ceux que ce compte peut examiner",
    en: "none of those this account can look into",
};

#[cfg(test)]
mod tests {
    use tomcheck_diagnosis::Lang;

    use super::*;
    use crate::rows::HELD;

    fn seen(names: &[&str]) -> Programs {
        seen_by(SeenBy::Connection, names, 0)
    }

    fn seen_by(by: SeenBy, names: &[&str], closed: usize) -> Programs {
        let processes = (42..).zip(names);
        let processes = processes.map(|(pid, name)| Process::new(pid, name));
        Programs::Seen {
            processes: processes.collect(),
            closed,
            by,
        }
    }

    fn first_step(programs: &Programs, os: &str) -> String {
        let finding = programs.accuse(Finding::of(&HELD));
        finding.steps(Lang::Fr, os).remove(0)
    }

    #[test]
    fn the_remedy_of_a_known_program_comes_first() {
        let programs = seen(&["veille-maison", "scdaemon"]);
        assert!(first_step(&programs, "linux").contains("gpgconf --kill scdaemon"));
        let finding = programs.accuse(Finding::of(&HELD));
        let said: Vec<_> = finding
            .evidence
            .iter()
            .map(|e| e.render(Lang::Fr))
            .collect();
        assert_eq!(said.first().unwrap(), "scdaemon (43), veille-maison (42)");
        assert!(said.last().unwrap().contains("GnuPG"), "{said:?}");
        assert!(first_step(&seen(&["firefox.exe"]), "windows").contains("Firefox"));
    }

    #[test]
    fn an_unknown_program_is_named_in_the_first_step() {
        let step = first_step(&seen(&["veille-maison"]), "linux");
        assert!(step.contains("veille-maison (42)"), "{step}");
    }

    #[test]
    fn nobody_is_accused_where_nobody_was_seen() {
        let own = HELD.remedy.steps.first().unwrap().text.fr;
        for programs in [Programs::NotLooked, seen(&[]), seen(&["a", "b", "c", "d"])] {
            assert_eq!(first_step(&programs, "linux"), own);
        }
    }

    #[test]
    fn a_program_that_has_only_loaded_the_library_is_not_said_to_use_the_reader() {
        let own = HELD.remedy.steps.first().unwrap().text.fr;
        let loaded = |names: &[&str]| seen_by(SeenBy::Library, names, 3);
        let finding = loaded(&["veille-maison.exe"]).accuse(Finding::of(&HELD));
        let label = finding.evidence[0].label.unwrap();
        assert_eq!(label.fr, "programmes qui ont chargé PC/SC");
        assert_eq!(
            finding.evidence[0].render(Lang::Fr),
            "veille-maison.exe (42)"
        );
        assert_eq!(finding.steps(Lang::Fr, "windows")[0], own);
        let known = first_step(&loaded(&["galsvw32.exe"]), "windows");
        assert!(known.contains("logiciel de facturation"), "{known}");
    }

    #[test]
    fn only_a_connection_tells_of_a_program_of_another_user() {
        let said = |by| {
            let finding = seen_by(by, &[], 3).accuse(Finding::of(&HELD));
            finding.evidence[0].render(Lang::Fr)
        };
        let another = "un programme d'un autre utilisateur";
        assert_eq!(said(SeenBy::Connection), another);
        let none = "aucun de ceux que ce compte peut examiner";
        assert_eq!(said(SeenBy::Library), none);
    }

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(Process::new(1, "\u{1b}[2Jx\n").name, "[2Jx");
        assert_eq!(Process::new(1, &"x".repeat(999)).name.len(), 64);
    }

    #[test]
    fn what_an_older_tomcheck_wrote_is_still_read() {
        let old = r#"{"programs":"seen","processes":[{"pid":42,"name":"x"}],"closed":1}"#;
        let Programs::Seen { by, .. } = serde_json::from_str(old).unwrap() else {
            panic!("{old}");
        };
        assert_eq!(by, SeenBy::Library);
    }
}
