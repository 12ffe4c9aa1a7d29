//! The life of a project, from the demand survey to the distribution of its yield, as one table.
//!
//! Sources count the steps differently (nine nodes here, nine gates there); this is their union, and
//! [`super::views`] shows either. What the table does not list does not happen.

use access::Role;
use records::flow::{Flow, Needs, step};

records::codes! {
    /// Where a project stands.
    pub enum ProjectState {
        Demand = "demand" "已摸底",
        Argued = "argued" "已论证",
        Declared = "declared" "村已申报",
        TownCompiled = "town_compiled" "镇已编制",
        Reviewed = "reviewed" "县已评审",
        Library = "library" "已入库",
        Approved = "approved" "已立项",
        Filed = "filed" "已备案",
        NoticePre = "notice_pre" "立项公示中",
        Tender = "tender" "招标中",
        Contracted = "contracted" "已签合同",
        Building = "building" "实施中",
        Completed = "completed" "已竣工",
        AccVillage = "acc_village" "村级验收合格",
        AccTown = "acc_town" "镇级复验合格",
        AccCounty = "acc_county" "县级抽查通过",
        Settled = "settled" "已报账",
        NoticePost = "notice_post" "已公告",
        AssetRegistered = "asset_registered" "资产已登记",
        Performance = "performance" "绩效已评估",
        Distributing = "distributing" "收益分配中",
        Operating = "operating" "运营中",
        Closed = "closed" "已结项",
        Suspended = "suspended" "已暂停",
        Cancelled = "cancelled" "已取消",
        Exempted = "exempted" "已容错免责",
    }
}

records::codes! {
    /// What is done to a project.
    pub enum ProjectAct {
        Argue = "argue" "两会论证",
        Declare = "declare" "村级申报",
        Compile = "compile" "镇级审查编制",
        Review = "review" "县级评审",
        Enlist = "enlist" "实地核查入库",
        Approve = "approve" "领导小组批准立项",
        File = "file" "报省市备案",
        NoticeBefore = "notice_before" "立项公示",
        Tender = "tender" "组织招标",
        Contract = "contract" "签订合同",
        Start = "start" "开工",
        StartDirect = "start_direct" "到户实施",
        Complete = "complete" "竣工",
        AcceptVillage = "accept_village" "村级全面验收",
        AcceptTown = "accept_town" "镇级全面复验",
        AcceptCounty = "accept_county" "县级抽查",
        Settle = "settle" "报账审计",
        NoticeAfter = "notice_after" "竣工公告",
        RegisterAsset = "register_asset" "资产登记",
        Evaluate = "evaluate" "绩效评估",
        Distribute = "distribute" "收益分配",
        Operate = "operate" "转入运营",
        Close = "close" "结项",
        SendBack = "send_back" "退回修改",
        Rectify = "rectify" "退回整改",
        Suspend = "suspend" "暂停",
        Resume = "resume" "恢复（重新公示）",
        ResumeWork = "resume_work" "复工",
        Cancel = "cancel" "取消",
        Exempt = "exempt" "容错免责",
    }
}

impl ProjectState {
    /// Nothing more is done to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled | Self::Exempted)
    }

    /// How the tag of the state looks.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Suspended => "back",
            Self::Cancelled | Self::Exempted | Self::Closed => "closed",
            Self::Operating | Self::Distributing | Self::Performance | Self::AssetRegistered => "done",
            Self::Demand | Self::Argued | Self::Declared | Self::TownCompiled | Self::Reviewed => "wait",
            _ => "doing",
        }
    }
}

use ProjectAct as A;
use ProjectState as S;

/// The way of a project in its order, without halts and ends.
pub const WAY: [ProjectState; 22] = [
    S::Demand,
    S::Argued,
    S::Declared,
    S::TownCompiled,
    S::Reviewed,
    S::Library,
    S::Approved,
    S::Filed,
    S::NoticePre,
    S::Tender,
    S::Contracted,
    S::Building,
    S::Completed,
    S::AccVillage,
    S::AccTown,
    S::AccCounty,
    S::Settled,
    S::NoticePost,
    S::AssetRegistered,
    S::Performance,
    S::Distributing,
    S::Operating,
];

