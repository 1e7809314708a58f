//! Which commands does this crate send to a card, and what for?
//!
//! All of them stand here. None changes anything on the card, none presents a code: the only
//! VERIFY is the one without data, which asks for the count of tries and spends none (ISO/IEC
//! 7816-4:2005 §7.5.6).

use serde::{Deserialize, Serialize};

use super::application::Application;

/// One command. There is no other way to make one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// SELECT EF.SN.ICC, the file of the card's number, from the master file.
    SelectNumber(Channel),
    /// READ BINARY of its twelve bytes.
    ReadNumber(Channel),
    /// SELECT an application by its name.
    SelectApplication(&'static Application),
    /// GET DATA of the code porteur's counters, which a CPS3 keeps in its master file.
    GetCounters,
    /// VERIFY without data.
    AskTries(Code),
    /// GET RESPONSE, of so many bytes.
    Fetch(u8),
    /// SELECT the master file: nothing but a sign of life.
    SelectMaster,
}

/// The logical channel a command goes to (ISO/IEC 7816-4:2005 §5.1.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Channel {
    /// 0, where every card begins.
    Basic,
    /// 1, where a CPS4 is a CPS4: on channel 0 it behaves as the cards before it.
    One,
}

/// A code whose tries can be asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Code {
    /// The code porteur of a CPS4.
    Cps4,
    /// The code of a PIV application. Source: NIST SP 800-73-4 part 2 §3.2.1.
    Piv,
}

/// What a command was sent for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The card's number.
    Number,
    /// The tries left.
    Tries,
    /// Whether an application is there.
    Application,
    /// Whether the card still answers.
    SignOfLife,
}

impl Command {
    /// The bytes to send. `with_length`: whether an answer's length may stand behind data, which
    /// T=0 has no room for (ISO/IEC 7816-3:2006 §12.1.2).
    pub(crate) fn bytes(self, with_length: bool) -> Vec<u8> {
        match self {
            Self::SelectNumber(channel @ Channel::Basic) => {
                with_data([channel.class(), SELECT, 0x09, 0x04], b"\x3F\x00\xD0\x03")
            }
            Self::SelectNumber(channel @ Channel::One) => {
                with_data([channel.class(), SELECT, 0x08, 0x00], b"\xD0\x03")
            }
            Self::ReadNumber(channel) => {
                vec![channel.class(), READ_BINARY, 0x00, 0x00, NUMBER_LENGTH]
            }
            Self::SelectApplication(application) => with_data(
                [
                    application.channel.class(),
                    SELECT,
                    0x04,
                    application.answer,
                ],
                application.aid,
            ),
            Self::GetCounters => {
                let mut bytes = with_data([0x00, GET_DATA, 0x3F, 0xFF], COUNTERS);
                bytes.extend(with_length.then_some(0x00));
                bytes
            }
            Self::AskTries(code) => without_data(code),
            Self::Fetch(length) => vec![0x00, GET_RESPONSE, 0x00, 0x00, length],
            Self::SelectMaster => with_data([0x00, SELECT, 0x00, 0x0C], b"\x3F\x00"),
        }
    }

    pub(super) const fn purpose(self) -> Purpose {
        match self {
            Self::SelectNumber(_) | Self::ReadNumber(_) => Purpose::Number,
            Self::SelectApplication(_) => Purpose::Application,
            Self::GetCounters | Self::AskTries(_) | Self::Fetch(_) => Purpose::Tries,
            Self::SelectMaster => Purpose::SignOfLife,
        }
    }
}

/// VERIFY of four bytes: there is no place for a code.
fn without_data(code: Code) -> Vec<u8> {
    let (class, reference) = match code {
        Code::Cps4 => (Channel::One.class(), CODE_PORTEUR),
        Code::Piv => (Channel::Basic.class(), 0x80),
    };
    vec![class, VERIFY, 0x00, reference]
}

fn with_data(header: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    [&header[..], &[length], data].concat()
}

