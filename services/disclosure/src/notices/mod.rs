//! Notices at three levels (三级公示): the county shows the whole arrangement of a year, a town its share, a village each
//! project with its six fields. What is shown comes from the registers and is kept as it was shown; the days are counted;
//! objections are answered before it may end; and the list of what is still owed says at which level.

mod act;
mod content;
mod due;
mod rows;

pub(crate) use act::{Posting, against_ending, answer, end, object, post, withdraw};
pub(crate) use content::{Body, content};
pub(crate) use due::due;
pub(crate) use rows::{Notice, NoticeFilter, Objection, count, list, notice, objections};

use access::Role;
use kernel::{AppError, AppResult, Date, RegionLevel};

records::codes! {
    /// Who shows it.
    pub(crate) enum NoticeLevel {
        County = "county" "县级",
        Town = "town" "乡镇",
        Village = "village" "村级",
    }
}

records::codes! {
    /// Where a notice stands.
    pub(crate) enum NoticeState {
        Posted = "posted" "公示中",
        Ended = "ended" "公示结束",
        Withdrawn = "withdrawn" "已撤回",
    }
}

impl NoticeLevel {
    /// What this level shows.
    pub(crate) fn shows(self) -> &'static str {
        match self {
            NoticeLevel::County => "总体安排",
            NoticeLevel::Town => "本镇份额",
            NoticeLevel::Village => "到村项目（六项）",
        }
    }

    pub(crate) fn place(self) -> RegionLevel {
        match self {
            NoticeLevel::County => RegionLevel::County,
            NoticeLevel::Town => RegionLevel::Town,
            NoticeLevel::Village => RegionLevel::Village,
        }
    }

    /// Who posts, answers and withdraws.
    pub(crate) fn posts(self) -> Role {
        match self {
            NoticeLevel::County => Role::FundUnitAdmin,
            NoticeLevel::Town => Role::TownPoverty,
            NoticeLevel::Village => Role::VillageAdmin,
        }
    }

    /// Who confirms that it hung there to its end: never who posted it.
    pub(crate) fn confirms(self) -> [Role; 2] {
        match self {
            NoticeLevel::County => [Role::CountyAdmin, Role::FundUnitAdmin],
            NoticeLevel::Town => [Role::TownAgriStation, Role::TownPoverty],
            NoticeLevel::Village => [Role::VillageSupervision, Role::TownPoverty],
        }
    }
}

impl NoticeState {
    pub(crate) fn tone(self) -> &'static str {
        match self {
            NoticeState::Posted => "doing",
            NoticeState::Ended => "done",
            NoticeState::Withdrawn => "closed",
        }
    }
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// The projects of a year.
    Projects,
    /// The money of a programme in a year.
    Fund(String),
    /// One project.
    Project(i64),
}

impl Matter {
    pub(crate) fn id(&self) -> String {
        match self {
            Matter::Projects => "projects".to_owned(),
            Matter::Fund(code) => format!("fund:{code}"),
            Matter::Project(id) => format!("project:{id}"),
        }
    }

    pub(crate) fn parse(text: &str) -> AppResult<Matter> {
        match text.split_once(':') {
            None if text == "projects" => Some(Matter::Projects),
            Some(("fund", code)) if !code.is_empty() => Some(Matter::Fund(code.to_owned())),
            Some(("project", id)) => id.parse().ok().map(Matter::Project),
            _ => None,
        }
        .ok_or_else(|| AppError::not_found("没有这项公示内容。"))
    }

    /// A single project is shown by its village, a year by county and towns.
    pub(crate) fn fits(&self, level: NoticeLevel) -> bool {
        matches!(self, Matter::Project(_)) == (level == NoticeLevel::Village)
    }
}

/// Whole days a notice has hung there.
pub(crate) fn days_hung(from: Date, today: Date) -> i64 {
    (today - from).whole_days().max(0)
}
