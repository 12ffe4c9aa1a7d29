-- Notices at three levels: the county's whole arrangement, a town's share, a village's single project. What was shown is
-- kept as it was shown.
CREATE TABLE public_notice (
    id BIGINT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL,
    -- projects, fund:<programme>, project:<id>
    matter TEXT NOT NULL,
    year BIGINT NOT NULL,
    region BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    places TEXT NOT NULL,
    from_on TEXT NOT NULL,
    days BIGINT NOT NULL,
    state TEXT NOT NULL,
    closed_on TEXT,
    closed_by TEXT,
    reason TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL
);
CREATE INDEX public_notice_region ON public_notice (year, region);
CREATE INDEX public_notice_matter ON public_notice (matter, year, level, region);
CREATE TABLE notice_objection (
    id BIGINT NOT NULL PRIMARY KEY,
    notice BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    -- Never public.
    who TEXT NOT NULL,
    content TEXT NOT NULL,
    answered_on TEXT,
    upheld BOOLEAN,
    answer TEXT NOT NULL,
    actor_name TEXT NOT NULL
);
CREATE INDEX notice_objection_notice ON notice_objection (notice);
