//! How a code reaches the registered phone.
//!
//! The gateway of a county is its own matter: an installation names a program that hands messages to it. A trial
//! has no phones; its messages stand on a page for the system administrator, marked as such.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use access::Actor;
use async_trait::async_trait;
use kernel::{AppError, AppResult, PersonKey, Sealed};
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::Act;
use web::App;

/// A message on its way. It holds a phone number in the clear: never log it.
pub struct CodeMessage {
    /// Eleven digits.
    pub phone: String,
    pub text: String,
}

/// Takes messages to phones.
#[async_trait]
pub trait CodeSender: Send + Sync {
    /// Hands the message over. `Err` when it was not taken; the visitor asks for another code then.
    async fn send(&self, app: &App, message: CodeMessage) -> AppResult<()>;
}

/// The sender of this installation; a part of the app. Without it there is no second proof by phone.
#[derive(Clone)]
pub struct Sender(pub Arc<dyn CodeSender>);

pub(crate) fn shown_on_a_page() -> Sender {
    Sender(Arc::new(ShownOnAPage))
}

pub(crate) fn by_program(program: PathBuf) -> Sender {
    Sender(Arc::new(ByProgram(program)))
}

#[derive(FromQueryResult)]
struct Phone {
    phone_sealed: Option<Vec<u8>>,
}

/// Sends a code to a person's registered phone, if there is one. Runs behind the answer, which has gone out already,
/// so that its time tells nothing.
pub(crate) async fn deliver(app: App, sender: Sender, person: PersonKey, text: String) {
    if let Err(error) = send_to_registered(&app, &sender, person, text).await {
        tracing::warn!(%error, "a code was not delivered");
    }
}

async fn send_to_registered(app: &App, sender: &Sender, person: PersonKey, text: String) -> AppResult<()> {
    let row: Option<Phone> = app
        .db
        .row("SELECT phone_sealed FROM person WHERE person_key = $1", args![person.0])
        .await?;
    let Some(sealed) = row.and_then(|row| row.phone_sealed) else {
        return Ok(());
    };
    let label = households::load::phone_label(person);
    let phone = app.keys.reveal(&label, &Sealed(sealed)).map_err(AppError::internal)?;
    sender.0.send(app, CodeMessage { phone, text }).await
}

/// Messages of a trial: in a table, for the page of the system administrator.
struct ShownOnAPage;

const KEPT_MINUTES: i64 = 24 * 60;

#[async_trait]
impl CodeSender for ShownOnAPage {
    async fn send(&self, app: &App, message: CodeMessage) -> AppResult<()> {
        let tx = app.trail.begin(&Actor::system()).await?;
        let old = tx.at().plus_minutes(-KEPT_MINUTES).millis();
        tx.execute("DELETE FROM outbox_message WHERE at_millis < $1", args![old])
            .await?;
        let row = args![
            app.next_id(),
            tx.at().millis(),
            mask_phone(&message.phone),
            message.text
        ];
        tx.execute(
            "INSERT INTO outbox_message (id, at_millis, phone_mask, text) VALUES ($1, $2, $3, $4)",
            row,
        )
        .await?;
        tx.commit(Act::new("outbox.add", "outbox:demo")).await.map(|_| ())
    }
}

/// `138****0000`
fn mask_phone(phone: &str) -> String {
    match (
        phone.get(..3),
        phone.len().checked_sub(4).and_then(|at| phone.get(at..)),
    ) {
        (Some(head), Some(tail)) if phone.len() >= 7 => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}

/// A program that talks to the gateway: one line of JSON on its standard input, status 0 when the message was taken.
struct ByProgram(PathBuf);

const PROGRAM_SECONDS: u64 = 20;

#[async_trait]
impl CodeSender for ByProgram {
    async fn send(&self, _app: &App, message: CodeMessage) -> AppResult<()> {
        let program = self.0.clone();
        let line = format!("{}\n", json!({ "phone": message.phone, "text": message.text }));
        tokio::task::spawn_blocking(move || run(&program, &line))
            .await
            .map_err(AppError::internal)?
    }
}

fn run(program: &PathBuf, line: &str) -> AppResult<()> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(AppError::internal)?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read fails below by its status.
        let _ = input.write_all(line.as_bytes());
    }
    for _ in 0..PROGRAM_SECONDS * 10 {
        if let Some(status) = child.try_wait().map_err(AppError::internal)? {
            return if status.success() {
                Ok(())
            } else {
                Err(AppError::internal(format!("gateway program: {status}")))
            };
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(AppError::internal("gateway program: no end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_masked_before_it_is_kept() {
        assert_eq!(mask_phone("13812340000"), "138****0000");
        assert_eq!(mask_phone("123"), "****");
    }

    #[test]
    fn a_gateway_program_that_refuses_is_an_error() {
        assert!(run(&PathBuf::from("/bin/false"), "{}\n").is_err());
        assert!(run(&PathBuf::from("/nowhere/gateway"), "{}\n").is_err());
        assert!(run(&PathBuf::from("/bin/cat"), "{}\n").is_ok());
    }
}
