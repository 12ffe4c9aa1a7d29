//! 返贫 brings a household back by a short way; 清退 takes one off that should not have been on, and can be undone.

use access::Role::{CountyAdmin, FundUnitAdmin, Helper, ResidentTeam, TownPoverty, VillageAdmin};
use records::flow::{Flow, Needs, Step};

use super::Act;

records::codes! {
    /// Where a return stands.
    pub enum ReturnState {
        Exited = "exited" "已脱贫",
        Applied = "applied" "已提出返贫",
        HomeSurveyed = "home_surveyed" "已入户核查",
        Compared = "compared" "已比对",
        VillageReviewed = "village_reviewed" "村级已评议",
        Notice = "notice" "公示中",
        Returned = "returned" "返贫",
    }
}

records::codes! {
    /// Where a removal stands.
    pub enum RemovalState {
        Registered = "registered" "在册",
        Suspect = "suspect" "存疑",
        Verified = "verified" "已核实",
        FiveSign = "five_sign" "五签字中",
        Removed = "removed" "已清退",
        Reinstated = "reinstated" "已恢复",
    }
}

const CLEAR: Needs = Needs::NOTHING.not_concerned();

/// Back into the register.
pub const RETURN: Flow<ReturnState, Act> = {
    use ReturnState::*;
    Flow {
        name: "household-return",
        title: "返贫纳入",
        steps: &[
            Step {
                act: Act::Apply,
                from: &[Exited],
                to: Applied,
                by: &[VillageAdmin, ResidentTeam, Helper, TownPoverty, FundUnitAdmin],
                needs: CLEAR,
                guard: "本户申请、走访发现或预警推送",
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
                act: Act::Compare,
                from: &[HomeSurveyed],
                to: Compared,
                by: &[TownPoverty, FundUnitAdmin],
                needs: CLEAR,
                guard: "全体成年成员已签核对授权；没有未核实的红色疑点",
            },
            Step {
                act: Act::VillageReview,
                from: &[Compared],
                to: VillageReviewed,
                by: &[VillageAdmin],
                needs: CLEAR.second_person().basis(),
                guard: "记录应到、实到和票数，到会过半、赞成过半",
            },
            Step {
                act: Act::PostNotice,
                from: &[VillageReviewed],
                to: Notice,
                by: &[VillageAdmin],
                needs: CLEAR,
                guard: "村内公示不少于 7 天",
            },
            Step {
                act: Act::CountyApprove,
                from: &[Notice],
                to: Returned,
                by: &[FundUnitAdmin],
                needs: CLEAR.second_person().basis(),
                guard: "公示期满，异议已处理",
            },
            Step {
                act: Act::Refuse,
                from: &[Applied, HomeSurveyed, Compared, VillageReviewed, Notice],
                to: Exited,
                by: &[ResidentTeam, TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "",
            },
        ],
    }
};

/// Off the register.
pub const REMOVAL: Flow<RemovalState, Act> = {
    use RemovalState::*;
    Flow {
        name: "household-removal",
        title: "清退（五签字五确认）",
        steps: &[
            Step {
                act: Act::Apply,
                from: &[Registered],
                to: Suspect,
                by: &[VillageAdmin, ResidentTeam, TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "核查属实的疑点，或本户说明",
            },
            Step {
                act: Act::Verify,
                from: &[Suspect],
                to: Verified,
                by: &[ResidentTeam, TownPoverty],
                needs: CLEAR.second_person().basis(),
                guard: "两名以上工作人员入户核实",
            },
            Step {
                act: Act::Refuse,
                from: &[Suspect, Verified, FiveSign],
                to: Registered,
                by: &[TownPoverty, FundUnitAdmin],
                needs: CLEAR.reason(),
                guard: "情况不成立，继续在册",
            },
            Step {
                act: Act::Sign,
                from: &[Verified, FiveSign],
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
                guard: "五个签字位由五个账号各签一处并逐项确认",
            },
            Step {
                act: Act::Remove,
                from: &[FiveSign],
                to: Removed,
                by: &[FundUnitAdmin],
                needs: CLEAR.basis(),
                guard: "五处签字齐全；待遇从次月起停发",
            },
            Step {
                act: Act::Reinstate,
                from: &[Removed],
                to: Reinstated,
                by: &[FundUnitAdmin],
                needs: CLEAR.reason().basis(),
                guard: "错退的恢复在册，补发停发月份的待遇",
            },
        ],
    }
};
