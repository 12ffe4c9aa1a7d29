//! A file brought to an import page and followed to its end, as a clerk at a browser would.

use axum::http::StatusCode;

use crate::{Client, Shown, eventually};

impl Client {
    /// Sends a file and waits until it is checked; the address of its page, and the page.
    pub async fn import(&mut self, path: &str, file_name: &str, bytes: &[u8]) -> (String, Shown) {
        let sent = self.upload(path, &[], file_name, bytes).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let href = sent.location().to_owned();
        let page = self.import_ended(&href).await;
        (href, page)
    }

    /// Confirms a checked file; the page it ends on.
    pub async fn apply_import(&mut self, href: &str) -> Shown {
        let sent = self.post(href, &[("do", "apply")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        self.import_ended(href).await
    }

    /// The page of a file once its bar is gone.
    pub async fn import_ended(&mut self, href: &str) -> Shown {
        eventually("the end of the import", async || {
            let page = self.get(href).await;
            page.texts("#progress").is_empty().then_some(page)
        })
        .await
    }
}
