//! Who keeps a rule, as a verifier code: the office named first in the rule's own words.

/// Words by which offices are named, and their codes of the rule catalogue.
const OFFICES: [(&str, &str); 13] = [
    ("民政", "CIV"),
    ("扶贫", "POV"),
    ("帮促", "POV"),
    ("财政", "FIN"),
    ("农业农村", "AGR"),
    ("住房", "HOU"),
    ("住建", "HOU"),
    ("教育", "EDU"),
    ("医疗", "MED"),
    ("医保", "MED"),
    ("残联", "DIS"),
    ("人力资源", "HR"),
    ("审计", "AUD"),
];

/// The code of whoever keeps the rule; the discipline office where no single office of the county does.
pub fn keeper_of(owner: &str) -> &'static str {
    OFFICES
        .iter()
        .filter_map(|(word, code)| Some((owner.find(word)?, *code)))
        .min()
        .map_or("CDI", |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_named_first_keeps_the_rule_and_the_discipline_office_what_nobody_else_does() {
        assert_eq!(keeper_of("民政局、扶贫办"), "CIV");
        assert_eq!(keeper_of("扶贫办、纪委监委"), "POV");
        assert_eq!(keeper_of("残联、教育、民政、住建部门"), "DIS");
        assert_eq!(keeper_of("纪委监委"), "CDI");
        assert_eq!(keeper_of("乡镇（街道）"), "CDI");
        assert_eq!(keeper_of("各资金主管部门"), "CDI");
    }
}
