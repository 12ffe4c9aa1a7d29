//! A project as it is entered: six public fields and the five questions (五问), all answered, or it is not entered.

use std::collections::BTreeMap;

use kernel::{Date, Money, RegionCode, money::MoneyError, period::parse_date};

records::codes! {
    /// How the project helps.
    pub enum ProjectMode {
        Direct = "direct" "直接到户",
        Carrier = "carrier" "载体带动",
        Infrastructure = "infrastructure" "基础设施",
        Service = "service" "公共服务",
    }
}

impl ProjectMode {
    /// The stored name of the mode without tender.
    pub const DIRECT: &'static str = "direct";
}

records::codes! {
    /// How a subsidised village earns (001-31, 001-32).
    pub enum IncomeModel {
        LandShare = "land_share" "土地股份合作",
        Resource = "resource" "资源有效利用",
        Service = "service" "提供服务",
        Property = "property" "物业管理",
        Mixed = "mixed" "混合经营",
    }
}

records::codes! {
    /// Which subsidy for weak villages the project rests on.
    pub enum SubsidyClass {
        Nothing = "none" "无",
        Province200 = "province_200" "省补 200 万元村",
        Province60 = "province_60" "省补 60 万元村",
        City = "city" "市定薄弱村",
        County = "county" "县自定薄弱村（纳入市定管理）",
    }
}

impl SubsidyClass {
    /// The class by whose rules it is managed: a village the county named is managed as one of the city.
    pub fn managed_as(self) -> SubsidyClass {
        match self {
            SubsidyClass::County => SubsidyClass::City,
            other => other,
        }
    }

    /// The models of income the class may use; empty when any.
    pub fn models(self) -> &'static [IncomeModel] {
        use IncomeModel as M;
        match self.managed_as() {
            SubsidyClass::Province200 => &[M::LandShare],
            SubsidyClass::Province60 | SubsidyClass::City => &[M::Resource, M::Service, M::Property, M::Mixed],
            _ => &[],
        }
    }

    /// What the province pays, where it is fixed.
    pub fn subsidy(self) -> Option<Money> {
        match self {
            SubsidyClass::Province200 => Some(Money::from_yuan(2_000_000)),
            SubsidyClass::Province60 => Some(Money::from_yuan(600_000)),
            _ => None,
        }
    }
}

/// A source of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fund {
    pub source: String,
    pub level: String,
    pub amount: Money,
}

/// The levels money comes from.
pub const FUND_LEVELS: [&str; 5] = ["中央", "省", "市", "县", "社会"];

/// What the entry form yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProject {
    pub no: String,
    pub name: String,
    pub region: RegionCode,
    pub mode: ProjectMode,
    pub province_key: bool,
    pub site: String,
    pub site_note: String,
    pub content: String,
    pub start: Date,
    pub end: Date,
    pub owner: String,
    pub responsible: String,
    pub duty: String,
    pub need: String,
    pub surveyed_on: Date,
    pub expected_yield: Money,
    pub link: String,
    pub income_model: Option<IncomeModel>,
    pub subsidy: SubsidyClass,
    pub funds: Vec<Fund>,
    pub households: Vec<String>,
}

impl NewProject {
    /// All its money.
    pub fn planned(&self) -> Money {
        self.funds.iter().map(|f| f.amount).sum()
    }
}

/// What is wrong, by field.
pub type Problems = BTreeMap<&'static str, String>;

