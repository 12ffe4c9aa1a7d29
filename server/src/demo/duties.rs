//! Who answers for public money in the demo county: the six duties with invented names, one town left without its second
//! head, as it happens between two appointments.

use access::Actor;
use directory::duties::{Duty, DutyRow, Matter, load as enter};
use kernel::{AppResult, RegionLevel};
use records::flow::Code;
use web::App;

const COUNTY: [(Duty, Matter, &str, &str, &str); 10] = [
    (Duty::Daily, Matter::All, "县财政局", "局长", "周国栋"),
    (Duty::Daily, Matter::All, "县发展和改革局", "局长", "韩文杰"),
    (Duty::Daily, Matter::All, "县扶贫办", "主任", "孟凡军"),
    (Duty::FundUse, Matter::Infrastructure, "县交通运输局", "局长", "邵立新"),
    (Duty::FundUse, Matter::Carrier, "县农业农村局", "局长", "贾明亮"),
    (Duty::FundUse, Matter::Benefit, "县民政局", "局长", "冯秀梅"),
    (Duty::FundUse, Matter::All, "县扶贫办", "分管副主任", "田永胜"),
    (Duty::Payment, Matter::All, "县财政局", "国库科科长", "丁晓华"),
    (Duty::Inspection, Matter::All, "县审计局", "局长", "梁志刚"),
    (
        Duty::Inspection,
        Matter::All,
        "县纪委监委",
        "党风政风监督室主任",
        "施正义",
    ),
];
const HEADS: [&str; 12] = [
    "宋建华",
    "许春生",
    "曹志远",
    "彭丽娟",
    "董海涛",
    "袁淑珍",
    "潘学文",
    "蒋玉梅",
    "蔡国庆",
    "余秀兰",
    "杜成林",
    "叶红霞",
];

pub(super) async fn load(app: &App) -> AppResult<usize> {
    let area = app.config.area;
    let tree = directory::regions(app).await?;
    let row = |duty: Duty, matter: Matter, region: i64, unit: String, post: &str, holder: &str| DutyRow {
        id: app.next_id(),
        duty: duty.id().to_owned(),
        matter: matter.id().to_owned(),
        region,
        unit,
        post: post.to_owned(),
        holder: holder.to_owned(),
        basis: "资金项目监管责任分工通知".to_owned(),
        from_on: "2020-01-01".to_owned(),
        to_on: None,
    };
    let mut rows = Vec::new();
    let counties = if area.level() >= RegionLevel::County {
        vec![area]
    } else {
        tree.inside(area, RegionLevel::County).iter().map(|r| r.code).collect()
    };
    for county in counties {
        for (duty, matter, unit, post, holder) in COUNTY {
            rows.push(row(duty, matter, county.as_i64(), unit.to_owned(), post, holder));
        }
    }
    let towns = tree.inside(area, RegionLevel::Town);
    for (n, town) in towns.iter().enumerate() {
        let head = |k: usize| HEADS[(n * 2 + k) % HEADS.len()];
        let unit = |office: &str| format!("{}{office}", town.name);
        let place = town.code.as_i64();
        rows.push(row(
            Duty::TownBody,
            Matter::All,
            place,
            unit("党委、政府"),
            "分管副职",
            head(5),
        ));
        rows.push(row(
            Duty::FirstHolder,
            Matter::All,
            place,
            unit("党委"),
            "书记",
            head(0),
        ));
        if n + 1 < towns.len() || towns.len() == 1 {
            rows.push(row(
                Duty::FirstHolder,
                Matter::All,
                place,
                unit("政府"),
                "镇长（主任）",
                head(1),
            ));
        }
    }
    enter(app, &Actor::system(), rows).await
}
