//! Page times under load: some users at once ask a running server on this machine for its pages, for a bounded time.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{Outcome, option, usage::status_kib};

/// Never longer, whatever was asked.
const MOST_SECONDS: u64 = 120;
const MOST_USERS: usize = 64;

/// One page asked for again and again.
struct Page {
    path: String,
    times_ms: Vec<f64>,
    bytes: usize,
    failed: usize,
}

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let server: SocketAddr = option(words, "--server", "")
        .parse()
        .map_err(|_| "--server 127.0.0.1:PORT")?;
    if !matches!(server.ip(), IpAddr::V4(ip) if ip.is_loopback())
        && server.ip() != IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])
    {
        return Err("only a server on this machine may be loaded".into());
    }
    let users = option(words, "--users", "16").parse::<usize>()?.clamp(1, MOST_USERS);
    let seconds = option(words, "--seconds", "20").parse::<u64>()?.clamp(1, MOST_SECONDS);
    let cookie = option(words, "--cookie", "");
    let paths: Vec<&String> = words.iter().filter(|word| word.starts_with('/')).collect();
    if paths.is_empty() {
        return Err("name at least one path".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    println!("| page | requests | p50 ms | p99 ms | slowest ms | KB | failed | requests/s |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for path in paths {
        let page = runtime.block_on(ask(server, path, cookie, users, Duration::from_secs(seconds)));
        let Page {
            times_ms,
            bytes,
            failed,
            ..
        } = &page;
        println!(
            "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {failed} | {:.0} |",
            page.path,
            times_ms.len(),
            percentile(times_ms, 50.0),
            percentile(times_ms, 99.0),
            times_ms.last().copied().unwrap_or(f64::NAN),
            *bytes as f64 / 1000.0,
            times_ms.len() as f64 / seconds as f64,
        );
    }
    if let Some(process) = words
        .iter()
        .position(|word| word == "--pid")
        .and_then(|at| words.get(at + 1))
    {
        let mib = |name| status_kib(process, name).map(|kib| kib as f64 / 1024.0);
        println!(
            "\nmemory of process {process}: {:.0} MiB now, {:.0} MiB at most",
            mib("VmRSS")?,
            mib("VmHWM")?
        );
    }
    Ok(())
}

async fn ask(server: SocketAddr, path: &str, cookie: &str, users: usize, lasting: Duration) -> Page {
    let until = Instant::now() + lasting;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nAccept: text/html\r\n{}\r\n",
        if cookie.is_empty() {
            String::new()
        } else {
            format!("Cookie: {cookie}\r\n")
        }
    );
    let tasks: Vec<_> = (0..users)
        .map(|_| tokio::spawn(one_user(server, request.clone(), until)))
        .collect();
    let mut page = Page {
        path: path.to_owned(),
        times_ms: Vec::new(),
        bytes: 0,
        failed: 0,
    };
    for task in tasks {
        let Ok((times, bytes, failed)) = task.await else {
            continue;
        };
        page.times_ms.extend(times);
        page.bytes = page.bytes.max(bytes);
        page.failed += failed;
    }
    page.times_ms.sort_by(f64::total_cmp);
    page
}

/// One after the other on one connection, as a browser would.
async fn one_user(server: SocketAddr, request: String, until: Instant) -> (Vec<f64>, usize, usize) {
    let (mut times, mut bytes, mut failed) = (Vec::new(), 0, 0);
    let mut connection = None;
    while Instant::now() < until && failed < 100 {
        let start = Instant::now();
        match exchange(&mut connection, server, &request).await {
            Ok((200, length)) => {
                times.push(start.elapsed().as_secs_f64() * 1000.0);
                bytes = length;
            }
            Ok(_) => failed += 1,
            Err(_) => {
                connection = None;
                failed += 1;
            }
        }
    }
    (times, bytes, failed)
}

/// Sends the request and reads the whole answer: status and length of the body.
async fn exchange(
    connection: &mut Option<BufReader<TcpStream>>,
    server: SocketAddr,
    request: &str,
) -> std::io::Result<(u16, usize)> {
    if connection.is_none() {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        *connection = Some(BufReader::new(stream));
    }
    let broken = || std::io::Error::other("not HTTP");
    let stream = connection.as_mut().ok_or_else(broken)?;
    stream.get_mut().write_all(request.as_bytes()).await?;
    let head = read_head(stream).await?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(broken)?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length = match header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => {
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            length
        }
        None if header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) => {
            read_chunks(stream).await?
        }
        None => 0,
    };
    if header("connection").is_some_and(|word| word.eq_ignore_ascii_case("close")) {
        *connection = None;
    }
    Ok((status, length))
}

async fn read_head(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

async fn read_chunks(stream: &mut BufReader<TcpStream>) -> std::io::Result<usize> {
    let mut total = 0;
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await?);
        }
        let text = String::from_utf8_lossy(&line);
        let size = usize::from_str_radix(text.trim().split(';').next().unwrap_or(""), 16)
            .map_err(|_| std::io::Error::other("not a chunk"))?;
        let mut body = vec![0; size + 2];
        stream.read_exact(&mut body).await?;
        if size == 0 {
            return Ok(total);
        }
        total += size;
    }
}

/// Of sorted values, the smallest that this share of them does not exceed.
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&values, 50.0), 50.0);
        assert_eq!(percentile(&values, 99.0), 99.0);
        assert_eq!(percentile(&[7.0], 99.0), 7.0);
        assert!(percentile(&[], 50.0).is_nan());
    }
}
