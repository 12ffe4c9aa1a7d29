"""The rows without a usable number, linked with the register by Splink on DuckDB: the usual model for such data, trained
as its documentation recommends, keys for candidates like ours, sounds of names given.

Prints one line: RESULT <wall ms> <cpu ms> <peak KiB> <rows> <fingerprint>. The threshold is the one that suits it best on
the truth; reading the truth is not measured.
"""

import logging
import pathlib
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

VALID, UPGRADED = 0, 1

COLUMNS = """
    nullif(id_no, '') AS id_no, nullif(name, '') AS name, nullif(sound, '') AS sound,
    CASE WHEN birth < -100000 THEN NULL ELSE DATE '1970-01-01' + birth END AS birth,
    nullif(sex, 0) AS sex, nullif(household, 0) AS household,
    nullif(region, 0) AS region, nullif(region // 1000, 0) AS community, nullif(region // 1000000, 0) AS town,
    left(name, 1) AS surname, split_part(sound, ' ', 1) AS surname_sound
"""


def main():
    folder = pathlib.Path(sys.argv[1])
    logging.getLogger("splink").setLevel(logging.ERROR)
    wall, cpu = time.perf_counter(), time.process_time()
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE register AS SELECT (row_number() OVER () - 1)::INTEGER AS unique_id, {COLUMNS} "
        f"FROM '{folder}/register.parquet'"
    )
    con.execute(
        f"CREATE TABLE dirty AS SELECT row AS unique_id, {COLUMNS} FROM '{folder}/rows.parquet' "
        f"WHERE status NOT IN ({VALID}, {UPGRADED})"
    )
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.CustomComparison(
                output_column_name="name",
                comparison_levels=[
                    cll.NullLevel("name"),
                    cll.ExactMatchLevel("name").configure(tf_adjustment_column="name"),
                    cll.ExactMatchLevel("sound"),
                    cll.LevenshteinLevel("name", 1),
                    cll.ElseLevel(),
                ],
            ),
            cl.DateOfBirthComparison(
                "birth", input_is_string=False, datetime_thresholds=[1, 1], datetime_metrics=["month", "year"]
            ),
            cl.ExactMatch("sex"),
            cl.ExactMatch("household"),
            cl.CustomComparison(
                output_column_name="region",
                comparison_levels=[
                    cll.NullLevel("region"),
                    cll.ExactMatchLevel("region").configure(tf_adjustment_column="region"),
                    cll.ExactMatchLevel("community"),
                    cll.ExactMatchLevel("town"),
                    cll.ElseLevel(),
                ],
            ),
            cl.LevenshteinAtThresholds("id_no", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("household", "sound"),
            block_on("sound", "birth"),
            block_on("sound", "region"),
            block_on("birth", "region"),
            block_on("birth", "surname_sound"),
            block_on("sound", "community"),
            block_on("sound", "year(birth)"),
            block_on("substr(id_no, 1, 12)", "surname_sound"),
            block_on("substr(id_no, 7, 12)"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    db_api = DuckDBAPI(con)
    linker = Linker([db_api.register("register"), db_api.register("dirty")], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("sound", "birth", "region")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("sound", "birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth", "region"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("sound", "region"))
    predictions = linker.inference.predict(threshold_match_probability=0.01)
    con.execute(
        f"""
        CREATE TABLE best AS
        SELECT unique_id_r AS row, arg_max(unique_id_l, match_weight) AS person, max(match_weight) AS weight
        FROM {predictions.physical_name} GROUP BY 1
        """
    )
    wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    con.execute(f"CREATE TABLE truth AS SELECT row, person FROM '{folder}/truth.parquet' SEMI JOIN dirty ON unique_id = row")
    dirty, wanted = con.execute("SELECT count(*), count(*) FILTER (person >= 0) FROM truth").fetchone()
    best = (0.0, 0, 0, 0.0)
    for threshold in range(-6, 30):
        found, right = con.execute(
            "SELECT count(*), count(*) FILTER (b.person = t.person) FROM best b JOIN truth t USING (row) WHERE weight >= ?",
            [threshold],
        ).fetchone()
        f1 = 2 * right / (found + wanted) if found else 0.0
        best = max(best, (f1, found, right, threshold))
    f1, found, right, threshold = best
    print(
        f"RESULT {wall:.1f} {cpu:.1f} {peak} {dirty} dirty={dirty},wanted={wanted},found={found},"
        f"precision={right / max(found, 1):.4f},recall={right / wanted:.4f},F1={f1:.4f},threshold={threshold}"
    )


main()