/// The states in which a step forward is this role's: where anyone of it may take it, and where it must be another
/// person than the one before.
pub fn next_steps_of(role: Role) -> (Vec<ProjectState>, Vec<ProjectState>) {
    let way = |state: S| WAY.iter().position(|s| *s == state);
    let forward = |from: S, to: S| matches!((way(from), way(to)), (Some(from), Some(to)) if from < to);
    let mine = |from: S, second: bool| {
        let steps = PROJECT_FLOW.steps.iter();
        let of_role = steps.filter(|s| s.from.contains(&from) && s.by.contains(&role) && forward(from, s.to));
        of_role.filter(|s| s.needs.second_person == second).count() > 0
    };
    let open: Vec<S> = WAY.into_iter().filter(|s| mine(*s, false)).collect();
    let another = WAY
        .into_iter()
        .filter(|s| mine(*s, true) && !open.contains(s))
        .collect();
    (open, another)
}

const VILLAGE: &[Role] = &[Role::VillageAdmin];
const TOWN: &[Role] = &[Role::TownPoverty];
const COUNTY: &[Role] = &[Role::FundUnitAdmin];
const TOWN_OR_COUNTY: &[Role] = &[Role::TownPoverty, Role::FundUnitAdmin];
const MONEY: &[Role] = &[Role::Finance, Role::FundUnitAdmin];
const ASSETS: &[Role] = &[Role::AgriAdmin, Role::FundUnitAdmin];
const DISCIPLINE: &[Role] = &[Role::CdiAdmin];

const ENTRY: Needs = Needs::NOTHING.not_concerned();
const CHECK: Needs = Needs::NOTHING.second_person().not_concerned();
const DECISION: Needs = Needs::NOTHING.basis().second_person().not_concerned();
const REASONED: Needs = Needs::NOTHING.reason().not_concerned();

