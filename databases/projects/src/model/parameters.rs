//! Limits that change by regulation or county: each has a name, a day from which it holds, and a value. An act is
//! judged by the values of its own day, so that a new limit never rewrites the past.

use std::collections::HashMap;

use kernel::Money;

/// A limit and what it is unless the county says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub default: i64,
}

const fn limit(name: &'static str, title: &'static str, unit: &'static str, default: i64) -> Limit {
    Limit {
        name,
        title,
        unit,
        default,
    }
}

/// All limits. Amounts are in fen, shares in basis points, spans in days.
pub const LIMITS: [Limit; 18] = [
    limit("tender_works", "工程必须招标的限额", "分", 400_000_000),
    limit("tender_goods", "货物必须招标的限额", "分", 200_000_000),
    limit("tender_services", "服务必须招标的限额", "分", 100_000_000),
    limit("tender_county", "本县须比选的限额", "分", 10_000_000),
    limit("draw_share", "县级抽查比例", "万分之", 1_000),
    limit("draw_again_share", "有不合格后的抽查比例", "万分之", 3_000),
    limit("draw_amount", "超过即必查的计划资金", "分", 100_000_000),
    limit("draw_wait_days", "种子公布到抽取至少相隔", "天", 1),
    limit("satisfaction", "满意度下限", "万分之", 8_000),
    limit("notice_days", "立项公示天数", "天", 10),
    limit("yield_notice_days", "分配方案公示天数", "天", 7),
    limit("contract_days", "定标后签订合同", "天", 30),
    limit("acceptance_days", "竣工后村级验收", "天", 15),
    limit("photo_days", "实施图片间隔", "天", 30),
    limit("register_days", "验收后登记资产", "天", 30),
    limit("pay_days", "收益到账后发放到户", "天", 60),
    limit("retention", "质保金上限", "万分之", 1_000),
    limit("household_share", "收益到户部分下限", "万分之", 6_000),
];

/// The limits as they held on one day.
#[derive(Clone, Debug, Default)]
pub struct Parameters(HashMap<String, i64>);

impl Parameters {
    pub fn new(values: impl IntoIterator<Item = (String, i64)>) -> Parameters {
        Parameters(values.into_iter().collect())
    }

    /// A value by name; unknown names are a defect of the caller and answer 0.
    pub fn get(&self, name: &str) -> i64 {
        let default = || LIMITS.iter().find(|l| l.name == name).map_or(0, |l| l.default);
        self.0.get(name).copied().unwrap_or_else(default)
    }

    pub fn money(&self, name: &str) -> Money {
        Money(self.get(name))
    }
}
