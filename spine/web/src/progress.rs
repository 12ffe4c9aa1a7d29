//! How far long work has come. Lives in memory: what must survive a crash is in the module's own table.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The state of one piece of work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgressState {
    /// What is going on, in the reader's words.
    pub phase: String,
    pub done: u64,
    /// 0 while unknown.
    pub total: u64,
    pub finished: bool,
    /// Why it stopped, when it failed.
    pub failure: Option<String>,
    /// Someone asked for it to stop.
    pub cancel_requested: bool,
}

/// All work under way, by key (`import:123`).
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<String, ProgressState>>>);

/// Reports for one piece of work.
#[derive(Clone)]
pub struct ProgressHandle {
    all: Progress,
    key: String,
}

impl Progress {
    pub fn start(&self, key: impl Into<String>, phase: impl Into<String>) -> ProgressHandle {
        let key = key.into();
        self.lock().insert(
            key.clone(),
            ProgressState {
                phase: phase.into(),
                ..ProgressState::default()
            },
        );
        ProgressHandle { all: self.clone(), key }
    }

    pub fn get(&self, key: &str) -> Option<ProgressState> {
        self.lock().get(key).cloned()
    }

    /// Asks the work to stop at its next report; false when there is none.
    pub fn cancel(&self, key: &str) -> bool {
        self.lock().get_mut(key).map(|s| s.cancel_requested = true).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, ProgressState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProgressHandle {
    pub fn phase(&self, phase: impl Into<String>) {
        let phase = phase.into();
        self.change(|state| {
            state.phase = phase;
            state.done = 0;
            state.total = 0;
        });
    }

    /// Reports and answers whether to go on.
    pub fn report(&self, done: u64, total: u64) -> bool {
        self.change(|state| {
            state.done = done;
            state.total = total;
        });
        !self.all.get(&self.key).is_some_and(|s| s.cancel_requested)
    }

    pub fn finish(&self) {
        self.change(|state| state.finished = true);
    }

    pub fn fail(&self, why: impl Into<String>) {
        let why = why.into();
        self.change(|state| {
            state.finished = true;
            state.failure = Some(why);
        });
    }

    fn change(&self, f: impl FnOnce(&mut ProgressState)) {
        if let Some(state) = self.all.lock().get_mut(&self.key) {
            f(state);
        }
    }
}
