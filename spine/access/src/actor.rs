//! Who is asking.

use crate::{Role, Scope};

kernel::id_type!(AccountId, "An account that can sign in.");

/// A signed-in person, the anonymous public, or the platform itself; fixed for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None` for the public.
    pub account: Option<AccountId>,
    /// The name on screen.
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    /// The department or unit, as the organisation's identifier (`civil_affairs`), where the account has one.
    pub department: Option<String>,
    /// The person behind the account, where registered: nobody acts on himself or near kin.
    pub person: Option<kernel::PersonKey>,
}

impl Actor {
    /// Anyone who has not signed in.
    pub fn public() -> Actor {
        Actor {
            account: None,
            name: "群众".to_owned(),
            role: Role::Citizen,
            scope: Scope::area(kernel::RegionCode::NATION),
            department: None,
            person: None,
        }
    }

    /// The platform acting by itself: scheduled runs, deadlines, demo data. Recorded as `系统`.
    pub fn system() -> Actor {
        Actor {
            account: Some(AccountId(0)),
            name: "系统".to_owned(),
            role: Role::SystemAdmin,
            scope: Scope::area(kernel::RegionCode::NATION),
            department: None,
            person: None,
        }
    }

    pub fn is_signed_in(&self) -> bool {
        self.account.is_some()
    }
}