/// Every transition of a project.
pub const PROJECT_FLOW: Flow<S, A> = Flow {
    name: "project",
    title: "扶贫项目",
    steps: &[
        step(
            A::Argue,
            &[S::Demand],
            S::Argued,
            VILLAGE,
            ENTRY,
            "入户调研已登记；村民小组会和村民代表大会都有日期、应到、实到和赞成人数，到会过三分之二，赞成过半",
        ),
        step(
            A::Declare,
            &[S::Argued],
            S::Declared,
            VILLAGE,
            ENTRY,
            "“五问”齐全；不重复、不虚报、选项适当",
        ),
        step(A::Compile, &[S::Declared], S::TownCompiled, TOWN, CHECK, ""),
        step(
            A::Review,
            &[S::TownCompiled],
            S::Reviewed,
            COUNTY,
            CHECK,
            "评审人不是录入人",
        ),
        step(
            A::Enlist,
            &[S::Reviewed],
            S::Library,
            COUNTY,
            CHECK,
            "部门到实地核查过；再查一次重复立项",
        ),
        step(
            A::Approve,
            &[S::Library],
            S::Approved,
            COUNTY,
            DECISION,
            "有批准文号；批准人不是录入人",
        ),
        step(
            A::File,
            &[S::Approved],
            S::Filed,
            COUNTY,
            Needs::NOTHING.basis(),
            "有备案文号；备案后才能分配资金",
        ),
        step(
            A::NoticeBefore,
            &[S::Filed],
            S::NoticePre,
            TOWN_OR_COUNTY,
            Needs::NOTHING,
            "公示六项内容齐全",
        ),
        step(
            A::Tender,
            &[S::NoticePre],
            S::Tender,
            COUNTY,
            ENTRY,
            "非直接到户；公示满 10 天；达到法定限额的须公开或邀请招标",
        ),
        step(
            A::Contract,
            &[S::Tender],
            S::Contracted,
            COUNTY,
            ENTRY,
            "已定标；签订不早于定标，超过 30 天须说明原因；责任书和廉政承诺书都已上传",
        ),
        step(
            A::Start,
            &[S::Contracted],
            S::Building,
            TOWN_OR_COUNTY,
            ENTRY,
            "四制齐备；责任书和廉政承诺书都已上传；村民代表 3 至 5 名",
        ),
        step(
            A::StartDirect,
            &[S::NoticePre],
            S::Building,
            TOWN,
            ENTRY,
            "直接到户项目，不招标；公示满 10 天；有受益户；责任书和廉政承诺书都已上传；村民代表 3 至 5 名",
        ),
        step(
            A::Complete,
            &[S::Building],
            S::Completed,
            TOWN_OR_COUNTY,
            ENTRY,
            "有施工图片；每月至少一次督促检查",
        ),
        step(
            A::AcceptVillage,
            &[S::Completed],
            S::AccVillage,
            VILLAGE,
            ENTRY,
            "两委、民主理财小组、村民代表都参加；全部内容逐项验收",
        ),
        step(
            A::AcceptTown,
            &[S::AccVillage],
            S::AccTown,
            TOWN,
            CHECK,
            "全部复验；满意度不低于 80%；复验人员不与村级验收重复",
        ),
        step(
            A::AcceptCounty,
            &[S::AccTown],
            S::AccCounty,
            COUNTY,
            CHECK,
            "本镇本批已抽样；抽中的由八部门验收合格，未抽中的须本批抽中项目全部合格",
        ),
        step(
            A::Settle,
            &[S::AccCounty],
            S::Settled,
            MONEY,
            CHECK,
            "付款不超过进度上限；质保金不超过 10%；超计划 10% 的已重新批准",
        ),
        step(
            A::NoticeAfter,
            &[S::Settled],
            S::NoticePost,
            TOWN_OR_COUNTY,
            Needs::NOTHING,
            "公告实施结果和资金使用",
        ),
        step(
            A::RegisterAsset,
            &[S::NoticePost],
            S::AssetRegistered,
            ASSETS,
            ENTRY,
            "形成的资产已登记权属；验收后 30 天内",
        ),
        step(
            A::Evaluate,
            &[S::AssetRegistered, S::NoticePost],
            S::Performance,
            COUNTY,
            CHECK,
            "直接到户项目可不登记资产；得分 0 至 100",
        ),
        step(
            A::Distribute,
            &[S::Performance],
            S::Distributing,
            COUNTY,
            ENTRY,
            "载体带动项目；资产已产生收益",
        ),
        step(
            A::Operate,
            &[S::Distributing, S::Performance],
            S::Operating,
            COUNTY,
            ENTRY,
            "载体带动项目须已有一次收益足额发到户",
        ),
        step(
            A::Close,
            &[S::Operating, S::Performance],
            S::Closed,
            COUNTY,
            REASONED,
            "未经运营的只限直接到户项目",
        ),
        step(
            A::SendBack,
            &[S::Argued, S::Declared, S::TownCompiled, S::Reviewed, S::Library],
            S::Demand,
            TOWN_OR_COUNTY,
            REASONED,
            "",
        ),
        step(
            A::Rectify,
            &[S::Completed, S::AccVillage, S::AccTown, S::AccCounty],
            S::Building,
            TOWN_OR_COUNTY,
            REASONED,
            "整改后重新逐级验收",
        ),
        step(
            A::Suspend,
            &[S::Filed, S::NoticePre, S::Tender, S::Contracted, S::Building],
            S::Suspended,
            TOWN_OR_COUNTY,
            REASONED,
            "",
        ),
        step(
            A::Resume,
            &[S::Suspended],
            S::Filed,
            COUNTY,
            REASONED,
            "暂停时尚未开工；重新公示",
        ),
        step(
            A::ResumeWork,
            &[S::Suspended],
            S::Building,
            COUNTY,
            REASONED,
            "暂停时已经开工",
        ),
        step(
            A::Cancel,
            &[
                S::Demand,
                S::Argued,
                S::Declared,
                S::TownCompiled,
                S::Reviewed,
                S::Library,
                S::Approved,
                S::Filed,
                S::NoticePre,
                S::Tender,
                S::Suspended,
            ],
            S::Cancelled,
            COUNTY,
            REASONED.basis(),
            "尚未形成支出，或已退回",
        ),
        step(
            A::Exempt,
            &[S::Suspended, S::Performance, S::Operating],
            S::Exempted,
            DISCIPLINE,
            DECISION.reason(),
            "有免责事由、证据材料和决定机关；非主观原因",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_told_of_the_steps_that_are_its_own_and_no_other() {
        let (open, another) = next_steps_of(Role::TownPoverty);
        assert!(
            another.contains(&S::Declared) && another.contains(&S::AccVillage),
            "{another:?}"
        );
        assert!(
            open.contains(&S::Filed) && open.contains(&S::Contracted) && open.contains(&S::Building),
            "{open:?}"
        );
        assert!(
            !open.contains(&S::Demand) && !another.contains(&S::Demand),
            "arguing is the village's"
        );
        assert_eq!(next_steps_of(Role::VillageSupervision), (vec![], vec![]));
        let (village, _) = next_steps_of(Role::VillageAdmin);
        assert_eq!(village, [S::Demand, S::Argued, S::Completed]);
    }
}
