//! The functions rules may use besides plain SQL. Each measure is defined once, here or in `kernel`.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array},
    datatypes::{DataType, Int32Type},
};
use datafusion::{
    common::{Result, exec_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    prelude::SessionContext,
};
use kernel::{Month, name, period::from_epoch_days};

/// Makes the functions known to a session.
pub(super) fn register(context: &SessionContext) {
    for kind in [Kind::NamesAgree, Kind::NamesDiffer, Kind::MonthOf] {
        context.register_udf(ScalarUDF::from(RuleFunction::new(kind)));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `names_agree(a, b)`: what linking holds to be the name of one person ([`linkage::persons::names_conflict`]).
    NamesAgree,
    /// `names_differ(a, b)`: in how many characters (edit distance).
    NamesDiffer,
    /// `month_of(days)`: the month index of a day.
    MonthOf,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RuleFunction {
    kind: Kind,
    signature: Signature,
}

impl RuleFunction {
    fn new(kind: Kind) -> RuleFunction {
        let signature = match kind {
            Kind::MonthOf => Signature::exact(vec![DataType::Int32], Volatility::Immutable),
            _ => Signature::exact(vec![DataType::Utf8View, DataType::Utf8View], Volatility::Immutable),
        };
        RuleFunction { kind, signature }
    }
}

impl ScalarUDFImpl for RuleFunction {
    fn name(&self) -> &str {
        match self.kind {
            Kind::NamesAgree => "names_agree",
            Kind::NamesDiffer => "names_differ",
            Kind::MonthOf => "month_of",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Kind::NamesAgree => DataType::Boolean,
            Kind::NamesDiffer => DataType::Int64,
            Kind::MonthOf => DataType::Int32,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let out: ArrayRef = match (self.kind, arrays.as_slice()) {
            (Kind::MonthOf, [days]) => {
                let days = days.as_primitive::<Int32Type>();
                let month = |d: i32| from_epoch_days(d).map(|date| Month::of(date).index());
                Arc::new(days.iter().map(|d| d.and_then(month)).collect::<Int32Array>())
            }
            (Kind::NamesAgree, [a, b]) => {
                // A name that is not there contradicts nothing and confirms nothing: not agreed.
                let pairs = a.as_string_view().iter().zip(b.as_string_view().iter());
                let agreed = pairs.map(|(a, b)| Some(a.zip(b).is_some_and(|(a, b)| agree(a, b))));
                Arc::new(agreed.collect::<BooleanArray>())
            }
            (Kind::NamesDiffer, [a, b]) => {
                let pairs = a.as_string_view().iter().zip(b.as_string_view().iter());
                Arc::new(
                    pairs
                        .map(|(a, b)| a.zip(b).map(|(a, b)| edit_distance(a, b)))
                        .collect::<Int64Array>(),
                )
            }
            _ => return exec_err!("{} takes other arguments", self.name()),
        };
        Ok(ColumnarValue::Array(out))
    }
}

/// Names of one person. Nine pairs of ten are short Chinese names with the same surname or given name, and need no more.
fn agree(a: &str, b: &str) -> bool {
    const SHORT_BYTES: usize = 4 * 3;
    let plain = |name: &str| name.len() <= SHORT_BYTES && !name.contains('·');
    let same = plain(a) && plain(b) && name::agree(a, b);
    same || (!a.is_empty() && !b.is_empty() && !linkage::persons::names_conflict(a, b))
}

/// Characters to insert, drop or exchange to make one name the other.
fn edit_distance(a: &str, b: &str) -> i64 {
    if a == b {
        return 0;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<i64> = (0..=b.len() as i64).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i as i64 + 1;
        for (j, cb) in b.iter().enumerate() {
            let exchanged = corner + i64::from(ca != *cb);
            corner = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{agree, edit_distance};

    #[test]
    fn one_person_is_known_under_each_spelling_and_a_stranger_under_none() {
        for (a, b) in [
            ("张國榮", "张国荣"),
            ("王小明", "汪晓明"),
            ("欧阳明月", "欧明月"),
            ("阿卜杜拉·买买提", "阿卜杜拉"),
            ("张三", "张四海"),
        ] {
            assert!(agree(a, b) && agree(b, a), "{a} {b}");
        }
        for (a, b) in [("张三", "李卫东"), ("阿卜杜拉·买买提", "阿依古丽·吐尔逊"), ("张三", "")]
        {
            assert!(!agree(a, b) && !agree(b, a), "{a} {b}");
        }
    }

    #[test]
    fn names_differ_by_characters_not_bytes() {
        assert_eq!(edit_distance("张建国", "张建国"), 0);
        assert_eq!(edit_distance("张建国", "张健国"), 1);
        assert_eq!(edit_distance("张建国", "李卫东"), 3);
        assert_eq!(edit_distance("张三", "张三丰"), 1);
    }
}
