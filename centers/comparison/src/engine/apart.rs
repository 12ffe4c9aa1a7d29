//! An answer worked out apart from whoever waits for it: everybody joined with everybody makes rows for minutes before one of
//! them is wanted, and until then nobody would hear that the time is over or that the run is to stop.

use std::{sync::Arc, thread};

use arrow::array::RecordBatch;
use datafusion::{
    common::{
        config::ConfigOptions,
        tree_node::{Transformed, TreeNode},
    },
    error::{DataFusionError, Result},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{ExecutionPlan, SendableRecordBatchStream, coop::CooperativeExec},
};
use futures::StreamExt;
use tokio::{runtime::Handle, sync::mpsc};

/// Pieces that wait to be taken.
const AHEAD: usize = 2;

/// A stream on a thread of its own. Who lets go of it has it stopped at the next piece.
pub(super) struct Apart {
    pieces: mpsc::Receiver<Result<RecordBatch>>,
    work: Option<thread::JoinHandle<()>>,
}

impl Apart {
    pub(super) fn begin(stream: SendableRecordBatchStream) -> Apart {
        let (give, pieces) = mpsc::channel(AHEAD);
        let here = Handle::current();
        let work = thread::spawn(move || here.block_on(hand_over(stream, give)));
        Apart {
            pieces,
            work: Some(work),
        }
    }

    pub(super) async fn next(&mut self) -> Option<Result<RecordBatch>> {
        if let Some(piece) = self.pieces.recv().await {
            return Some(piece);
        }
        // The end, unless the work broke off: then half an answer must not pass for a whole one.
        let broke_off = self.work.take().is_some_and(|work| work.join().is_err());
        broke_off.then(|| Err(DataFusionError::Internal("the work broke off".to_owned())))
    }
}

async fn hand_over(mut stream: SendableRecordBatchStream, give: mpsc::Sender<Result<RecordBatch>>) {
    loop {
        let piece = tokio::select! {
            biased;
            () = give.closed() => return,
            piece = stream.next() => piece,
        };
        let Some(piece) = piece else { return };
        if give.send(piece).await.is_err() {
            return;
        }
    }
}

/// Lets every join give way after each piece of its answer.
#[derive(Debug)]
pub(super) struct Breathing;

impl PhysicalOptimizerRule for Breathing {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let breathing = plan.transform_up(|node| match node.name().ends_with("JoinExec") {
            true => Ok(Transformed::yes(
                Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>
            )),
            false => Ok(Transformed::no(node)),
        });
        breathing.map(|done| done.data)
    }

    fn name(&self) -> &str {
        "breathing"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
