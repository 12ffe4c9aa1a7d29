//! Accounts: who may sign in, as what, over which area.

pub mod change;
mod listing;
mod living;
mod password;
mod reach;
pub mod rows;
pub mod sign_in;

use access::{AccountId, Actor, Role};
use kernel::{Date, PersonKey, RegionCode};

pub use listing::{AccountFilter, AccountLine, list};
pub use living::{Living, living};
pub use password::{Hashing, PasswordProblem, accepted, fresh_password, hash, verify};
pub use reach::{account_scope, fits_area, manages, scope_of};
pub use rows::{account, account_by_login};

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Entered, waiting for the security administrator.
    Pending,
    Active,
    Closed,
    /// Entered, but its post was not granted; stays so.
    Refused,
}

impl AccountState {
    pub const ALL: [AccountState; 4] = [
        AccountState::Pending,
        AccountState::Active,
        AccountState::Closed,
        AccountState::Refused,
    ];

    pub fn id(self) -> &'static str {
        match self {
            AccountState::Pending => "pending",
            AccountState::Active => "active",
            AccountState::Closed => "closed",
            AccountState::Refused => "refused",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            AccountState::Pending => "待授权",
            AccountState::Active => "正常",
            AccountState::Closed => "已停用",
            AccountState::Refused => "未获授权",
        }
    }

    /// The tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            AccountState::Pending => "wait",
            AccountState::Active => "done",
            AccountState::Closed | AccountState::Refused => "closed",
        }
    }

    pub fn from_id(id: &str) -> Option<AccountState> {
        AccountState::ALL.into_iter().find(|state| state.id() == id)
    }
}

/// A post: role, area and, where the role belongs to one, organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub role: Role,
    pub region: RegionCode,
    pub org: Option<String>,
}

/// An account as stored, less its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub post: Post,
    pub person: Option<PersonKey>,
    pub state: AccountState,
    /// Last day of use.
    pub valid_to: Option<Date>,
    /// Signed in with a password someone else has seen: only the password page is open.
    pub must_change: bool,
    pub demo: bool,
    /// The post that was asked for and waits for the security administrator, and who asked.
    pub asked: Option<(Post, AccountId)>,
    pub signed_in_millis: Option<i64>,
}

impl Account {
    /// Whether it can be used on a day.
    pub fn is_usable(&self, today: Date) -> bool {
        self.state == AccountState::Active && self.valid_to.is_none_or(|last| today <= last)
    }

    /// The actor this account is today.
    pub fn actor(&self) -> Actor {
        Actor {
            account: Some(self.id),
            name: self.name.clone(),
            role: self.post.role,
            scope: scope_of(&self.post, self.id),
            department: self.post.org.clone(),
            person: self.person,
        }
    }

    /// Its subject on the trail.
    pub fn subject(&self) -> String {
        subject(self.id)
    }
}

pub(crate) fn subject(id: AccountId) -> String {
    format!("account:{id}")
}
