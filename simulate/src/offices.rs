//! Who governs a simulated county: its departments, the offices of its towns and communities.

use crate::{county::Org, divisions::Region};

/// Department codes of the data-set contracts and their kinds.
const DEPARTMENTS: [(&str, &str, &str); 25] = [
    ("discipline", "纪委监委", "纪委"),
    ("finance", "财政局", "财政"),
    ("agriculture", "农业农村局", "农业农村"),
    ("civil_affairs", "民政局", "民政"),
    ("housing", "住房和城乡建设局", "住建"),
    ("education", "教育和体育局", "教体"),
    ("health", "卫生健康局", "卫健"),
    ("medical_security", "医疗保障局", "医保"),
    ("human_resources", "人力资源和社会保障局", "人社"),
    ("public_security", "公安局", "公安"),
    ("tax_bureau", "税务局", "税务"),
    ("market_regulation", "市场监督管理局", "市场监管"),
    ("disabled_federation", "残疾人联合会", "残联"),
    ("poverty_relief", "扶贫开发办公室", "扶贫"),
    ("natural_resources", "自然资源和规划局", "自然资源"),
    ("provident_fund", "住房公积金管理中心", "公积金"),
    ("emergency", "应急管理局", "应急"),
    ("water", "水利局", "水利"),
    ("transport", "交通运输局", "交通"),
    ("commerce", "商务局", "商务"),
    ("audit", "审计局", "审计"),
    ("organisation", "组织部", "组织"),
    ("banks", "人民银行", "银行"),
    ("securities_insurance", "证券监管与保险机构", "证券保险"),
    ("power_grid", "供电公司", "供电"),
];

/// The departments of each county, the offices of each town and community.
pub fn orgs(regions: &[Region]) -> Vec<Org> {
    let mut out = Vec::new();
    for county in regions.iter().filter(|r| r.level == 3) {
        let suffix = if out.is_empty() {
            String::new()
        } else {
            format!("_{}", county.code)
        };
        for (code, name, kind) in DEPARTMENTS {
            out.push(Org {
                code: format!("{code}{suffix}").into(),
                name: format!("{}{name}", county.name).into(),
                kind,
                region: county.code,
            });
        }
    }
    for region in regions.iter().filter(|r| matches!(r.level, 4 | 5)) {
        let kinds: &[(&str, &str, &'static str)] = if region.level == 4 {
            &[
                ("town", "人民政府", "镇"),
                ("station", "经管站", "经管站"),
                ("town_discipline", "纪（工）委", "镇纪委"),
            ]
        } else {
            &[("village", "", "村"), ("supervision", "监督委员会", "监委会")]
        };
        for (code, name, kind) in kinds {
            out.push(Org {
                code: format!("{code}_{}", region.code).into(),
                name: format!("{}{name}", region.name)
                    .replace("街道人民政府", "街道办事处")
                    .into(),
                kind,
                region: region.code,
            });
        }
    }
    out
}
