//! A client that keeps cookies and sends forms as a browser does.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use scraper::{Html, Selector};
use tower::ServiceExt;

const HOST: &str = "yangguang.test";

/// A browser with one user at it.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Vec<(String, String)>,
    /// The token of the session; sent with every form.
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Shown {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Client {
    /// A visitor of an app put together elsewhere: an installation with its own clock and area.
    pub fn visiting(app: web::App) -> Client {
        Client::new(web::router(app))
    }

    pub(crate) fn new(router: Router) -> Client {
        Client {
            router,
            cookies: Vec::new(),
            csrf: String::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Shown {
        self.send(Request::get(path).body(Body::empty()).expect("a request"))
            .await
    }

    /// Sends a form with the session's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let mut fields = fields.to_vec();
        let csrf = self.csrf.clone();
        fields.push(("csrf", &csrf));
        let body = serde_urlencoded::to_string(fields).expect("a form");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, format!("http://{HOST}"))
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Uploads one file in the multipart field `file`, with further text fields before it.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file_name: &str, bytes: &[u8]) -> Shown {
        let boundary = "yangguang-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        body.extend(
            format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            )
            .bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let separator = if path.contains('?') { '&' } else { '?' };
        let request = Request::post(format!("{path}{separator}csrf={}", self.csrf))
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={boundary}"),
            )
            .header(header::ORIGIN, format!("http://{HOST}"))
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends any request with this client's cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Shown {
        let headers = request.headers_mut();
        headers.insert(header::HOST, HOST.parse().expect("a host"));
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            headers.insert(header::COOKIE, line.join("; ").parse().expect("cookies"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .unwrap_or_default()
                .split(';')
                .next()
                .unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(n, _)| n != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Shown {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

impl Shown {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    }

    /// The texts of all elements that match, white space folded: what a person reads.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let selector = Selector::parse(css).unwrap_or_else(|e| panic!("selector {css}: {e}"));
        Html::parse_document(&self.body)
            .select(&selector)
            .map(|element| {
                element
                    .text()
                    .flat_map(str::split_whitespace)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    /// All that the page says, tags left out.
    pub fn text(&self) -> String {
        self.texts("body").join(" ")
    }

    /// An attribute of all elements that match.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(css).unwrap_or_else(|e| panic!("selector {css}: {e}"));
        Html::parse_document(&self.body)
            .select(&selector)
            .filter_map(|element| element.value().attr(name).map(str::to_owned))
            .collect()
    }
}
