//! Which certificates does a file hold?

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tomcheck_diagnosis::Lang;

use super::{HolderCertificate, container};
use crate::x509::{self, DecodeFailure};

/// No certificate file is longer: the whole of IGC-Santé has some twenty thousand bytes.
const LONGEST: usize = 1024 * 1024;
/// More certificates than any chain has.
const MOST: usize = 256;

/// Why a file could not be read as certificates. Each is one line without full stop, that
/// says where.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ReadFailure {
    /// More than a mebibyte.
    TooLong {
        /// How many bytes.
        bytes: usize,
    },
    /// A DER file.
    Der(DecodeFailure),
    /// A PEM file: something that is no Base64.
    PemSyntax {
        /// Which line, from 1.
        line: usize,
        /// Which character of the line, from 1; none where the line as a whole does not fit.
        column: Option<usize>,
    },
    /// A PEM file: a `BEGIN` without its `END`.
    PemUnended {
        /// The line of the `BEGIN`, from 1.
        line: usize,
    },
    /// A PEM file: the content of one block is no certificate.
    PemContent {
        /// The line of the `BEGIN`, from 1.
        line: usize,
        /// Why.
        failure: DecodeFailure,
    },
    /// A PEM or PKCS#7 file without any certificate.
    NoCertificate {
        /// What it holds instead: `PRIVATE KEY`.
        holds: String,
    },
    /// More certificates than any chain has.
    TooMany,
}

/// Every certificate of a file: one in DER, one or several in PEM or PKCS#7 (`.p7b`, itself in
/// DER or in PEM); other PEM blocks beside them are left alone.
///
/// # Errors
///
/// When there is none, or when one cannot be read: a file half understood would mislead.
pub fn read_file(bytes: &[u8]) -> Result<Vec<HolderCertificate>, ReadFailure> {
    if bytes.len() > LONGEST {
        return Err(ReadFailure::TooLong { bytes: bytes.len() });
    }
    if !is_pem(bytes) {
        return wrapped_or_alone(bytes).map_err(ReadFailure::Der)?.kept();
    }
    let text = String::from_utf8_lossy(bytes);
    let blocks = blocks(&text)?;
    let certificates = blocks.iter().filter(|block| block.is_certificate());
    let read: Vec<_> = certificates
        .take(MOST + 1)
        .map(Block::decode)
        .collect::<Result<_, _>>()?;
    let certificates: Vec<_> = read.into_iter().flatten().collect();
    let label = blocks.first().map(|block| block.label.clone());
    let holds = label.unwrap_or_default();
    Read {
        certificates,
        holds,
    }
    .kept()
}

/// What was read, and what the file holds where that is none.
struct Read {
    certificates: Vec<HolderCertificate>,
    holds: String,
}

impl Read {
    fn kept(self) -> Result<Vec<HolderCertificate>, ReadFailure> {
        match self.certificates.len() {
            0 => Err(ReadFailure::NoCertificate { holds: self.holds }),
            count if count > MOST => Err(ReadFailure::TooMany),
            _ => Ok(self.certificates),
        }
    }
}

fn wrapped_or_alone(der: &[u8]) -> Result<Read, DecodeFailure> {
    let alone = || HolderCertificate::decode(der).map(|one| vec![one]);
    let certificates = match container::certificates(der) {
        Some(wrapped) => {
            let each = wrapped.into_iter().take(MOST + 1);
            each.map(HolderCertificate::decode).collect()
        }
        None => alone(),
    };
    Ok(Read {
        certificates: certificates?,
        holds: "PKCS#7".to_owned(),
    })
}

/// Source: RFC 7468 §2: text may stand before the first block.
fn is_pem(bytes: &[u8]) -> bool {
    bytes.first() != Some(&0x30)
        && bytes
            .windows(BEGIN.len())
            .any(|part| part == BEGIN.as_bytes())
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// One PEM block: its label and its Base64 lines.
struct Block<'a> {
    label: String,
    line: usize,
    lines: Vec<(usize, &'a str)>,
}

fn blocks(text: &str) -> Result<Vec<Block<'_>>, ReadFailure> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim().trim_start_matches('\u{FEFF}'));
        match &mut open {
            None => open = begin(line, number),
            Some(_) if line.starts_with(END) => blocks.extend(open.take()),
            Some(block) if line.starts_with("-----") => {
                return Err(ReadFailure::PemUnended { line: block.line });
            }
            Some(block) => block.lines.push((number, line)),
        }
    }
    match open {
        Some(block) => Err(ReadFailure::PemUnended { line: block.line }),
        None => Ok(blocks),
    }
}

fn begin(line: &str, number: usize) -> Option<Block<'_>> {
    let label = line.strip_prefix(BEGIN)?;
    let label: String = label.trim_end_matches('-').chars().take(40).collect();
    Some(Block {
        label: x509::name::plain(&label),
        line: number,
        lines: Vec::new(),
    })
}

