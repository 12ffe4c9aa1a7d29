//! The words of a village's book: direction, category, channel, kind of account.

use records::flow::Code;

records::codes! {
    /// Whether money came or went.
    pub enum Direction {
        Income = "income" "收入",
        Expense = "expense" "支出",
    }
}

records::codes! {
    /// What money came or went for.
    pub enum Category {
        Land = "land" "土地发包收入",
        Lease = "lease" "资产租赁收入",
        Subsidy = "subsidy" "上级补助收入",
        Compensation = "compensation" "征地补偿收入",
        Operation = "operation" "集体经营收入",
        OtherIn = "other_in" "其他收入",
        Office = "office" "办公管理支出",
        Utilities = "utilities" "水电支出",
        Labour = "labour" "用工支出",
        Welfare = "welfare" "公益事业支出",
        Works = "works" "工程建设支出",
        Dividend = "dividend" "福利分红支出",
        Relief = "relief" "防灾防疫支出",
        OtherOut = "other_out" "其他支出",
    }
}

records::codes! {
    /// How it was paid.
    pub enum Channel {
        Transfer = "transfer" "转账",
        Swipe = "swipe" "村务卡刷卡",
        Wechat = "wechat" "微信",
        Alipay = "alipay" "支付宝",
        Cash = "cash" "现金",
    }
}

records::codes! {
    /// What account a village has.
    pub enum AccountKind {
        Basic = "basic" "基本户",
        Card = "card" "村务卡",
    }
}

impl Category {
    /// Receipts and spending have their own categories.
    pub fn direction(self) -> Direction {
        use Category as C;
        match self {
            C::Land | C::Lease | C::Subsidy | C::Compensation | C::Operation | C::OtherIn => Direction::Income,
            _ => Direction::Expense,
        }
    }

    /// The categories of a direction, in the order of a statement.
    pub fn of(direction: Direction) -> impl Iterator<Item = Category> {
        Category::ALL
            .iter()
            .copied()
            .filter(move |c| c.direction() == direction)
    }
}

impl Channel {
    /// Paid out of the card rather than from the basic account.
    pub fn is_card(self) -> bool {
        matches!(self, Channel::Swipe | Channel::Wechat | Channel::Alipay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_of_the_simulated_books_is_known_in_its_direction() {
        for kind in simulate::KINDS {
            let category = Category::parse(kind.category).unwrap();
            assert_eq!(
                category.direction() == Direction::Income,
                kind.income,
                "{}",
                kind.category
            );
        }
        assert_eq!(simulate::KINDS.len(), Category::ALL.len());
    }
}
