//! The identity module: the only place where a readable ID number exists.
//!
//! Outside, a person is a [`PersonKey`]: 64 bits that join fast and tell nothing. Where the number may have
//! to be shown again it is kept [`Sealed`]; [`KeyRing::reveal`] opens it, and the caller must have put the
//! purpose on the record first.

mod id_number;
mod key_ring;
mod person_key;
mod repair;

pub use id_number::{IdNumber, IdProblem, IdStatus, Parsed, Sex, check_char};
pub use key_ring::{KeyRing, RevealError, Sealed};
pub use person_key::PersonKey;
pub use repair::{Repair, Slip, candidates};