/// Reads the form of a project.
///
/// # Errors
/// Every problem with its field; nothing is entered.
pub fn read(get: impl Fn(&str) -> String, today: Date) -> Result<NewProject, Problems> {
    use records::flow::Code;
    let mut wrong = Problems::new();
    let mut words = |field: &'static str, title: &str, most: usize| {
        let value = get(field).trim().to_owned();
        if value.is_empty() {
            wrong.insert(field, format!("请填写{title}。"));
        } else if value.chars().count() > most {
            wrong.insert(field, format!("{title}最多 {most} 个字。"));
        }
        value
    };
    let name = words("name", "项目名称", 60);
    let site = words("site", "实施地点", 60);
    let content = words("content", "建设内容（干什么）", 500);
    let owner = words("owner", "实施单位（谁来实施）", 60);
    let responsible = words("responsible", "责任人", 20);
    let duty = words("duty", "责任（何责任）", 200);
    let need = words("need", "真实需求（入户调研所得）", 300);
    let site_note = words("site_note", "选址说明", 200);
    let start = date(&get("start"), &mut wrong, "start", "开工日期（什么时间）");
    let end = date(&get("end"), &mut wrong, "end", "完工日期（什么时间）");
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        wrong.insert("end", "完工日期不能早于开工日期。".into());
    }
    let surveyed_on = date(&get("surveyed_on"), &mut wrong, "surveyed_on", "调研日期");
    if surveyed_on.is_some_and(|d| d > today) {
        wrong.insert("surveyed_on", "调研日期还没有到。".into());
    }
    let mode = ProjectMode::parse(&get("mode"));
    if mode.is_none() {
        wrong.insert("mode", "请选择项目类别。".into());
    }
    let region = get("region").parse::<RegionCode>().ok();
    if region.is_none() {
        wrong.insert("region", "请选择所在村。".into());
    }
    let expected_yield = money(&get("expected_yield"), false, &mut wrong, "expected_yield", "预期收益");
    let mut funds = Vec::new();
    for n in 1..=3 {
        let (source, level, amount) = (
            get(&format!("source{n}")),
            get(&format!("level{n}")),
            get(&format!("amount{n}")),
        );
        if source.trim().is_empty() && amount.trim().is_empty() {
            continue;
        }
        let field = ["amount1", "amount2", "amount3"][n - 1];
        if source.trim().is_empty() || !FUND_LEVELS.contains(&level.as_str()) {
            wrong.insert(field, format!("第 {n} 项资金请写明来源和层级。"));
        }
        let amount = money(&amount, true, &mut wrong, field, &format!("第 {n} 项资金"));
        funds.push(Fund {
            source: source.trim().to_owned(),
            level,
            amount,
        });
    }
    if funds.is_empty() {
        wrong
            .entry("amount1")
            .or_insert_with(|| "请至少填写一项资金来源及额度（资金在哪里）。".into());
    }
    let subsidy = SubsidyClass::parse(&get("subsidy")).unwrap_or(SubsidyClass::Nothing);
    let income_model = IncomeModel::parse(&get("income_model"));
    if let Some(problem) = subsidy_problem(subsidy, income_model, &funds) {
        wrong.insert("subsidy", problem);
    }
    let households: Vec<String> = get("households")
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'))
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect();
    match (wrong.is_empty(), mode, region, start, end, surveyed_on) {
        (true, Some(mode), Some(region), Some(start), Some(end), Some(surveyed_on)) => Ok(NewProject {
            no: get("no").trim().to_owned(),
            name,
            region,
            mode,
            province_key: get("province_key") == "1",
            site,
            site_note,
            content,
            start,
            end,
            owner,
            responsible,
            duty,
            need,
            surveyed_on,
            expected_yield,
            link: get("link").trim().to_owned(),
            income_model,
            subsidy,
            funds,
            households,
        }),
        _ => Err(wrong),
    }
}

/// A subsidy for a weak village goes with the models its rules allow, and with its fixed amount.
pub fn subsidy_problem(class: SubsidyClass, model: Option<IncomeModel>, funds: &[Fund]) -> Option<String> {
    use records::flow::Code;
    let models = class.models();
    if !models.is_empty() && !model.is_some_and(|m| models.contains(&m)) {
        let titles: Vec<&str> = models.iter().map(|m| m.title()).collect();
        return Some(format!("“{}”的增收方式须为：{}。", class.title(), titles.join("、")));
    }
    let subsidy = class.subsidy()?;
    let province: Money = funds.iter().filter(|f| f.level == "省").map(|f| f.amount).sum();
    (province > subsidy).then(|| {
        format!(
            "“{}”的省级资金不超过 {subsidy} 元，填写了 {province} 元。",
            class.title()
        )
    })
}

/// A day not before 1900.
pub fn date(text: &str, wrong: &mut Problems, field: &'static str, title: &str) -> Option<Date> {
    match parse_date(text) {
        Some(day) if day.year() >= 1900 && day.year() <= 2200 => Some(day),
        Some(_) => {
            wrong.insert(field, format!("{title}须在 1900 年以后。"));
            None
        }
        None => {
            wrong.insert(field, format!("请填写{title}，例如 2026-03-01。"));
            None
        }
    }
}

/// An amount in yuan, not negative, at most two decimals; above zero where `positive`.
pub fn money(text: &str, positive: bool, wrong: &mut Problems, field: &'static str, title: &str) -> Money {
    let problem = match Money::parse(text) {
        Ok(m) if m.is_negative() => "不能为负".to_owned(),
        Ok(Money(0)) if positive => "须大于零".to_owned(),
        Ok(m) => return m,
        Err(MoneyError::Empty) if !positive => return Money::ZERO,
        Err(e) => e.to_string(),
    };
    wrong.insert(field, format!("{title}：{problem}。"));
    Money::ZERO
}
