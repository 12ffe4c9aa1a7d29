//! The county's sample of accepted projects (县级抽查). The list and the seed are published first; the draw happens
//! later and follows from them alone, so anyone with a calculator for SHA-256 can repeat it.
//!
//! For each project of the list, take the SHA-256 of `seed|project number` (UTF-8, hexadecimal), sort by it, and
//! take the first n. n is a tenth of the list, rounded up, at least one; projects above an amount are added.

use kernel::Money;
use sha2::{Digest, Sha256};

/// The method in words, printed on the page of every draw.
pub const METHOD: &str = "对名单中每个项目，把“种子|项目编号”按 UTF-8 计算 SHA-256，得到 64 位十六进制数；按它从小到大排列，\
取前 n 个。n = 项目数 × 抽查比例，向上取整，至少 1 个。计划资金超过必查金额的项目另外全部加入。\
任何人用 sha256sum 等工具都可以重做一遍。";

/// A project of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: i64,
    pub no: String,
    pub planned: Money,
}

/// Why a project is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Drawn,
    Amount,
}

/// A tenth rounded up, at least one; nothing of nothing.
pub fn sample_size(listed: usize, share_bp: i64) -> usize {
    if listed == 0 {
        return 0;
    }
    let share = share_bp.clamp(0, 10_000) as usize;
    (listed * share).div_ceil(10_000).max(1)
}

/// The number by which the list is sorted.
pub fn ticket(seed: &str, no: &str) -> String {
    hex::encode(Sha256::digest(format!("{seed}|{no}").as_bytes()))
}

/// What is published with the seed, so that nobody adds or removes a project later.
pub fn list_hash(list: &[Listed]) -> String {
    let mut numbers: Vec<&str> = list.iter().map(|p| p.no.as_str()).collect();
    numbers.sort_unstable();
    hex::encode(Sha256::digest(numbers.join("\n").as_bytes()))
}

/// Who is inspected, in the order of their tickets; those added by amount follow, by number.
pub fn draw(seed: &str, list: &[Listed], share_bp: i64, above: Money) -> Vec<(Listed, Why)> {
    let mut order: Vec<(String, &Listed)> = list.iter().map(|p| (ticket(seed, &p.no), p)).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.no.cmp(&b.1.no)));
    let n = sample_size(list.len(), share_bp);
    let mut drawn: Vec<(Listed, Why)> = order.iter().take(n).map(|(_, p)| ((*p).clone(), Why::Drawn)).collect();
    let mut added: Vec<&Listed> = order
        .iter()
        .skip(n)
        .map(|(_, p)| *p)
        .filter(|p| p.planned > above)
        .collect();
    added.sort_by(|a, b| a.no.cmp(&b.no));
    drawn.extend(added.into_iter().map(|p| (p.clone(), Why::Amount)));
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(n: usize) -> Vec<Listed> {
        (1..=n)
            .map(|i| Listed {
                id: i as i64,
                no: format!("HM2026-{i:03}"),
                planned: Money::from_yuan(1_000 * i as i64),
            })
            .collect()
    }

    #[test]
    fn the_sample_is_a_tenth_rounded_up_and_never_none() {
        let sizes: Vec<usize> = [0, 1, 9, 10, 11, 20, 21, 514]
            .iter()
            .map(|n| sample_size(*n, 1_000))
            .collect();
        assert_eq!(sizes, [0, 1, 1, 1, 2, 2, 3, 52]);
        assert_eq!(sample_size(10, 3_000), 3);
    }

    #[test]
    fn the_order_of_the_list_does_not_matter_and_the_seed_does() {
        let mut turned = list(30);
        turned.reverse();
        let far = Money::from_yuan(1_000_000);
        assert_eq!(draw("7", &list(30), 1_000, far), draw("7", &turned, 1_000, far));
        assert_ne!(draw("7", &list(30), 1_000, far), draw("8", &list(30), 1_000, far));
        assert_eq!(list_hash(&list(30)), list_hash(&turned));
        assert_ne!(list_hash(&list(30)), list_hash(&list(29)));
    }

    #[test]
    fn a_wider_sample_holds_the_narrower_one_and_large_projects_come_on_top() {
        let far = Money::from_yuan(1_000_000);
        let narrow = draw("20261122", &list(30), 1_000, far);
        let wide = draw("20261122", &list(30), 3_000, far);
        assert_eq!((narrow.len(), wide.len()), (3, 9));
        assert_eq!(&wide[..3], &narrow[..]);
        let with_large = draw("20261122", &list(30), 1_000, Money::from_yuan(28_000));
        let large: Vec<&str> = with_large.iter().map(|(p, _)| p.no.as_str()).collect();
        assert!(
            large.contains(&"HM2026-029") && large.contains(&"HM2026-030"),
            "{large:?}"
        );
    }

    /// What `printf '20261122|HM2026-001' | sha256sum` prints.
    #[test]
    fn a_ticket_is_the_plain_sha256() {
        assert_eq!(
            ticket("20261122", "HM2026-001"),
            "4cb0803d0620bdbc54b0e77d6650fb0554c3668f2631c23cb0a2a2e03f64ab70"
        );
    }
}
