//! Sums over a whole county, kept until something is written.
//!
//! Counting who is helped reads every household. Every write is an event of the trail, so a sum that was worked out
//! after event number N holds as long as N is the last one: nobody ever sees a figure older than the latest act.
//! Of many who ask at once one works it out, and the others wait for it.

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
};

use kernel::AppResult;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use web::App;

/// More than anyone looks at between two writes; beyond it one begins anew.
const MOST: usize = 400;

type Kept = HashMap<String, (i64, Arc<dyn Any + Send + Sync>)>;

/// Where the sums are kept; a part of the app. Without it every sum is worked out when it is asked for.
#[derive(Default)]
pub struct Figures {
    kept: Mutex<Kept>,
    /// Whose turn it is to work out which figure.
    turns: Mutex<HashMap<String, Arc<Turn<()>>>>,
}

impl Figures {
    /// Waits while another works out the same figure.
    async fn turn(&self, key: &str) -> Option<OwnedMutexGuard<()>> {
        let turn = {
            let mut turns = self.turns.lock().ok()?;
            if turns.len() >= MOST {
                turns.clear();
            }
            turns.entry(key.to_owned()).or_default().clone()
        };
        Some(turn.lock_owned().await)
    }

    fn get<T: Clone + 'static>(&self, key: &str, event: i64) -> Option<T> {
        let kept = self.kept.lock().ok()?;
        let (of, figure) = kept.get(key)?;
        (*of == event).then(|| figure.downcast_ref::<T>().cloned())?
    }

    fn put<T: Send + Sync + 'static>(&self, key: String, event: i64, figure: T) {
        if let Ok(mut kept) = self.kept.lock() {
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(key, (event, Arc::new(figure)));
        }
    }
}

/// The figure of this key, worked out anew when something was written since. The key names everything it depends on.
pub(crate) async fn kept<T: Clone + Send + Sync + 'static>(
    app: &App,
    key: String,
    work: impl Future<Output = AppResult<T>>,
) -> AppResult<T> {
    let Ok(figures) = app.part::<Figures>() else {
        return work.await;
    };
    // Read before the work: what is written meanwhile makes the figure newer than its label, never older.
    let mut event = app.trail.last_event().await?;
    if let Some(figure) = figures.get(&key, event) {
        return Ok(figure);
    }
    let _mine = figures.turn(&key).await;
    event = app.trail.last_event().await?;
    if let Some(figure) = figures.get(&key, event) {
        return Ok(figure);
    }
    let figure = work.await?;
    figures.put(key, event, figure.clone());
    Ok(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_holds_until_the_next_event() {
        let figures = Figures::default();
        figures.put("helped".to_owned(), 7, vec![1_i64, 2]);
        assert_eq!(figures.get::<Vec<i64>>("helped", 7), Some(vec![1, 2]));
        assert_eq!(figures.get::<Vec<i64>>("helped", 8), None);
        assert_eq!(figures.get::<Vec<i64>>("visited", 7), None);
    }

    #[tokio::test]
    async fn who_asks_for_a_figure_in_the_making_waits_for_it_and_for_no_other() {
        let figures = Figures::default();
        let making = figures.turn("helped").await;
        let mut same = Box::pin(figures.turn("helped"));
        assert!(
            tokio::time::timeout(std::time::Duration::ZERO, &mut same)
                .await
                .is_err(),
            "waits"
        );
        assert!(figures.turn("visited").await.is_some());
        drop(making);
        assert!(same.await.is_some());
    }
}
