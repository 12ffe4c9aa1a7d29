DROP INDEX finding_order;
CREATE INDEX finding_newest ON finding (found_millis, finding_no);
