//! What a project leaves behind, and how its yield reaches those entitled: one flow from inventory to payment.

use access::Role;
use records::flow::{Flow, Needs, step};

records::codes! {
    /// Where an asset stands.
    pub enum AssetState {
        Formed = "formed" "已形成",
        Inventoried = "inventoried" "已清查",
        OwnershipDefined = "ownership_defined" "已确权",
        Registered = "registered" "已登记",
        HandedOver = "handed_over" "已移交",
        Operating = "operating" "运营中",
        YieldDue = "yield_due" "收益应收",
        YieldReceived = "yield_received" "收益已到账",
        Planned = "planned" "已拟分配方案",
        Resolved = "resolved" "村民会议已通过",
        Noticed = "noticed" "方案公示中",
        Paid = "paid" "收益已发放",
        Evaluated = "evaluated" "已评价",
        Idle = "idle" "闲置",
        Disposed = "disposed" "已处置",
    }
}

records::codes! {
    /// What is done to an asset.
    pub enum AssetAct {
        Inventory = "inventory" "清查",
        DefineOwnership = "define_ownership" "界定权属",
        Register = "register" "产权登记",
        HandOver = "hand_over" "移交",
        Operate = "operate" "投入运营",
        ExpectYield = "expect_yield" "登记应收收益",
        ReceiveYield = "receive_yield" "收益到账",
        Plan = "plan" "拟订分配方案",
        Resolve = "resolve" "村民会议决议",
        Notice = "notice" "方案公示",
        Pay = "pay" "发放到户",
        Evaluate = "evaluate" "评价",
        NextYear = "next_year" "进入下一期",
        Idle = "mark_idle" "登记闲置",
        Revive = "revive" "盘活",
        Dispose = "dispose" "处置",
        Correct = "correct" "退回重拟",
    }
}

records::codes! {
    /// What kind of thing it is.
    pub enum AssetClass {
        Operating = "operating" "经营性",
        Public = "public" "公益性",
        Household = "household" "到户类",
    }
}

records::codes! {
    /// Who owns it.
    pub enum OwnerLevel {
        Group = "group" "组集体",
        Village = "village" "村集体",
        Town = "town" "镇",
        County = "county" "县",
        Household = "household" "农户",
    }
}

use AssetAct as A;
use AssetState as S;

const VILLAGE: &[Role] = &[Role::VillageAdmin, Role::TownAgriStation];
const STATION: &[Role] = &[Role::TownAgriStation, Role::AgriAdmin];
const COUNTY: &[Role] = &[Role::AgriAdmin];
const ENTRY: Needs = Needs::NOTHING.not_concerned();
const CHECK: Needs = Needs::NOTHING.second_person().not_concerned();

/// Every transition of an asset and its yield.
pub const ASSET_FLOW: Flow<S, A> = Flow {
    name: "asset",
    title: "扶贫资产与收益",
    steps: &[
        step(A::Inventory, &[S::Formed], S::Inventoried, VILLAGE, ENTRY, ""),
        step(
            A::DefineOwnership,
            &[S::Inventoried],
            S::OwnershipDefined,
            STATION,
            CHECK,
            "写明权属；经营性资产尽量归村集体",
        ),
        step(
            A::Register,
            &[S::OwnershipDefined],
            S::Registered,
            COUNTY,
            Needs::NOTHING.basis(),
            "有证号或登记号；最终验收后 30 天内",
        ),
        step(A::HandOver, &[S::Registered], S::HandedOver, STATION, ENTRY, "有接收人"),
        step(A::Operate, &[S::HandedOver], S::Operating, VILLAGE, ENTRY, ""),
        step(
            A::ExpectYield,
            &[S::Operating],
            S::YieldDue,
            VILLAGE,
            ENTRY,
            "经营性资产；有应收金额和日期",
        ),
        step(
            A::ReceiveYield,
            &[S::YieldDue],
            S::YieldReceived,
            VILLAGE,
            ENTRY,
            "到账金额大于零",
        ),
        step(
            A::Plan,
            &[S::YieldReceived],
            S::Planned,
            VILLAGE,
            ENTRY,
            "应享受户人人有份；先到户，再公益和岗位，不得用于村级开支；各份之和等于收益",
        ),
        step(
            A::Resolve,
            &[S::Planned],
            S::Resolved,
            &[Role::VillageAdmin, Role::VillageSupervision],
            CHECK.basis(),
            "有村民会议决议",
        ),
        step(A::Notice, &[S::Resolved], S::Noticed, VILLAGE, ENTRY, ""),
        step(
            A::Pay,
            &[S::Noticed],
            S::Paid,
            STATION,
            CHECK,
            "公示满 7 天；到账后 60 天内发完，超期说明原因",
        ),
        step(A::Evaluate, &[S::Paid], S::Evaluated, STATION, ENTRY, ""),
        step(A::NextYear, &[S::Evaluated], S::Operating, VILLAGE, ENTRY, ""),
        step(
            A::Correct,
            &[S::Planned, S::Resolved, S::Noticed],
            S::YieldReceived,
            STATION,
            ENTRY.reason(),
            "",
        ),
        step(
            A::Idle,
            &[S::HandedOver, S::Operating, S::Evaluated],
            S::Idle,
            STATION,
            ENTRY.reason(),
            "",
        ),
        step(A::Revive, &[S::Idle], S::Operating, STATION, ENTRY.reason(), ""),
        step(
            A::Dispose,
            &[S::Operating, S::Evaluated, S::Idle],
            S::Disposed,
            COUNTY,
            CHECK.reason().basis(),
            "评估、决议、批准三个文号齐全",
        ),
    ],
};

impl AssetState {
    /// How the tag of the state looks.
    pub fn tone(self) -> &'static str {
        match self {
            S::Idle => "late",
            S::Disposed => "closed",
            S::Paid | S::Evaluated => "done",
            S::Formed | S::Inventoried | S::OwnershipDefined => "wait",
            _ => "doing",
        }
    }
}
