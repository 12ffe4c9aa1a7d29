CREATE TABLE payment_paid_month (
    region BIGINT NOT NULL,
    programme TEXT NOT NULL,
    month TEXT NOT NULL,
    rows BIGINT NOT NULL,
    PRIMARY KEY (region, month, programme)
);
INSERT INTO payment_paid_month (region, programme, month, rows)
SELECT p.region - p.region % d.span, p.programme, SUBSTR(p.paid_on, 1, 7), COUNT(*)
FROM payment p, (SELECT 1000000 AS span UNION ALL SELECT 1000000000 UNION ALL SELECT 100000000000
    UNION ALL SELECT 10000000000000 UNION ALL SELECT 1000000000000000) d
WHERE p.state = 'paid' GROUP BY 1, 2, 3;
