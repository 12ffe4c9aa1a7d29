"""The 13 categories in DuckDB: the same Parquet files, the same question, the answer written as Parquet.

Prints one line: RESULT <wall ms> <cpu ms> <peak KiB> <rows> <fingerprint>.
"""

import pathlib
import resource
import sys
import time

import duckdb


def main():
    folder, people = pathlib.Path(sys.argv[1]), sys.argv[2]
    concerned = {"assisted": "WHERE targeted", "payees": ""}[people]
    parts = [line.split("\t") for line in (folder / "manifest.tsv").read_text(encoding="utf-8").splitlines()]
    path = {name: str(folder / file) for name, _, _, file in parts}
    found = folder / "found-duckdb.parquet"
    db = duckdb.connect()

    wall, cpu = time.perf_counter(), time.process_time()
    # The people concerned, once; then one join a table.
    db.execute(
        f"""
        CREATE TEMP TABLE people AS
        SELECT person_key, name, region FROM '{path["persons"]}'
        WHERE person_key IN (
            SELECT person_key FROM '{path["benefits"]}' {concerned} UNION SELECT person_key FROM '{path["assisted"]}')
        """
    )
    each = " UNION ALL ".join(
        f"""
        SELECT '{name}' AS source, d.row_no, d.row_hash, d.person_key,
               coalesce(d.{person_name} = p.name, false) AS agrees, p.name, p.region
        FROM '{file}' d JOIN people p ON p.person_key = d.person_key
        """
        for name, category, person_name, file in ((n, c, p, path[n]) for n, c, p, _ in parts)
        if int(category) > 0
    )
    db.execute(f"COPY ({each}) TO '{found}' (FORMAT parquet, COMPRESSION uncompressed)")
    wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows, agreeing, lines = db.execute(
        f"SELECT count(*), count(*) FILTER (agrees), sum(row_no)::BIGINT FROM '{found}'"
    ).fetchone()
    found.unlink()
    print(f"RESULT {wall:.1f} {cpu:.1f} {peak} {rows} rows={rows},agreeing={agreeing},lines={lines}")


main()
