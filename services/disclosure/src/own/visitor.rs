//! Who asks, as far as a visitor without account can be told apart: an address, a device, a question begun.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use kernel::{AppError, AppResult};
use web::App;

/// Tells devices apart for the limit; names nobody.
const DEVICE: &str = "device";
/// The question a visitor has begun; the only place where its token is readable.
const QUESTION: &str = "own";
const COOKIE_PATH: &str = "/mine";
const DEVICE_SECONDS: i64 = 31_536_000;
const QUESTION_SECONDS: i64 = 3_600;

/// A visitor of the pages about oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// The address as the limit counts it; `unknown` where the server was not told.
    pub address: String,
    pub device: Option<String>,
    pub question: Option<String>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        Ok(Visitor {
            address: address(peer, &parts.headers),
            device: cookie(&parts.headers, DEVICE),
            question: cookie(&parts.headers, QUESTION),
        })
    }
}

/// A proxy on this machine names the visitor in the last entry of `X-Forwarded-For`; from anybody else the header
/// is only a claim. Of an IPv6 address the network counts, because one household has all of it.
fn address(peer: Option<IpAddr>, headers: &HeaderMap) -> String {
    let Some(peer) = peer else { return "unknown".to_owned() };
    let forwarded = || {
        let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        line.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let visitor = if peer.to_canonical().is_loopback() {
        forwarded().unwrap_or(peer)
    } else {
        peer
    };
    match visitor.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("{:x?}", &v6.segments()[..4]),
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, v)| *n == name && (16..=128).contains(&v.len()))
        .map(|(_, v)| v.to_owned())
}

/// A token nobody can guess: 24 random bytes.
pub(crate) fn new_token(app: &App) -> AppResult<String> {
    Ok(hex::encode([app.nonce()?, app.nonce()?].concat()))
}

/// Remembers the device, so that the limit holds when its address changes.
pub(crate) fn remember_device(app: &App, visitor: &Visitor, response: &mut Response) -> AppResult<()> {
    if visitor.device.is_none() {
        set(app, response, DEVICE, &new_token(app)?, DEVICE_SECONDS)?;
    }
    Ok(())
}

/// Hands the token of a begun question to the browser.
pub(crate) fn keep_question(app: &App, token: &str, response: &mut Response) -> AppResult<()> {
    set(app, response, QUESTION, token, QUESTION_SECONDS)
}

/// Takes the token back.
pub(crate) fn drop_question(app: &App, response: &mut Response) -> AppResult<()> {
    set(app, response, QUESTION, "", 0)
}

fn set(app: &App, response: &mut Response, name: &str, value: &str, seconds: i64) -> AppResult<()> {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    let line = HeaderValue::from_str(&line).map_err(AppError::internal)?;
    response.headers_mut().append(header::SET_COOKIE, line);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(peer: &str, forwarded: &'static str) -> String {
        let mut headers = HeaderMap::new();
        if !forwarded.is_empty() {
            headers.insert("x-forwarded-for", HeaderValue::from_static(forwarded));
        }
        address(peer.parse().ok(), &headers)
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        assert_eq!(told("203.0.113.5", "198.51.100.1"), "203.0.113.5");
        assert_eq!(told("127.0.0.1", "10.0.0.1, 198.51.100.1"), "198.51.100.1");
        assert_eq!(told("::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(told("127.0.0.1", "nonsense"), "127.0.0.1");
        assert_eq!(told("", ""), "unknown");
    }

    #[test]
    fn an_ipv6_network_counts_as_one_visitor() {
        assert_eq!(told("2001:db8:1:2::5", ""), told("2001:db8:1:2:ffff::9", ""));
        assert_ne!(told("2001:db8:1:2::5", ""), told("2001:db8:1:3::5", ""));
    }
}
