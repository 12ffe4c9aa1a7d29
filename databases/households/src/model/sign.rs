//! 五签字五确认: five slots, each signed by another account, each confirming the same five things.
//!
//! What was confirmed falsely stays with the one who confirmed it, so a signature carries who, when, and from what
//! device. Who the five are is a parameter.

use std::{path::Path, sync::LazyLock};

use access::Role;
use kernel::{AppError, AppResult};
use serde::Deserialize;

/// What each signer confirms.
pub const CONFIRMATIONS: [(&str, &str); 5] = [
    ("income", "收入属实"),
    ("guarantees", "两不愁三保障达标"),
    ("measures", "帮扶措施落实"),
    ("publicity", "已按规定公示"),
    ("archive", "档案齐全"),
];

/// One of the five places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// 1 to 5.
    pub no: i64,
    pub title: String,
    pub roles: Vec<Role>,
    pub note: String,
}

#[derive(Deserialize)]
struct File {
    slot: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    roles: Vec<String>,
    note: String,
}

static USUAL: LazyLock<Vec<Slot>> = LazyLock::new(|| {
    parse(include_str!("../../data/five-sign.toml"))
        .unwrap_or_else(|e| unreachable!("the file in this crate is tested: {e}"))
});

/// The slots of an installation: its own file, else the usual ones.
pub fn slots(data_dir: &Path) -> AppResult<Vec<Slot>> {
    match std::fs::read_to_string(data_dir.join("parameters/five-sign.toml")) {
        Ok(text) => parse(&text).map_err(AppError::invalid),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(USUAL.clone()),
        Err(e) => Err(AppError::internal(e)),
    }
}

fn parse(text: &str) -> Result<Vec<Slot>, String> {
    let file: File = toml::from_str(text).map_err(|e| format!("五签字参数文件有误：{}", e.message()))?;
    if file.slot.len() != 5 {
        return Err(format!(
            "五签字参数文件有误：应有 5 个签字位，现有 {} 个",
            file.slot.len()
        ));
    }
    let slot = |(row, no): (Row, i64)| {
        let role = |id: &String| Role::from_id(id).ok_or(format!("五签字参数文件有误：没有“{id}”这个岗位"));
        Ok(Slot {
            no,
            roles: row.roles.iter().map(role).collect::<Result<_, String>>()?,
            title: row.title,
            note: row.note,
        })
    };
    file.slot.into_iter().zip(1..).map(slot).collect()
}

/// A signature that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub slot: i64,
    pub account: i64,
}

/// May this account of this role sign this slot now? `Err` says why not.
pub fn may_sign(slots: &[Slot], signed: &[Signed], slot: i64, role: Role, account: i64) -> Result<(), String> {
    let Some(wanted) = slots.iter().find(|s| s.no == slot) else {
        return Err("请选择签字位。".into());
    };
    if !wanted.roles.contains(&role) {
        let titles: Vec<_> = wanted.roles.iter().map(|r| r.title()).collect();
        return Err(format!("“{}”的签字由{}办理。", wanted.title, titles.join("或")));
    }
    if signed.iter().any(|s| s.slot == slot) {
        return Err(format!("“{}”已经签过字。", wanted.title));
    }
    if signed.iter().any(|s| s.account == account) {
        return Err("您已在另一处签过字，五处签字须由不同的人办理。".into());
    }
    Ok(())
}

/// The slots still empty.
pub fn missing<'a>(slots: &'a [Slot], signed: &[Signed]) -> Vec<&'a str> {
    slots
        .iter()
        .filter(|slot| !signed.iter().any(|s| s.slot == slot.no))
        .map(|slot| slot.title.as_str())
        .collect()
}

/// The device of a signature in a word; what was recorded of it stays as it is.
pub fn device_title(recorded: &str) -> &str {
    const KNOWN: [(&str, &str); 7] = [
        ("OpenHarmony", "手机或平板（鸿蒙）"),
        ("Android", "手机或平板（安卓）"),
        ("iPhone", "手机（苹果）"),
        ("iPad", "平板（苹果）"),
        ("Windows", "电脑（Windows）"),
        ("Macintosh", "电脑（苹果）"),
        ("Linux", "电脑（Linux）"),
    ];
    KNOWN
        .iter()
        .find(|(mark, _)| recorded.contains(mark))
        .map_or(recorded, |(_, title)| title)
}

#[cfg(test)]
mod tests {
    use super::*;

    // accept: 001-16
    #[test]
    fn five_different_people_sign_each_in_their_own_place() {
        let slots = slots(Path::new("/nonexistent")).unwrap();
        let mut signed = Vec::new();
        let turn = [
            (1, Role::ResidentTeam, 1),
            (2, Role::Helper, 2),
            (3, Role::VillageAdmin, 3),
            (4, Role::TownPoverty, 4),
            (5, Role::FundUnitAdmin, 5),
        ];
        assert!(
            may_sign(&slots, &signed, 2, Role::VillageAdmin, 9)
                .unwrap_err()
                .contains("帮扶责任人")
        );
        for (slot, role, account) in turn {
            assert_eq!(missing(&slots, &signed).len() as i64, 6 - slot);
            may_sign(&slots, &signed, slot, role, account).unwrap();
            signed.push(Signed { slot, account });
            assert!(
                may_sign(&slots, &signed, slot, role, 99)
                    .unwrap_err()
                    .contains("已经签过字")
            );
        }
        assert!(missing(&slots, &signed).is_empty());
        assert!(
            may_sign(&slots, &signed[..1], 3, Role::VillageAdmin, 1)
                .unwrap_err()
                .contains("不同的人")
        );
    }

    #[test]
    fn a_device_is_named_in_a_word() {
        let phone = "Mozilla/5.0 (Linux; Android 13; V2227A) AppleWebKit/537.36";
        assert_eq!(device_title(phone), "手机或平板（安卓）", "not the system below it");
        assert_eq!(device_title("采集终端 3 号"), "采集终端 3 号");
    }

    #[test]
    fn four_slots_are_not_five() {
        assert!(parse("[[slot]]\ntitle = \"村\"\nroles = []\nnote = \"\"").is_err());
    }
}
