//! Sums over a whole county, kept until something is written.
//!
//! Counting who is helped reads every household. Every write is an event of the trail, so a sum that was worked out
//! after event number N holds as long as N is the last one: nobody ever sees a figure older than the latest act.

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
};

use kernel::AppResult;
use web::App;

/// More than anyone looks at between two writes; beyond it one begins anew.
const MOST: usize = 400;

type Kept = HashMap<String, (i64, Arc<dyn Any + Send + Sync>)>;

/// Where the sums are kept; a part of the app. Without it every sum is worked out when it is asked for.
#[derive(Default)]
pub struct Figures(Mutex<Kept>);

impl Figures {
    fn get<T: Clone + 'static>(&self, key: &str, event: i64) -> Option<T> {
        let kept = self.0.lock().ok()?;
        let (of, figure) = kept.get(key)?;
        (*of == event).then(|| figure.downcast_ref::<T>().cloned())?
    }

    fn put<T: Send + Sync + 'static>(&self, key: String, event: i64, figure: T) {
        if let Ok(mut kept) = self.0.lock() {
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
    let event = app.trail.last_event().await?;
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
}
