//! Why a row is held to be about a person, as an office would say it.

use kernel::identity::Slip;
use linkage::persons::Reason;

const UNKNOWN: &str = "缺";
const SAME: &str = "相同";
const PLACE: &str = "住地";

fn finding(reasons: &[Reason], part: &str) -> &'static str {
    reasons.iter().find(|r| r.part == part).map_or(UNKNOWN, |r| r.finding)
}

/// In one line, what says nothing left out. `beside`: the place is that of the relative who declared the person.
pub(crate) fn told(reasons: &[Reason], slip: Option<Slip>, beside: bool) -> String {
    let mut out = Vec::new();
    let (surname, given) = (finding(reasons, "姓"), finding(reasons, "名"));
    out.push(match (surname, given) {
        (SAME | "无姓氏或缺", SAME) => "姓名一致".to_owned(),
        (SAME, given) => format!("姓一致，名{given}"),
        (surname, SAME) => format!("名一致，姓{surname}"),
        (surname, given) => format!("姓{surname}，名{given}"),
    });
    out.push(match (slip, finding(reasons, "证号")) {
        (Some(slip), _) => format!("号码{}", slip.in_words()),
        (None, UNKNOWN) => "未填证件号码".to_owned(),
        (None, "是另一人的证号" | "不在本县登记中") => "所填号码为占位号码".to_owned(),
        (None, _) => "证件号码有误".to_owned(),
    });
    match finding(reasons, "家庭") {
        UNKNOWN => {}
        SAME => out.push("所写亲属与此人同户".to_owned()),
        _ => out.push("所写亲属与此人不同户".to_owned()),
    }
    for part in ["出生日期", "性别"] {
        match finding(reasons, part) {
            UNKNOWN => {}
            SAME => out.push(format!("{part}一致")),
            other => out.push(format!("{part}{other}")),
        }
    }
    let place = finding(reasons, PLACE);
    if place != UNKNOWN {
        out.push(match beside {
            true => format!("与申报的亲属{place}"),
            false => place.to_owned(),
        });
    }
    out.join("；")
}

/// Part by part, for a table.
pub(crate) fn parts(reasons: &[Reason], slip: Option<Slip>, beside: bool) -> Vec<(String, String, f32)> {
    let said = |reason: &Reason| match (reason.part, slip) {
        ("证号", Some(slip)) => slip.in_words(),
        _ => reason.finding.to_owned(),
    };
    reasons
        .iter()
        .map(|reason| (part(reason, beside).to_owned(), said(reason), reason.bits as f32))
        .collect()
}

/// The same without weights, what says nothing left out.
pub(crate) fn findings(reasons: &[Reason], beside: bool) -> Vec<(String, String)> {
    let said = reasons.iter().filter(|reason| reason.finding != UNKNOWN);
    said.map(|reason| (part(reason, beside).to_owned(), reason.finding.to_owned()))
        .collect()
}

/// What a reason is about.
fn part(reason: &Reason, beside: bool) -> &'static str {
    match reason.part {
        PLACE if beside => "与申报的亲属",
        part => part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(part: &'static str, finding: &'static str) -> Reason {
        Reason {
            part,
            finding,
            bits: 0.0,
        }
    }

    #[test]
    fn a_link_is_told_field_by_field_and_calmly() {
        let mut reasons = vec![
            reason("证号", "有误，更正一处后相符"),
            reason("姓", "相同"),
            reason("名", "相同"),
            reason("出生日期", "相同"),
            reason("性别", "缺"),
            reason("住地", "同一自然村"),
        ];
        assert_eq!(
            told(&reasons, Some(Slip::Digit(9)), false),
            "姓名一致；号码第9位不同；出生日期一致；同一自然村"
        );
        reasons[0].finding = "缺";
        reasons[2].finding = "同音不同字";
        assert_eq!(
            told(&reasons, None, false),
            "姓一致，名同音不同字；未填证件号码；出生日期一致；同一自然村"
        );
        reasons[5].finding = "同一社区或行政村";
        assert!(
            told(&reasons, None, true).ends_with("；与申报的亲属同一社区或行政村"),
            "whose place it is"
        );
    }
}
