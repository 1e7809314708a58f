//! Who is it, by an identifier or a certificate file, without any card?
//!
//! ```
//! use tomcheck_cert::identify::{Identifier, Kind};
//!
//! let agent = Identifier::parse("3620100842/01417");
//! assert_eq!(agent.kind, Kind::FinessRegistre);
//! let establishment = agent.structure.unwrap();
//! assert_eq!(establishment.number.reveal(), "620100842");
//! assert_eq!(establishment.key_valid, Some(true));
//! assert_eq!(agent.person.unwrap().number.reveal(), "01417");
//! ```

mod check_digit;
mod container;
mod file;
mod form;
mod holder;
mod identifier;
mod lines;
mod printed;

// The public interface is:
pub use self::file::{ReadFailure, read_file};
pub use self::holder::{Coded, HolderCertificate, Validity};
pub use self::identifier::{Assumption, CardFamily, Defect, Identifier, Kind, Number, Scheme};
pub use self::lines::Line;
pub use self::printed::Identified;
pub use crate::x509::DecodeFailure;
pub use crate::x509::extensions::Usages;
pub use crate::x509::issuer::{Domaine, Gamme, Hierarchy};
pub use crate::x509::key::{KeyPeriod, PublicKey};
pub use crate::x509::name::Attribute;
pub use crate::x509::private::PrivateExtension;
pub use crate::x509::published::Policy;
