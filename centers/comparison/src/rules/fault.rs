//! What is wrong with the text of a rule, in plain words and by its line: for whoever wrote it a minute ago.

use super::{Rule, params::ParamProblem};
use crate::engine::EngineError;

/// The engine's own words are kept this short.
const MOST_OF_ENGINE: usize = 240;

/// Where in the condition, counted from 1, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: Option<usize>,
    pub(super) text: String,
}

/// Why parameters and condition do not fit together.
pub(super) fn of_params(rule: &Rule, problem: &ParamProblem) -> Fault {
    let title = |name: &str| rule.params.get(name).map_or(name, |p| p.title.as_str()).to_owned();
    match problem {
        ParamProblem::Unused(name) => Fault {
            line: None,
            text: format!(
                "条件里没有用到参数“{}”：请在该用它的地方写上 {{{name}}}，否则参数调整不起作用",
                title(name)
            ),
        },
        ParamProblem::Unknown(name) => Fault {
            line: line_of(&rule.condition, &format!("{{{name}")),
            text: format!("没有名为 {{{name}}} 的参数；能用的是 {}", known_places(rule)),
        },
        ParamProblem::NotByRegion => Fault {
            line: None,
            text: "这条规则不能分镇（街）取不同的值".to_owned(),
        },
        ParamProblem::Value(value) => Fault {
            line: None,
            text: format!("参数只能是整数或是否，不能是 {value}"),
        },
    }
}

fn known_places(rule: &Rule) -> String {
    let own = rule.params.keys().map(String::as_str);
    let places: Vec<String> = own
        .chain(["area", "month", "today"])
        .map(|p| format!("{{{p}}}"))
        .collect();
    places.join("、")
}

/// A text that is no question at all; said first, because nothing else about it matters.
pub(super) fn of_statement(condition: &str) -> Option<Fault> {
    let (line, first) = condition
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split("--").next().unwrap_or_default().trim()))
        .find(|(_, line)| !line.is_empty())?;
    let word: String = first.chars().take_while(|c| c.is_alphabetic()).collect();
    let asks = first.starts_with('(') || ["select", "with"].contains(&word.to_lowercase().as_str());
    (!asks).then(|| Fault {
        line: Some(line),
        text: "只能写一句查询，以 SELECT 或 WITH 开头；规则只读数据，不能改动数据".to_owned(),
    })
}

/// What the engine says, in words.
pub(super) fn of_engine(rule: &Rule, error: &EngineError) -> Fault {
    let condition = &rule.condition;
    let at = |word: &str, text: String| Fault {
        line: line_of(condition, word),
        text,
    };
    let plain = |text: String| Fault { line: None, text };
    match error {
        EngineError::Rule(_, said) => of_text(condition, said),
        EngineError::Undeclared(_, table) => at(
            table,
            format!("读取了这条规则没有声明的数据“{table}”，只能读取列出的表"),
        ),
        EngineError::Conjured(_, function) => at(
            function,
            format!("不能用“{function}”：它会凭空产生数据，规则只从列出的表里取数"),
        ),
        EngineError::TooLongText(_, most, what) => plain(match *what {
            "characters" => format!("条件超过 {most} 个字符，请写短一些"),
            "operators" => format!("条件里的比较和运算超过 {most} 处，请改用 IN (…) 或拆成两条规则"),
            "levels" => format!("括号或 CASE 套了超过 {most} 层，请写平一些"),
            _ => format!("连接的表和子查询超过 {most} 个，请写简单一些"),
        }),
        EngineError::TooManyRows(_, rows) => {
            plain(format!("结果超过 {rows} 行，已停止：多半是两张表之间漏写了连接条件"))
        }
        EngineError::TooLong(_, time) => plain(format!(
            "运行超过 {} 秒仍没有结束，已停止：请检查没有连接条件的表",
            time.as_secs().max(1)
        )),
        EngineError::TooMuchMemory(_, mebibytes) => {
            plain(format!("需要的内存超过 {mebibytes} 兆，已停止：请先筛选再分组或连接"))
        }
        other => plain(other.in_words()),
    }
}

