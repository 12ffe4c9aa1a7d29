//! 脱贫退出: five sign and five confirm, a notice, two offices; then two years in which policies go on.

use access::Role::{CountyAdmin, FundUnitAdmin, Helper, ResidentTeam, TownPoverty, VillageAdmin};
use records::flow::{Flow, Needs, Step};

use super::Act;

records::codes! {
    /// Where an exit stands.
    pub enum ExitState {
        Registered = "registered" "在册",
        PreExit = "pre_exit" "预脱贫",
        Surveyed = "surveyed" "已入户核查",
        VillageReviewed = "village_reviewed" "村级已评议",
        FiveSign = "five_sign" "五签字中",
        Notice = "notice" "公示中",
        TownReviewed = "town_reviewed" "镇级已审核",
        CountyApproved = "county_approved" "县级已审批",
        Exited = "exited" "已脱贫",
        Closed = "closed" "已销号",
    }
}

use ExitState::*;

const CLEAR: Needs = Needs::NOTHING.not_concerned();

/// From the register to the closing of the file.
pub const FLOW: Flow<ExitState, Act> = Flow {
    name: "household-exit",
    title: "脱贫退出（五签字五确认）",
    steps: &[
        Step {
            act: Act::Apply,
            from: &[Registered],
            to: PreExit,
            by: &[VillageAdmin, ResidentTeam, Helper, TownPoverty],
            needs: CLEAR,
            guard: "年度动态调整，或本户主动申请",
        },
        Step {
            act: Act::Survey,
            from: &[PreExit],
            to: Surveyed,
            by: &[ResidentTeam, TownPoverty, Helper],
            needs: CLEAR,
            guard: "两名以上工作人员入户；已登记近十二个月收入",
        },
        Step {
            act: Act::VillageReview,
            from: &[Surveyed],
            to: VillageReviewed,
            by: &[VillageAdmin],
            needs: CLEAR.second_person().basis(),
            guard: "户主评议会：记录应到、实到和票数，到会过半、赞成过半",
        },
        Step {
            act: Act::Veto,
            from: &[VillageReviewed],
            to: Registered,
            by: &[ResidentTeam],
            needs: CLEAR.reason().basis(),
            guard: "入户核实结果与评议不符，选择原因",
        },
        Step {
            act: Act::Sign,
            from: &[VillageReviewed, FiveSign],
            to: FiveSign,
            by: &[
                ResidentTeam,
                VillageAdmin,
                Helper,
                TownPoverty,
                FundUnitAdmin,
                CountyAdmin,
            ],
            needs: CLEAR,
            guard: "退出条件全部满足；五个签字位由五个账号各签一处并逐项确认",
        },
        Step {
            act: Act::PostNotice,
            from: &[FiveSign],
            to: Notice,
            by: &[VillageAdmin],
            needs: CLEAR,
            guard: "五处签字齐全；公示不少于 7 天",
        },
        Step {
            act: Act::TownReview,
            from: &[Notice],
            to: TownReviewed,
            by: &[TownPoverty],
            needs: CLEAR.second_person().basis(),
            guard: "公示期满，异议已处理",
        },
        Step {
            act: Act::CountyApprove,
            from: &[TownReviewed],
            to: CountyApproved,
            by: &[FundUnitAdmin],
            needs: CLEAR.second_person().basis(),
            guard: "退出条件全部满足",
        },
        Step {
            act: Act::Announce,
            from: &[CountyApproved],
            to: Exited,
            by: &[FundUnitAdmin],
            needs: CLEAR.basis(),
            guard: "公告；政策延续 24 个月",
        },
        Step {
            act: Act::Close,
            from: &[Exited],
            to: Closed,
            by: &[FundUnitAdmin, TownPoverty],
            needs: CLEAR,
            guard: "24 个月巩固期满",
        },
        Step {
            act: Act::Refuse,
            from: &[PreExit, Surveyed, VillageReviewed, FiveSign, Notice, TownReviewed],
            to: Registered,
            by: &[ResidentTeam, TownPoverty, FundUnitAdmin],
            needs: CLEAR.reason(),
            guard: "选择原因：收入、住房、产业或其他",
        },
        Step {
            act: Act::Withdraw,
            from: &[PreExit, Surveyed],
            to: Registered,
            by: &[VillageAdmin, TownPoverty],
            needs: CLEAR.reason(),
            guard: "",
        },
    ],
};
