//! The lines of net income per head, by region, purpose and day. They change by year and province, so they are a
//! file with sources, never numbers in the code.

use std::{path::Path, sync::LazyLock};

use kernel::{AppError, AppResult, Date, Money, RegionCode, period::parse_date};
use serde::Deserialize;

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Leaving the register.
    Exit,
    /// Being watched.
    Monitor,
}

/// One line with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub region: RegionCode,
    pub purpose: Purpose,
    pub year: i32,
    pub amount: Money,
    pub from: Date,
    pub to: Option<Date>,
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    line: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    region: String,
    purpose: Purpose,
    year: i32,
    yuan: i64,
    from: String,
    to: Option<String>,
    source: String,
}

/// All lines an installation knows.
#[derive(Clone, Debug)]
pub struct Lines(Vec<Line>);

static PUBLISHED: LazyLock<Lines> = LazyLock::new(|| {
    Lines::parse(include_str!("../../data/poverty-lines.toml"))
        .unwrap_or_else(|e| unreachable!("the file in this crate is tested: {e}"))
});

impl Lines {
    /// The lines that come with the platform.
    pub fn published() -> &'static Lines {
        &PUBLISHED
    }

    /// The published lines with those of the data folder before them.
    pub fn of_installation(data_dir: &Path) -> AppResult<Lines> {
        let path = data_dir.join("parameters/poverty-lines.toml");
        let mut lines = match std::fs::read_to_string(&path) {
            Ok(text) => Lines::parse(&text).map_err(AppError::invalid)?.0,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(AppError::internal(e)),
        };
        lines.extend(PUBLISHED.0.iter().cloned());
        Ok(Lines(lines))
    }

    fn parse(text: &str) -> Result<Lines, String> {
        let file: File = toml::from_str(text).map_err(|e| format!("标准线参数文件有误：{}", e.message()))?;
        let line = |row: Row| {
            let day = |text: &str| parse_date(text).ok_or(format!("标准线参数文件有误：“{text}”不是日期"));
            let region = if row.region == "0" {
                RegionCode::NATION
            } else {
                row.region.parse().map_err(str::to_owned)?
            };
            Ok(Line {
                region,
                purpose: row.purpose,
                year: row.year,
                amount: Money::from_yuan(row.yuan),
                from: day(&row.from)?,
                to: row.to.as_deref().map(day).transpose()?,
                source: row.source,
            })
        };
        Ok(Lines(file.line.into_iter().map(line).collect::<Result<_, String>>()?))
    }

    /// The line in force on a day: the most exact region, then the latest day of effect, then the first named.
    pub fn line(&self, purpose: Purpose, region: RegionCode, day: Date) -> Option<&Line> {
        let in_force = |line: &&Line| {
            line.purpose == purpose
                && line.region.contains(region)
                && line.from <= day
                && line.to.is_none_or(|to| day <= to)
        };
        self.0
            .iter()
            .rev()
            .filter(in_force)
            .max_by_key(|line| (line.region.level(), line.from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit_line(region: &str, day: &str) -> Option<i64> {
        let (region, day) = (region.parse().unwrap(), parse_date(day).unwrap());
        let line = Lines::published().line(Purpose::Exit, region, day)?;
        Some(line.amount.fen() / 100)
    }

    // accept: 002-18
    #[test]
    fn the_line_depends_on_region_and_year() {
        assert_eq!(exit_line("532922", "2018-11-30"), Some(3_500));
        assert_eq!(exit_line("610000", "2018-11-30"), Some(3_535));
        assert_eq!(exit_line("320826", "2018-11-30"), Some(6_000));
        assert_eq!(exit_line("532922", "2016-06-01"), Some(3_146));
        assert_eq!(exit_line("110000", "2025-01-01"), None, "no line is assumed");
    }

    #[test]
    fn a_county_overrides_lines_in_its_data_folder() {
        let own = "[[line]]\nregion = \"371621\"\npurpose = \"exit\"\nyear = 2026\nyuan = 9100\nfrom = \"2019-01-01\"\nsource = \"县文件\"";
        let folder = std::env::temp_dir().join(format!("lines-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("parameters")).unwrap();
        std::fs::write(folder.join("parameters/poverty-lines.toml"), own).unwrap();
        let lines = Lines::of_installation(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let line = lines.line(
            Purpose::Exit,
            "371621103".parse().unwrap(),
            parse_date("2026-03-02").unwrap(),
        );
        assert_eq!(line.unwrap().source, "县文件");
    }
}
