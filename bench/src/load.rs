//! Page times under load: some users at once ask a server on this machine for its pages, for a bounded time.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::{
    Outcome,
    http::{Answer, Connection},
    usage::{cpu_ms_of, status_kib},
};

/// Never longer and never more, whatever was asked.
pub(crate) const MOST_SECONDS: u64 = 120;
pub(crate) const MOST_USERS: usize = 64;

/// One page asked for again and again.
struct Page {
    times_ms: Vec<f64>,
    bytes: usize,
    failed: usize,
}

/// A page and who asks for it.
pub(crate) struct Target {
    pub(crate) title: &'static str,
    pub(crate) path: String,
    /// The session of an official; empty for a visitor.
    pub(crate) cookie: String,
}

/// Asks for one page after the other and prints a line for each.
pub(crate) fn measure(
    server: SocketAddr,
    process: u32,
    targets: &[Target],
    users: usize,
    lasting: Duration,
) -> Outcome<()> {
    if !server.ip().is_loopback() {
        return Err("only a server on this machine may be loaded".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    println!("| page | requests | p50 ms | p99 ms | slowest ms | KB | failed | requests/s | server CPU ms a request |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for target in targets {
        let before = cpu_ms_of(&process.to_string())?;
        let Page {
            times_ms,
            bytes,
            failed,
        } = runtime.block_on(ask(server, target, users, lasting));
        println!(
            "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {failed} | {:.0} | {:.1} |",
            target.title,
            times_ms.len(),
            percentile(&times_ms, 50.0),
            percentile(&times_ms, 99.0),
            times_ms.last().copied().unwrap_or(f64::NAN),
            bytes as f64 / 1000.0,
            times_ms.len() as f64 / lasting.as_secs_f64(),
            (cpu_ms_of(&process.to_string())? - before) as f64 / times_ms.len().max(1) as f64,
        );
    }
    Ok(())
}

/// What a process holds now and held at most, in MiB.
pub(crate) fn memory_mib(process: u32) -> Outcome<(u64, u64)> {
    let mib = |name| status_kib(&process.to_string(), name).map(|kib| kib / 1024);
    Ok((mib("VmRSS")?, mib("VmHWM")?))
}

async fn ask(server: SocketAddr, target: &Target, users: usize, lasting: Duration) -> Page {
    let until = Instant::now() + lasting;
    let request = |_| tokio::spawn(one_user(server, target.path.clone(), target.cookie.clone(), until));
    let tasks: Vec<_> = (0..users).map(request).collect();
    let mut page = Page {
        times_ms: Vec::new(),
        bytes: 0,
        failed: 0,
    };
    for task in tasks {
        let Ok(of_user) = task.await else { continue };
        page.times_ms.extend(of_user.times_ms);
        page.bytes = page.bytes.max(of_user.bytes);
        page.failed += of_user.failed;
    }
    page.times_ms.sort_by(f64::total_cmp);
    page
}

/// One after the other on one connection, as a browser would.
async fn one_user(server: SocketAddr, path: String, cookie: String, until: Instant) -> Page {
    let mut page = Page {
        times_ms: Vec::new(),
        bytes: 0,
        failed: 0,
    };
    let mut connection = Connection::to(server);
    while Instant::now() < until && page.failed < 100 {
        let start = Instant::now();
        match connection.get(&path, &cookie).await {
            Ok(Answer { status: 200, body, .. }) => {
                page.times_ms.push(start.elapsed().as_secs_f64() * 1000.0);
                page.bytes = body.len();
            }
            _ => page.failed += 1,
        }
    }
    page
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
