"""What a person without the platform would do: load the delivered file as text, check nothing.

Prints one line: RESULT <wall ms> <cpu ms> <peak KiB> <rows> <fingerprint>.
"""

import csv
import resource
import sys
import tempfile
import time

import duckdb


def duckdb_csv(path):
    db = duckdb.connect()
    db.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true, header = true)", [path])
    return db.execute("SELECT count(*) FROM t").fetchone()[0]


def duckdb_gb18030(path):
    """DuckDB reads UTF-8; Python re-codes the file first."""
    with open(path, encoding="gb18030", newline="") as source, open(path + ".utf8", "w", encoding="utf-8", newline="") as out:
        while block := source.read(1 << 20):
            out.write(block)
    return duckdb_csv(path + ".utf8")


def python_csv(path, encoding="utf-8"):
    with open(path, encoding=encoding, newline="") as source:
        rows = list(csv.reader(source))
    return len(rows) - 1


def rows_to_duckdb(rows):
    """The quickest plain way from Python rows to a table: through a CSV file."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows(rows)
        text.flush()
        return duckdb_csv(text.name)


def with_openpyxl(path):
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return rows_to_duckdb(book.worksheets[0].iter_rows(values_only=True))


def with_calamine(path):
    from python_calamine import CalamineWorkbook

    return rows_to_duckdb(CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


TOOLS = {
    "duckdb-csv": duckdb_csv,
    "duckdb-gb18030": duckdb_gb18030,
    "python-csv": python_csv,
    "python-gb18030": lambda path: python_csv(path, "gb18030"),
    "openpyxl": with_openpyxl,
    "calamine": with_calamine,
}


def main():
    tool, path = sys.argv[1:]
    wall, cpu = time.perf_counter(), time.process_time()
    rows = TOOLS[tool](path)
    wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"RESULT {wall:.1f} {cpu:.1f} {peak} {rows} loaded")


main()
