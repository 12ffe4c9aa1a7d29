//! What a piece of work cost this process: wall time, processor time of all threads, the most memory it held.

use std::{fs, time::Instant};

use crate::Outcome;

/// Begin of a measured stretch.
pub(crate) struct Stopwatch {
    wall: Instant,
    cpu_ms: u64,
}

/// The cost of one stretch of work. `rss_kib` is the peak of the whole process.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) wall_ms: f64,
    pub(crate) cpu_ms: f64,
    pub(crate) rss_kib: u64,
}

impl Stopwatch {
    pub(crate) fn start() -> Outcome<Stopwatch> {
        Ok(Stopwatch {
            wall: Instant::now(),
            cpu_ms: cpu_ms()?,
        })
    }

    /// Processor time so far.
    pub(crate) fn so_far(&self) -> Outcome<u64> {
        Ok(cpu_ms()? - self.cpu_ms)
    }

    pub(crate) fn stop(self) -> Outcome<Cost> {
        let wall_ms = self.wall.elapsed().as_secs_f64() * 1000.0;
        Ok(Cost {
            wall_ms,
            cpu_ms: (cpu_ms()? - self.cpu_ms) as f64,
            rss_kib: status_kib("self", "VmHWM")?,
        })
    }
}

/// Processor time of all threads of this process so far. Linux counts it in hundredths of a second.
fn cpu_ms() -> Outcome<u64> {
    cpu_ms_of("self")
}

/// The same of another process, by its id.
pub(crate) fn cpu_ms_of(process: &str) -> Outcome<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').ok_or("stat has no name")?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Ok((ticks(11) + ticks(12)) * 10)
}

/// A line of `/proc/<process>/status` in KiB, e.g. `VmRSS`.
pub(crate) fn status_kib(process: &str, name: &str) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .ok_or_else(|| format!("no {name}"))?;
    Ok(line
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0))
}

/// The middle of the values; of an even number the upper one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_processor_time() {
        let watch = Stopwatch::start().unwrap();
        let start = Instant::now();
        let mut sum = 0_u64;
        while start.elapsed().as_millis() < 60 {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        let cost = watch.stop().unwrap();
        assert!(
            cost.cpu_ms >= 10.0 && cost.wall_ms >= 60.0 && cost.rss_kib > 0,
            "{cost:?}"
        );
    }

    #[test]
    fn the_median_ignores_one_slow_run() {
        assert_eq!(median(vec![3.0, 1.0, 90.0, 2.0, 2.5]), 2.5);
    }
}
