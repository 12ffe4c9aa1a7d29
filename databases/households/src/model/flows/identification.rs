//! 两公示一公告: seven offices look at an application before a household is registered.

use access::Role::{FundUnitAdmin, ResidentTeam, TownPoverty, VillageAdmin};
use records::flow::{Flow, Needs, Step};

use super::Act;

records::codes! {
    /// Where an application stands.
    pub enum IdentificationState {
        Unlisted = "unlisted" "未建档",
        Applied = "applied" "已申请",
        HomeSurveyed = "home_surveyed" "已入户核查",
        GroupReviewed = "group_reviewed" "已民主评议",
        VillageReviewed = "village_reviewed" "村级已评议",
        Compared = "compared" "已比对",
        Notice1 = "notice_1" "第一次公示中",
        TownReviewed = "town_reviewed" "镇级已审核",
        Notice2 = "notice_2" "第二次公示中",
        CountyApproved = "county_approved" "县级已审批",
        Announced = "announced" "已公告",
        Registered = "registered" "已建档",
        NotListed = "not_listed" "未予纳入",
        Withdrawn = "withdrawn" "已撤回",
    }
}

use IdentificationState::*;

const CLEAR: Needs = Needs::NOTHING.not_concerned();

/// From the application to the register.
pub const FLOW: Flow<IdentificationState, Act> = Flow {
    name: "household-identification",
    title: "帮扶户识别（两公示一公告）",
    steps: &[
        Step {
            act: Act::Apply,
            from: &[Unlisted],
            to: Applied,
            by: &[VillageAdmin, ResidentTeam, TownPoverty, FundUnitAdmin],
            needs: CLEAR,
            guard: "成员不在其他在册户或申请户中",
        },
        Step {
            act: Act::Survey,
            from: &[Applied],
            to: HomeSurveyed,
            by: &[ResidentTeam, TownPoverty, VillageAdmin],
            needs: CLEAR,
            guard: "两名以上工作人员入户；已登记收入",
        },
        Step {
            act: Act::GroupReview,
            from: &[HomeSurveyed],
            to: GroupReviewed,
            by: &[VillageAdmin],
            needs: CLEAR.basis(),
            guard: "记录应到、实到和票数，到会过半、赞成过半，近亲属回避",
        },
        Step {
            act: Act::VillageReview,
            from: &[GroupReviewed],
            to: VillageReviewed,
            by: &[VillageAdmin, ResidentTeam],
            needs: CLEAR.second_person(),
            guard: "村两委会同驻村工作队",
        },
        Step {
            act: Act::Veto,
            from: &[GroupReviewed, VillageReviewed],
            to: NotListed,
            by: &[ResidentTeam],
            needs: CLEAR.reason().basis(),
            guard: "入户核实结果与评议不符",
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
            act: Act::PostNotice1,
            from: &[Compared],
            to: Notice1,
            by: &[VillageAdmin],
            needs: CLEAR,
            guard: "村内公示不少于 7 天",
        },
        Step {
            act: Act::TownReview,
            from: &[Notice1],
            to: TownReviewed,
            by: &[TownPoverty],
            needs: CLEAR.second_person().basis(),
            guard: "公示期满，异议已处理；抽查入户不少于三成，经办人和村干部近亲属逐户核实",
        },
        Step {
            act: Act::PostNotice2,
            from: &[TownReviewed],
            to: Notice2,
            by: &[VillageAdmin],
            needs: CLEAR,
            guard: "公示镇级审核结果不少于 7 天",
        },
        Step {
            act: Act::CountyApprove,
            from: &[Notice2],
            to: CountyApproved,
            by: &[FundUnitAdmin],
            needs: CLEAR.second_person().basis(),
            guard: "公示期满，异议已处理；没有未核实的红色疑点",
        },
        Step {
            act: Act::Announce,
            from: &[CountyApproved],
            to: Announced,
            by: &[FundUnitAdmin],
            needs: CLEAR.basis(),
            guard: "以正式文件在门户公告",
        },
        Step {
            act: Act::Register,
            from: &[Announced],
            to: Registered,
            by: &[FundUnitAdmin, TownPoverty],
            needs: CLEAR,
            guard: "录入帮扶对象库",
        },
        Step {
            act: Act::SendBack,
            from: &[
                HomeSurveyed,
                GroupReviewed,
                VillageReviewed,
                Compared,
                Notice1,
                TownReviewed,
                Notice2,
            ],
            to: Applied,
            by: &[ResidentTeam, TownPoverty, FundUnitAdmin],
            needs: CLEAR.reason(),
            guard: "有异议或材料不符，重新入户核查",
        },
        Step {
            act: Act::Refuse,
            from: &[
                Applied,
                HomeSurveyed,
                GroupReviewed,
                VillageReviewed,
                Compared,
                Notice1,
                TownReviewed,
                Notice2,
            ],
            to: NotListed,
            by: &[TownPoverty, FundUnitAdmin],
            needs: CLEAR.reason(),
            guard: "书面告知申请人",
        },
        Step {
            act: Act::Withdraw,
            from: &[Applied, HomeSurveyed, GroupReviewed, VillageReviewed, Compared, Notice1],
            to: Withdrawn,
            by: &[VillageAdmin, TownPoverty],
            needs: CLEAR.reason(),
            guard: "申请人自愿",
        },
    ],
};
