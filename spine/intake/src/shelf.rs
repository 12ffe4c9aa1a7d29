//! Where accepted rows go.

use arrow::{
    array::RecordBatch,
    datatypes::{Schema, SchemaRef},
};
use sha2::{Digest, Sha256};

use crate::{IngestError, contract::Contract};

/// Raised when reading cells changes its meaning: the same file then gives new content.
const FORMAT: &str = "yangguang-snapshot-1";

/// Takes the rows of deliveries.
pub trait Shelf: Sync {
    /// A place for the rows of one file. Nothing of them counts before [`Rows::finish`].
    fn open(&self, schema: SchemaRef) -> Result<Box<dyn Rows + '_>, IngestError>;

    /// Whether this content was delivered before.
    fn holds(&self, data_set: &str, hash: &str) -> bool;
}

/// The rows of one file on their way.
pub trait Rows {
    /// The next rows, in file order.
    fn push(&mut self, batch: RecordBatch) -> Result<(), IngestError>;

    /// The end of the file. True when the same content was there before: then nothing is written.
    fn finish(self: Box<Self>, delivered: &Delivered) -> Result<bool, IngestError>;
}

/// What is known of a delivery at its end.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub data_set: String,
    /// SHA-256 of the logical content, hexadecimal.
    pub hash: String,
    pub rows: u64,
    pub file_name: String,
    pub file_sha256: String,
    pub contract: Contract,
}

/// A hasher that already knows the table; rows are fed to it in file order.
pub fn content_hasher(contract: &Contract, schema: &Schema) -> Sha256 {
    let mut hasher = Sha256::new();
    hasher.update(FORMAT);
    hasher.update(&contract.name);
    for field in schema.fields() {
        hasher.update(format!("\n{}:{}", field.name(), field.data_type()));
    }
    hasher
}
