-- Which request the kept form will be sent as: once that request is carried out the draft is done with.
ALTER TABLE form_draft ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