impl Block<'_> {
    fn is_certificate(&self) -> bool {
        matches!(
            self.label.as_str(),
            "CERTIFICATE"
                | "X509 CERTIFICATE"
                | "TRUSTED CERTIFICATE"
                | "PKCS7"
                | "PKCS #7 SIGNED DATA"
                | "CMS"
        )
    }

    fn decode(&self) -> Result<Vec<HolderCertificate>, ReadFailure> {
        let failed = |failure| ReadFailure::PemContent {
            line: self.line,
            failure,
        };
        let read = wrapped_or_alone(&self.der()?).map_err(failed)?;
        Ok(read.certificates)
    }

    fn der(&self) -> Result<Vec<u8>, ReadFailure> {
        for (line, text) in &self.lines {
            let foreign = text.chars().position(|c| !is_base64(c));
            if let Some(place) = foreign {
                let column = Some(place + 1);
                return Err(ReadFailure::PemSyntax {
                    line: *line,
                    column,
                });
            }
        }
        let text: String = self.lines.iter().map(|(_, text)| *text).collect();
        STANDARD.decode(&text).map_err(|_| self.does_not_fit())
    }

    /// Every character is Base64 and the whole is not: a line was cut or lost.
    fn does_not_fit(&self) -> ReadFailure {
        let padded = |text: &str| text.contains('=') || !text.len().is_multiple_of(4);
        let line = self.lines.iter().find(|(_, text)| padded(text));
        ReadFailure::PemSyntax {
            line: line.map_or(self.line, |(line, _)| *line),
            column: None,
        }
    }
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

impl ReadFailure {
    /// One line without full stop, in `lang`.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Fr => self.french(),
            Lang::En => self.to_string(),
        }
    }

    fn french(&self) -> String {
        match self {
            Self::TooLong { bytes } => {
                format!("fichier trop long pour des certificats : {bytes} octets")
            }
            Self::Der(failure) => failure.text(Lang::Fr),
            Self::PemSyntax {
                line,
                column: Some(column),
            } => {
                format!("PEM illisible : ligne {line}, caractère {column}, ce n'est pas du Base64")
            }
            Self::PemSyntax { line, column: None } => {
                format!("PEM illisible : la ligne {line} est coupée ou incomplète")
            }
            Self::PemUnended { line } => {
                format!("PEM tronqué : le bloc ouvert à la ligne {line} n'a pas de ligne END")
            }
            Self::PemContent { line, failure } => {
                format!("bloc PEM de la ligne {line} : {}", failure.text(Lang::Fr))
            }
            Self::NoCertificate { holds } => {
                format!("ce fichier ne contient pas de certificat, mais « {holds} »")
            }
            Self::TooMany => format!("plus de {MOST} certificats dans le fichier"),
        }
    }
}

impl fmt::Display for ReadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "too long for certificates: {bytes} bytes"),
            Self::Der(failure) => failure.fmt(f),
            Self::PemSyntax {
                line,
                column: Some(column),
            } => {
                write!(
                    f,
                    "unreadable PEM: line {line}, character {column} is not Base64"
                )
            }
            Self::PemSyntax { line, column: None } => {
                write!(f, "unreadable PEM: line {line} is cut or incomplete")
            }
            Self::PemUnended { line } => {
                write!(
                    f,
                    "truncated PEM: the block begun on line {line} has no END line"
                )
            }
            Self::PemContent { line, failure } => write!(f, "PEM block of line {line}: {failure}"),
            Self::NoCertificate { holds } => {
                write!(f, "this file holds no certificate, but “{holds}”")
            }
            Self::TooMany => write!(f, "more than {MOST} certificates in the file"),
        }
    }
}

// What failed is inside the one line: there is no further source to print.
impl std::error::Error for ReadFailure {}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(text: &str) -> String {
        read_file(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn an_unreadable_pem_names_the_line_and_the_character() {
        let begin = "-----BEGIN CERTIFICATE-----\n";
        let end = "-----END CERTIFICATE-----\n";
        assert_eq!(
            failure(&format!("{begin}MIIB\nMI!B\n{end}")),
            "unreadable PEM: line 3, character 3 is not Base64"
        );
        assert_eq!(
            failure(&format!("{begin}MIIB\nMIB\nMIIB\n{end}")),
            "unreadable PEM: line 3 is cut or incomplete"
        );
        assert_eq!(
            failure(&format!("text\n{begin}MIIB\n")),
            "truncated PEM: the block begun on line 2 has no END line"
        );
        assert!(failure(&format!("{begin}{begin}{end}")).contains("line 1 has no END"));
        assert!(failure(&format!("{begin}{end}")).ends_with("line 1: it is empty"));
    }

    #[test]
    fn a_file_without_certificate_says_what_it_holds_instead() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
        assert_eq!(
            failure(key),
            "this file holds no certificate, but “PRIVATE KEY”"
        );
        assert!(failure("hello").contains("0x68"));
        assert_eq!(
            read_file(&[]).unwrap_err(),
            ReadFailure::Der(DecodeFailure::Empty)
        );
        let long = vec![b'a'; LONGEST + 1];
        assert!(matches!(read_file(&long), Err(ReadFailure::TooLong { .. })));
    }
}
