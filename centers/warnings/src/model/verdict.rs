//! What the people on the spot found out.

/// The four answers to the question a finding asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The doubt is borne out.
    True,
    /// The doubt is not borne out.
    False,
    /// The facts are so, but an exception of the catalogue covers them.
    Exception,
    /// Neither could be established; never closed as it is.
    CannotDecide,
}

impl Verdict {
    pub const ALL: [Verdict; 4] = [Verdict::True, Verdict::False, Verdict::Exception, Verdict::CannotDecide];

    pub fn id(self) -> &'static str {
        match self {
            Verdict::True => "true",
            Verdict::False => "false",
            Verdict::Exception => "exception",
            Verdict::CannotDecide => "cannot_decide",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Verdict::True => "属实",
            Verdict::False => "不属实",
            Verdict::Exception => "符合例外情形",
            Verdict::CannotDecide => "暂无法认定",
        }
    }

    pub fn from_id(id: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.id() == id)
    }

    /// Whether the finding falls away with it.
    pub fn clears(self) -> bool {
        matches!(self, Verdict::False | Verdict::Exception)
    }
}

/// The exception codes of the rule catalogue.
pub const EXCEPTIONS: [(&str, &str); 20] = [
    ("X01", "残疾人功能性补偿代步车"),
    ("X02", "当地规定不计入的摩托车、电动自行车"),
    ("X03", "低值农用车辆、农机具，自家农业生产使用"),
    ("X04", "已报废、被盗、已卖未过户或连续三个检验周期未检验（有证明）"),
    ("X05", "被借名或身份被冒用（有证明）"),
    ("X06", "唯一住房、搬迁安置房、继承份额不足一半或人均面积低于当地平均"),
    ("X07", "已吊销或停业企业、合作社普通社员、无雇工自营小店"),
    ("X08", "公益性岗位、自缴社保、小额村级补助"),
    ("X09", "发放月份不晚于死亡当月、丧葬费，或名单冻结后死亡不满三十日"),
    ("X10", "监护人或供养机构代未成年人、无民事行为能力人领取"),
    ("X11", "有记录的换卡"),
    ("X12", "二十四个月内的一次性补偿款"),
    ("X13", "有登记的土地流转转入或经批准的开垦"),
    ("X14", "近亲属已备案且全部入户核查通过"),
    ("X15", "请假或无信号证明"),
    ("X16", "应急工程，有会议记录"),
    ("X17", "源数据有误（已证实）"),
    ("X18", "政策明确允许叠加享受"),
    ("X19", "重病重残单独施保"),
    ("X20", "季节性收入"),
];

/// What an exception code stands for; `None` for a code outside the catalogue.
pub fn exception_title(code: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|e| e.0 == code).map(|e| e.1)
}
