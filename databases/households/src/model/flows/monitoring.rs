//! Watching a household at risk: one notice of five days, fifteen days in all. And the end of a watch.

use access::Role::{FundUnitAdmin, Helper, ResidentTeam, TownPoverty, VillageAdmin};
use records::flow::{Flow, Needs, Step};

use super::Act;

records::codes! {
    /// Where a household is on its way under watch.
    pub enum MonitoringState {
        Unlisted = "unlisted" "未监测",
        Applied = "applied" "已发现线索",
        HomeSurveyed = "home_surveyed" "已入户核查",
        VillageReviewed = "village_reviewed" "村级已评议",
        Compared = "compared" "已比对",
        Notice = "notice" "公示中",
        Monitored = "monitored" "已纳入监测",
        NotListed = "not_listed" "未予纳入",
        Withdrawn = "withdrawn" "已撤回",
    }
}

records::codes! {
    /// Where the end of a watch stands.
    pub enum ClearingState {
        Monitored = "monitored" "监测中",
        Applied = "applied" "已提出消除",
        HomeSurveyed = "home_surveyed" "已入户核查",
        VillageReviewed = "village_reviewed" "村级已评议",
        Notice = "notice" "公示中",
        Cleared = "cleared" "风险已消除",
    }
}

const CLEAR: Needs = Needs::NOTHING.not_concerned();

/// From the clue to the watch.
pub const MONITORING: Flow<MonitoringState, Act> = {
    use MonitoringState::*;
    Flow {
        name: "household-monitoring",
        title: "监测对象识别",
        steps: &[
            Step {
                act: Act::Apply,
                from: &[Unlisted],
                to: Applied,
                by: &[VillageAdmin, ResidentTeam, Helper, TownPoverty, FundUnitAdmin],
                needs: CLEAR,
                guard: "自发现线索起 15 天内办结",
            },
            Step {
                act: Act::Survey,
                from: &[Applied],
                to: HomeSurveyed,
                by: &[ResidentTeam, TownPoverty, VillageAdmin],
                needs: CLEAR,
                guard: "两名以上工作人员入户",
            },
            Step {
                act: Act::VillageReview,
                from: &[HomeSurveyed],
                to: VillageReviewed,
                by: &[VillageAdmin, ResidentTeam],
                needs: CLEAR.second_person(),
                guard: "",
            },
            Step {
                act: Act::Compare,
                from: &[VillageReviewed],
                to: Compared,
                by: &[TownPoverty, FundUnitAdmin],
                needs: CLEAR,
                guard: "全体成年成员已签核对授权；没有未核实的红色疑点",
            },
            Step {
                act: Act::PostNotice,
                from: &[Compared],
                to: Notice,
                by: &[VillageAdmin],
                needs: CLEAR,
                guard: "村内公示不少于 5 天；不得写身份证号、电话、账号和健康状况",
            },
            Step {
                act: Act::CountyApprove,
                from: &[Notice],
                to: Monitored,
                by: &[FundUnitAdmin],
                needs: CLEAR.second_person().basis(),
                guard: "公示期满，异议已处理",
            },
            Step {
                act: Act::SendBack,
                from: &[HomeSurveyed, VillageReviewed, Compared, Notice],
                to: Applied,
                by: &[ResidentTeam, TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "重新入户核查",
            },
            Step {
                act: Act::Refuse,
                from: &[Applied, HomeSurveyed, VillageReviewed, Compared, Notice],
                to: NotListed,
                by: &[TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "",
            },
            Step {
                act: Act::Withdraw,
                from: &[Applied, HomeSurveyed, VillageReviewed],
                to: Withdrawn,
                by: &[VillageAdmin, TownPoverty],
                needs: CLEAR.reason(),
                guard: "",
            },
        ],
    }
};

/// From the watch to its end.
pub const CLEARING: Flow<ClearingState, Act> = {
    use ClearingState::*;
    Flow {
        name: "household-risk-clearing",
        title: "监测对象风险消除",
        steps: &[
            Step {
                act: Act::Apply,
                from: &[Monitored],
                to: Applied,
                by: &[VillageAdmin, ResidentTeam, Helper, TownPoverty],
                needs: CLEAR,
                guard: "纳入监测满 6 个月",
            },
            Step {
                act: Act::Survey,
                from: &[Applied],
                to: HomeSurveyed,
                by: &[ResidentTeam, TownPoverty],
                needs: CLEAR,
                guard: "两名以上工作人员入户",
            },
            Step {
                act: Act::VillageReview,
                from: &[HomeSurveyed],
                to: VillageReviewed,
                by: &[VillageAdmin, ResidentTeam],
                needs: CLEAR.second_person(),
                guard: "人均纯收入高于监测线，六项保障达标，没有未核实的红色疑点",
            },
            Step {
                act: Act::PostNotice,
                from: &[VillageReviewed],
                to: Notice,
                by: &[VillageAdmin],
                needs: CLEAR,
                guard: "村内公示不少于 5 天",
            },
            Step {
                act: Act::CountyApprove,
                from: &[Notice],
                to: Cleared,
                by: &[FundUnitAdmin],
                needs: CLEAR.second_person().basis(),
                guard: "公示期满，异议已处理",
            },
            Step {
                act: Act::Refuse,
                from: &[Applied, HomeSurveyed, VillageReviewed, Notice],
                to: Monitored,
                by: &[ResidentTeam, TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "",
            },
        ],
    }
};
