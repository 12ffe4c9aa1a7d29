//! As much HTTP/1.1 as the bench needs, so that no client library stands between us and the times measured.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A kept connection; opened at the first request and after a failure.
pub(crate) struct Connection {
    server: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// All values of a header, by its name in any case.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        headers(&self.head, name)
    }
}

impl Connection {
    pub(crate) fn to(server: SocketAddr) -> Connection {
        Connection { server, stream: None }
    }

    pub(crate) async fn get(&mut self, path: &str, cookie: &str) -> io::Result<Answer> {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\n",
            self.server,
            cookie_line(cookie)
        ))
        .await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, cookie: &str, form: &str) -> io::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{}\r\n{form}",
            form.len(),
            cookie_line(cookie),
            server = self.server,
        );
        self.send(&request).await
    }

    async fn send(&mut self, request: &str) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.server).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        stream.get_mut().write_all(request.as_bytes()).await?;
        let head = read_until(&mut stream, b"\r\n\r\n").await?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .ok_or_else(broken)?;
        let body = read_body(&mut stream, &head).await?;
        if !headers(&head, "connection").any(|word| word.eq_ignore_ascii_case("close")) {
            self.stream = Some(stream);
        }
        Ok(Answer { status, head, body })
    }
}

fn cookie_line(cookie: &str) -> String {
    if cookie.is_empty() {
        String::new()
    } else {
        format!("Cookie: {cookie}\r\n")
    }
}

fn headers<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines().filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

async fn read_body(stream: &mut BufReader<TcpStream>, head: &str) -> io::Result<Vec<u8>> {
    if let Some(length) = headers(head, "content-length").next() {
        let mut body = vec![0; length.parse().map_err(|_| broken())?];
        stream.read_exact(&mut body).await?;
        return Ok(body);
    }
    let mut body = Vec::new();
    if headers(head, "transfer-encoding").any(|coding| coding.contains("chunked")) {
        loop {
            let line = read_until(stream, b"\r\n").await?;
            let size = usize::from_str_radix(line.trim().split(';').next().unwrap_or(""), 16).map_err(|_| broken())?;
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).await?;
            if size == 0 {
                break;
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }
    Ok(body)
}

async fn read_until(stream: &mut BufReader<TcpStream>, end: &[u8]) -> io::Result<String> {
    let mut text = Vec::new();
    while !text.ends_with(end) {
        text.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn broken() -> io::Error {
    io::Error::other("not HTTP")
}

#[cfg(test)]
mod tests {
    use super::headers;

    #[test]
    fn header_names_have_any_case() {
        let head = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n";
        assert_eq!(headers(head, "Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
