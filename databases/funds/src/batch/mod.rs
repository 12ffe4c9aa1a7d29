//! Batches of payments (发放批次): from a list or from the register to the bank and back.

mod answers;
mod bank;
mod bulk;
mod check;
mod compare;
mod create;
mod entitled;
mod hold;
mod issue;
mod reading;
mod reissue;
mod rows;
mod steps;

pub use answers::answered;
pub use bank::{ResultCounts, bank_file, settle};
pub use bulk::{BULK_ACTS, Chosen, Done, Group, Line, MOST_BATCHES, Preview, REPLACED, confirm, preview};
pub use check::{RowFault, check_rows};
pub use compare::{BatchAnswer, BatchCheck, BatchCheckPart, ConcernField, ConcernRecord, RowConcern};
pub use create::{Created, Mode, NewBatch, create};
pub use entitled::{Circle, from_register};
pub use hold::{Decision, HoldRow, HoldState, decide, expire_holds, holds};
pub use reading::{ListRow, TEMPLATE_HEADERS, read_list};
pub(crate) use reading::{list_contract, table_of};
pub use reissue::{NewCard, give_up, replace_account};
pub use rows::{
    BatchFilter, BatchRow, BatchRowsFilter, PayRow, Reject, SlotCounts, batch, batch_counts, batches, pay_rows,
    rejects, slots,
};
pub(crate) use rows::{batches_by_id, batches_of_household};
pub use steps::{PUBLIC_WORKING_DAYS, REISSUE_WORKING_DAYS, public_until, reissue_due, step};
