//! One error type that speaks twice: plain Chinese to the person, cause and ids to the log.
//!
//! The public message says what happened and what to do. The context never holds a full identity number.

use std::fmt;

pub type AppResult<T> = Result<T, AppError>;

/// What kind of "no" this is; the web layer maps it to a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Bad input: 422, with the message beside the field or row.
    Invalid,
    /// Nobody is signed in: 401, the way to the sign-in page.
    Unauthenticated,
    /// May not do this: 403.
    Forbidden,
    /// Does not exist, or lies outside the actor's area: 404 with the same body.
    NotFound,
    /// The state has moved on: 409, nothing changed.
    Conflict,
    /// Too many tries: 429.
    TooMany,
    /// A part is away (disk full, database gone): 503.
    Unavailable,
    /// A defect of ours: 500; the person sees only a number to quote.
    Internal,
}

/// An error with a public message and an internal context.
pub struct AppError {
    pub kind: ErrorKind,
    /// For the person: what happened and what to do. Empty for internal errors.
    pub message: String,
    /// For the log: the cause chain.
    pub context: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl AppError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        AppError {
            kind,
            message: message.into(),
            context: None,
        }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// A defect or an outage: the cause goes to the log, never to the page.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        AppError {
            kind: ErrorKind::Internal,
            message: String::new(),
            context: Some(cause.into()),
        }
    }

    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.context = Some(cause.into());
        self
    }
}

impl fmt::Debug for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {} ({:?})", self.kind, self.message, self.context)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.context, self.message.is_empty()) {
            (Some(cause), true) => write!(f, "{cause}"),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for AppError {}
