CREATE INDEX collection_task_count ON collection_task (campaign_id, target, region, submitted_millis);
CREATE INDEX case_step_moved ON case_step (to_state, on_day, case_id);
