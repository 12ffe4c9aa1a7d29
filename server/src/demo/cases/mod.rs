//! Published cases to look at for oneself: invented people in the places of the reports, with registers and department
//! files that hold what the reports describe. No figure is entered anywhere; the rules have to find them.

mod fuyuan;
mod gejiu;
mod huaian;
mod jiawang;
mod lianshui;
mod story;
mod tengchong;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use kernel::{AppResult, Date, period::ymd};
use web::App;

use self::story::Story;

pub use gejiu::INCOMES;

/// A published case, named by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Fuyuan,
    Gejiu,
    Huaian,
    Jiawang,
    Lianshui,
    Tengchong,
}

/// A file as a department sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Empty for a file that goes to the import page of a register.
    pub data_set: String,
    pub path: PathBuf,
    pub rows: u64,
}

impl Case {
    pub const ALL: [Case; 6] = [
        Case::Fuyuan,
        Case::Gejiu,
        Case::Huaian,
        Case::Jiawang,
        Case::Lianshui,
        Case::Tengchong,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Case::Fuyuan => "fuyuan",
            Case::Gejiu => "gejiu",
            Case::Huaian => "huaian",
            Case::Jiawang => "jiawang",
            Case::Lianshui => "lianshui",
            Case::Tengchong => "tengchong",
        }
    }

    /// What it is about.
    pub fn title(self) -> &'static str {
        match self {
            Case::Fuyuan => "富源：危房改造申请比对",
            Case::Gejiu => "个旧：应纳未纳与返贫核定",
            Case::Huaian => "淮安：补助学、补参保、改危房",
            Case::Jiawang => "贾汪：一名干部的亲属集中享受",
            Case::Lianshui => "涟水：医疗报销计作收入的退出档案",
            Case::Tengchong => "腾冲：一份十八万元的花名册",
        }
    }

    /// Code and name of the county.
    pub fn area(self) -> (&'static str, &'static str) {
        match self {
            Case::Fuyuan => ("530325", "富源县"),
            Case::Gejiu => ("532501", "个旧市"),
            Case::Huaian => ("320803", "淮安区"),
            Case::Jiawang => ("320305", "贾汪区"),
            Case::Lianshui => ("320826", "涟水县"),
            Case::Tengchong => ("530581", "腾冲市"),
        }
    }

    /// The day on which somebody compares.
    pub fn day(self) -> Date {
        let day = match self {
            Case::Fuyuan => ymd(2018, 7, 2),
            Case::Gejiu => ymd(2019, 11, 20),
            Case::Huaian => ymd(2020, 11, 20),
            Case::Jiawang => ymd(2019, 3, 4),
            Case::Lianshui => ymd(2019, 1, 15),
            Case::Tengchong => ymd(2018, 3, 1),
        };
        day.unwrap_or(Date::MIN)
    }

    fn story(self) -> AppResult<Option<Story>> {
        Ok(Some(match self {
            Case::Fuyuan => return Ok(None),
            Case::Gejiu => gejiu::story()?,
            Case::Huaian => huaian::story()?,
            Case::Jiawang => jiawang::story()?,
            Case::Lianshui => lianshui::story()?,
            Case::Tengchong => tengchong::story()?,
        }))
    }

    /// The number of one of its invented people, for a table somebody writes by hand; none in the large case.
    pub fn number_of(self, name: &str) -> Option<String> {
        let story = self.story().ok().flatten()?;
        story.number_of(name)
    }

    /// Fills the registers of an empty installation of that county and writes what the departments would send.
    pub async fn load(self, app: &App, files: &Path) -> AppResult<Vec<Delivery>> {
        let Some(story) = self.story()? else {
            return fuyuan::enter(app, files).await;
        };
        let mut deliveries = story.enter(app, files).await?;
        if self == Case::Gejiu {
            deliveries.push(gejiu::incomes(&story, files)?);
        }
        Ok(deliveries)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Case, String> {
        let known = Case::ALL.into_iter().find(|case| case.id() == text);
        known.ok_or_else(|| format!("没有这个案例，可选：{}", Case::ALL.map(Case::id).join("、")))
    }
}
