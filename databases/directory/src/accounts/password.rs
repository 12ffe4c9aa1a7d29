//! Passwords: Argon2id, verified with the parameters the hash itself names.

use std::sync::{LazyLock, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{AppError, AppResult};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The cost of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Hashing {
    /// For people: 19 MiB and two passes, the smallest set OWASP recommends, so that a small server keeps up.
    pub const STRONG: Hashing = Hashing {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// For accounts whose password is public anyway: demo and tests.
    pub const CHEAP: Hashing = Hashing {
        memory_kib: 64,
        passes: 1,
    };
}

/// Hashing at once never takes more than this many times 19 MiB.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

/// Longer ones only cost time.
const MAX_CHARS: usize = 128;
const MIN_CHARS: usize = 10;

/// Why a password is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    Short,
    Long,
    OneKind,
    LikeLogin,
    Common,
}

impl PasswordProblem {
    pub fn message(self) -> &'static str {
        match self {
            PasswordProblem::Short => "密码至少 10 位。",
            PasswordProblem::Long => "密码最多 128 位。",
            PasswordProblem::OneKind => "密码须含字母、数字、符号中的至少两种。",
            PasswordProblem::LikeLogin => "密码不能包含登录名。",
            PasswordProblem::Common => "这个密码太常见，请换一个。",
        }
    }
}

/// Whether a new password is good enough for a login.
pub fn accepted(password: &str, login: &str) -> Result<(), PasswordProblem> {
    const COMMON: [&str; 8] = [
        "password",
        "qwerty",
        "123456",
        "abc123",
        "admin",
        "111111",
        "yangguang",
        "woaini",
    ];
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(PasswordProblem::Short);
    }
    if chars > MAX_CHARS {
        return Err(PasswordProblem::Long);
    }
    let kinds = [
        password.chars().any(char::is_alphabetic),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    if kinds.iter().filter(|has| **has).count() < 2 {
        return Err(PasswordProblem::OneKind);
    }
    let lower = password.to_lowercase();
    if login.chars().count() >= 3 && lower.contains(&login.to_lowercase()) {
        return Err(PasswordProblem::LikeLogin);
    }
    let rest = COMMON.iter().fold(lower, |text, common| text.replace(common, ""));
    if rest.chars().count() < 5 {
        Err(PasswordProblem::Common)
    } else {
        Ok(())
    }
}

/// A password to tell someone once: sixteen characters that cannot be misread.
pub fn fresh_password() -> AppResult<String> {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| AppError::internal(e.to_string()))?;
    let text: String = bytes.iter().map(|b| SIGNS[usize::from(b % 32)] as char).collect();
    Ok(format!(
        "{}-{}-{}-{}",
        &text[..4],
        &text[4..8],
        &text[8..12],
        &text[12..]
    ))
}

/// Hashes a password.
pub async fn hash(password: &str, cost: Hashing) -> AppResult<String> {
    let password = password.to_owned();
    blocking(move || hash_now(&password, cost)).await?
}

/// Whether the password fits. Without a hash (no such account) the same work is done for nothing, so that
/// waiting tells nobody which logins exist.
pub async fn verify(password: &str, stored: Option<String>) -> AppResult<bool> {
    let password: String = password.chars().take(MAX_CHARS + 1).collect();
    blocking(move || verify_now(&password, stored).map(|(fits, _)| fits)).await?
}

/// Whether it fits, and what finding out has cost. One way for the known and the unknown login: only the hash differs
/// that the password is held against.
fn verify_now(password: &str, stored: Option<String>) -> AppResult<(bool, Hashing)> {
    let known = stored.is_some();
    let stored = match stored {
        Some(stored) => stored,
        None => nobody()?.to_owned(),
    };
    let failed = |e: String| AppError::internal(e);
    let parsed = PasswordHash::new(&stored).map_err(|e| failed(e.to_string()))?;
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    let params = Params::try_from(&parsed).map_err(|e| failed(e.to_string()))?;
    let cost = Hashing {
        memory_kib: params.m_cost(),
        passes: params.t_cost(),
    };
    Ok((fits && known, cost))
}

fn hash_now(password: &str, cost: Hashing) -> AppResult<String> {
    let failed = |e: String| AppError::internal(e);
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| failed(e.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2
        .hash_password(password.as_bytes())
        .map_err(|e| failed(e.to_string()))?
        .to_string())
}

/// The hash that nobody's password has.
fn nobody() -> AppResult<&'static str> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash);
    }
    let made = hash_now(&fresh_password()?, Hashing::STRONG)?;
    Ok(HASH.get_or_init(|| made))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let _permit = AT_ONCE.acquire().await.map_err(AppError::internal)?;
    spawn_blocking(work).await.map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_named() {
        assert_eq!(accepted("abc12345", "cunwei"), Err(PasswordProblem::Short));
        assert_eq!(accepted("1357924680", "cunwei"), Err(PasswordProblem::OneKind));
        assert_eq!(accepted("my-cunwei-7", "cunwei"), Err(PasswordProblem::LikeLogin));
        assert_eq!(accepted("Password123456", "cunwei"), Err(PasswordProblem::Common));
        assert_eq!(accepted("石庙镇的小麦7月收", "cunwei"), Err(PasswordProblem::Short));
        assert_eq!(accepted("石庙镇的小麦7月收割完", "cunwei"), Ok(()));
        assert_eq!(accepted(&"长".repeat(129), "cunwei"), Err(PasswordProblem::Long));
    }

    #[test]
    fn given_out_passwords_pass_the_rules_and_differ() {
        let (one, two) = (fresh_password().unwrap(), fresh_password().unwrap());
        assert_eq!(accepted(&one, "cunwei"), Ok(()));
        assert_ne!(one, two);
    }

    #[test]
    fn a_login_that_nobody_has_costs_the_same_work_as_a_real_one() {
        let real = hash_now("a-strong-one-77", Hashing::STRONG).unwrap();
        let known = verify_now("wrong-password", Some(real.clone())).unwrap();
        let unknown = verify_now("wrong-password", None).unwrap();
        assert_eq!((known, unknown), ((false, Hashing::STRONG), (false, Hashing::STRONG)));
        assert!(verify_now("a-strong-one-77", Some(real)).unwrap().0);
    }
}