fn of_text(condition: &str, said: &str) -> Fault {
    let engine = shortened(said);
    let quoted = |after: &str| {
        let rest = &said[said.find(after)? + after.len()..];
        let word: String = rest.chars().take_while(|c| !matches!(c, '\'' | '"' | '\n')).collect();
        (!word.is_empty()).then_some(word)
    };
    if let Some(column) = said.strip_prefix("the condition yields no ") {
        return Fault {
            line: None,
            text: format!("结果里没有 {column} 这一列，或它不是整数；人（或事物的 subject_key）、起止月份这几列不能少"),
        };
    }
    if said.contains("not a month") {
        return Fault {
            line: None,
            text: format!("起止月份要用月序（年 × 12 + 月 − 1），可用 month_of(日期) 得到（{engine}）"),
        };
    }
    if said.contains("single SQL statement") {
        return Fault {
            line: line_with(condition, ';'),
            text: "只能写一句查询：请删去分号和它后面的内容".to_owned(),
        };
    }
    if said.contains("found: EOF") || said.contains("Unterminated") {
        return Fault {
            line: Some(condition.lines().count().max(1)),
            text: "写法有误：到末尾还没有写完，可能少了括号或引号".to_owned(),
        };
    }
    if let Some(line) = number_after(said, "Line: ") {
        return Fault {
            line: Some(line),
            text: match said
                .split_once("found: ")
                .and_then(|(_, rest)| rest.split_once(" at Line"))
            {
                Some((found, _)) => format!("写法有误：读到“{found}”时读不懂，请检查它和它前面的内容"),
                None => format!("写法有误，读不懂（{engine}）"),
            },
        };
    }
    if let Some(table) = said.contains("not found").then(|| quoted("table '")).flatten() {
        let table = table.rsplit('.').next().unwrap_or(&table).to_owned();
        return Fault {
            line: line_of(condition, &table),
            text: format!("没有“{table}”这张表，或这条规则没有声明要读它；只能读取列出的表"),
        };
    }
    if let Some(function) = quoted("Invalid function '") {
        return Fault {
            line: line_of(condition, &function),
            text: format!("没有“{function}”这个函数"),
        };
    }
    if let Some(rest) = said.split_once("No field named ").map(|(_, rest)| rest) {
        let column: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
            .filter(|c| *c != '"')
            .collect();
        let column = column.trim_end_matches('.').to_owned();
        return Fault {
            line: line_of(condition, &column),
            text: format!("没有“{column}”这一列，请对照列出的表和列"),
        };
    }
    Fault {
        line: None,
        text: format!("无法执行（{engine}）"),
    }
}

fn number_after(text: &str, mark: &str) -> Option<usize> {
    let digits: String = text
        .split_once(mark)?
        .1
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok().filter(|n| *n > 0)
}

/// The first line with this sign.
fn line_with(condition: &str, sign: char) -> Option<usize> {
    condition.lines().position(|line| line.contains(sign)).map(|at| at + 1)
}

/// The first line with this word, not as a part of a longer one.
fn line_of(condition: &str, word: &str) -> Option<usize> {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (word, whole) = (word.to_lowercase(), !word.starts_with('{'));
    let here = |line: &str| {
        let line = line.to_lowercase();
        line.match_indices(&word).any(|(at, _)| {
            !whole || !(part(line[..at].chars().next_back()) || part(line[at + word.len()..].chars().next()))
        })
    };
    condition.lines().position(here).map(|at| at + 1)
}

/// One line, without what lists every column there is.
fn shortened(said: &str) -> String {
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.split(" Valid fields are").next().unwrap_or_default();
    if line.chars().count() <= MOST_OF_ENGINE {
        line.to_owned()
    } else {
        line.chars().take(MOST_OF_ENGINE).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_on_its_own_line_and_not_within_another() {
        let condition = "SELECT a.region_code\nFROM assisted a\nWHERE a.region = {low}";
        assert_eq!(line_of(condition, "a.region"), Some(3));
        assert_eq!(line_of(condition, "{low"), Some(3));
        assert_eq!(line_of(condition, "vehicles"), None);
    }

    #[test]
    fn a_line_the_parser_names_is_taken_over() {
        let said = "SQL error: ParserError(\"Expected: an expression, found: FROM at Line: 4, Column: 1\")";
        assert_eq!(of_text("", said).line, Some(4));
    }
}