impl Channel {
    const fn class(self) -> u8 {
        match self {
            Self::Basic => 0x00,
            Self::One => 0x01,
        }
    }
}

const SELECT: u8 = 0xA4;
const READ_BINARY: u8 = 0xB0;
const GET_DATA: u8 = 0xCB;
const GET_RESPONSE: u8 = 0xC0;
const VERIFY: u8 = 0x20;

/// A length, an issuer of five bytes, a number of five, and the tag before them.
const NUMBER_LENGTH: u8 = 12;
/// The reference the published sources of the Cryptolib begin with; that of a genuine card is
/// named in its own directory, which is not read here.
const CODE_PORTEUR: u8 = 0x01;
/// "The counters of the code porteur": `4D{70{BF81 01{A0 80}}}`, as the Cryptolib asks.
const COUNTERS: &[u8] = b"\x4D\x08\x70\x06\xBF\x81\x01\x02\xA0\x80";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::application;

    /// Every command there is.
    fn all() -> Vec<Command> {
        let channels = [Channel::Basic, Channel::One];
        let selections = application::ALL.iter().copied();
        let lengths = 0..=u8::MAX;
        let mut all: Vec<Command> = channels.map(Command::SelectNumber).to_vec();
        all.extend(channels.map(Command::ReadNumber));
        all.extend(selections.map(Command::SelectApplication));
        all.extend([Code::Cps4, Code::Piv].map(Command::AskTries));
        all.extend(lengths.map(Command::Fetch));
        all.extend([Command::GetCounters, Command::SelectMaster]);
        // A variant added above must be added here: this match does not compile without it.
        for command in &all {
            match command {
                Command::SelectNumber(_)
                | Command::ReadNumber(_)
                | Command::SelectApplication(_)
                | Command::GetCounters
                | Command::AskTries(_)
                | Command::Fetch(_)
                | Command::SelectMaster => {}
            }
        }
        all
    }

    #[test]
    fn no_command_presents_a_code_or_changes_the_card() {
        let harmless = [SELECT, READ_BINARY, GET_DATA, GET_RESPONSE, VERIFY];
        for command in all() {
            for with_length in [false, true] {
                let bytes = command.bytes(with_length);
                assert!(harmless.contains(&bytes[1]), "{command:?}");
                // Neither chained nor on a channel of its own making.
                assert!(bytes[0] <= 1, "{command:?}");
                if bytes[1] == VERIFY {
                    assert_eq!(bytes.len(), 4, "{command:?}");
                }
            }
        }
    }

    #[test]
    fn the_length_of_the_data_is_that_of_the_data() {
        for command in all() {
            let bytes = command.bytes(false);
            let has_data = [SELECT, GET_DATA].contains(&bytes[1]);
            assert!(
                !has_data || usize::from(bytes[4]) == bytes.len() - 5,
                "{command:?}"
            );
        }
    }

    #[test]
    fn the_commands_are_those_the_cryptolib_was_seen_to_send() {
        let sent = |command: Command| {
            crate::AtrBytes::new(command.bytes(true))
                .unwrap()
                .to_string()
        };
        assert_eq!(
            sent(Command::SelectNumber(Channel::Basic)),
            "00 A4 09 04 04 3F 00 D0 03"
        );
        assert_eq!(
            sent(Command::SelectNumber(Channel::One)),
            "01 A4 08 00 02 D0 03"
        );
        assert_eq!(
            sent(Command::SelectApplication(&application::CPS4)),
            "01 A4 04 0C 08 80 25 00 00 01 FF 01 00"
        );
        assert_eq!(
            sent(Command::GetCounters),
            "00 CB 3F FF 0A 4D 08 70 06 BF 81 01 02 A0 80 00"
        );
        assert_eq!(sent(Command::AskTries(Code::Cps4)), "01 20 00 01");
        assert_eq!(sent(Command::AskTries(Code::Piv)), "00 20 00 80");
    }
}
