"""Real published files to sniff: the answers to what each asks, and known answers that the mapping it then proposes must give.

The known answers stand in each folder's SOURCE.md, where they were computed without the product. A place is named by its code
without the code list.
"""

import msgspec

Known = tuple[str, str, str, str, float | str | None]
"""Place, period, group, figure, and what it is; an empty place is the only one of that name in the file."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One file: what is answered, how many data points it gives (null: not compared), and known ones among them."""

    folder: str
    file: str
    answers: dict[str, str] = {}
    points: int | None = None
    known: tuple[Known, ...] = ()


SBAC = {"filter.Subject": "ELA", "columns.value": "Level 3&4Met or Exceeded | %"}
SHARE = {"unit": "proportion", "period.year_means": "end"}
EDFACTS = {
    f"label.{text}": f"race_ethnicity={code}"
    for text, code in {
        "MAM": "american_indian_alaska_native",
        "MAS": "asian",
        "MBL": "black",
        "MHI": "hispanic",
        "MTR": "two_or_more",
        "MWH": "white",
    }.items()
}
EVERYBODY = ""

CASES = (
    Case(
        folder="acs-2019-counties",
        file="acs5_2019_counties.json",
        answers={"period.fixed": "2015-2019", "columns.numerator": "B17001_002E", "columns.denominator": "B17001_001E"},
        points=3220,
        known=(
            ("47065", "CY2015/2019", EVERYBODY, "value", 12.83),
            ("51540", "CY2015/2019", EVERYBODY, "value", 24.09),
        ),
    ),
    Case(
        folder="az-grad-2024",
        file="4Y-GradRate-Cohort2024.xlsx",
        answers={
            "table": "sheet 'County by Subgroup'",
            "period.year_means": "end",
        },
        known=(
            ("maricopa", "SY2023-24", EVERYBODY, "numerator", 50023),
            ("pima", "SY2023-24", EVERYBODY, "denominator", 13358),
        ),
    ),
    *(
        Case(
            folder="co-chronic-absence",
            file=f"{year}_ChronicAbsenteeism.xlsx",
            answers={"columns.value": "Chronically Absent Rate"} if year == "2018-2019" else {},
            points=points,
            known=(("0880", f"SY{year[:5]}{year[7:]}", EVERYBODY, "value", value),),
        )
        for year, points, value in (
            ("2018-2019", 183, 39.82),
            ("2019-2020", 185, 29.03),
            ("2020-2021", 184, 29.84),
            ("2021-2022", 185, 43.2),
            ("2022-2023", 185, 41.1),
        )
    ),
    Case(
        folder="co-kidscount",
        file="High school graduation rates.csv",
        answers=SHARE,
        known=(
            ("denver-county-1", "SY2009-10", EVERYBODY, "value", 51.8),
            ("denver-county-1", "SY2013-14", EVERYBODY, "value", 62.8),
        ),
    ),
    Case(
        folder="co-kidscount",
        file="3rd grade students scoring proficient or above on the CSAP_TCAP.csv",
        answers={**SHARE, "filter.Score": "Reading", "code.#VALUE!": "not_available", "code.LNE": "suppressed"},
        known=(
            ("colorado", "SY2007-08", EVERYBODY, "value", 70.3),
            ("academy-20", "SY2013-14", EVERYBODY, "value", 83.1),
        ),
    ),
    *(
        Case(
            folder="ct-chronic-absence-race",
            file=f"chronic-absenteeism__{year}_race.csv",
            points=rows,
            known=(("0640011", f"SY{year}", "race_ethnicity=black", "value", value),),
        )
        for year, rows, value in (
            ("2011-12", 1195, 21.7),
            ("2014-15", 1239, 22.1),
            ("2016-17", 1244, 18.8),
            ("2017-18", 1245, 21.8),
            ("2018-19", 1242, 22.1),
            ("2019-20", 1242, 24.4),
        )
    ),
    *(
        Case(
            folder="ct-kei-kindergarten",
            file=f"{year}_KEI_Literacy.csv",
            answers={
                "columns.value": "Literacy Skills (%) Level 3" if year != "2012-13" else "Level 3",
            },
            points=places,
            known=((place, f"SY{year}", EVERYBODY, "value", value),),
        )
        for year, places, place, value in (
            ("2008-09", 170, "15", 29.2),
            ("2009-10", 166, "15", 26.7),
            ("2010-11", 167, "15", 32.9),
            ("2011-12", 166, "015", 33.3),
            ("2012-13", 162, "bridgeport-school-district", 32.4),
        )
    ),
    Case(
        folder="ct-laus-revisions",
        file="LAUS Substate 2014 ap17.xlsx",
        answers={"table": "sheet 'LAUS File'", "filter.Data Type": "Unemployment Rate"},
        known=(
            ("CN0900300000000", "2014-01", EVERYBODY, "value", 7.7),
            ("CN0900100000000", "2014-01", EVERYBODY, "value", 7.0),
        ),
    ),
    Case(
        folder="ct-sbac-districts",
        file="smarter-balanced__2014-15_ela-and-math_all-students_all-grades.csv",
        answers={**SBAC, "filter.Grade": "3"},
        points=174,
        known=(
            ("0150011", "SY2014-15", EVERYBODY, "denominator", 1729),
            ("0150011", "SY2014-15", EVERYBODY, "value", 21.34),
        ),
    ),
    Case(
        folder="ct-sbac-districts",
        file="smarter-balanced__2018-19_ela-and-math_all-students_all-grades.csv",
        answers={**SBAC, "filter.Grade": "03"},
        points=180,
        known=(
            ("0150011", "SY2018-19", EVERYBODY, "denominator", 1565),
            ("0640011", "SY2018-19", EVERYBODY, "value", 22.2),
        ),
    ),
    Case(
        folder="dhis2-datavalueset",
        file="dataValueSetB.xml",
        answers={"filter.dataElement": "f7n9E0hX8qk", "unit": "count"},
        known=(("DiszpKrYNg8", "2012-01", EVERYBODY, "value", 10001),),
    ),
    Case(
        folder="ct-laus-revisions",
        file="LAUS Substate 2014 AP 19bm.xlsx",
        answers={"table": "sheet 'LAUS File'", "filter.Data Type": "Unemployment Rate"},
        known=(
            ("CN0900300000000", "2014-01", EVERYBODY, "value", 7.8),
            ("CN0900900000000", "2014-01", EVERYBODY, "value", 8.3),
        ),
    ),
    Case(
        folder="edfacts-acgr-schools",
        file="Edfacts 2012.csv.gz",
        answers=EDFACTS,
        known=(
            ("470159000495", "SY2011-12", EVERYBODY, "denominator", 207),
            ("470159000495", "SY2011-12", EVERYBODY, "value", 90),
            ("470159000495", "SY2011-12", "disability=with_disability", "low", 79.5),
        ),
    ),
    Case(
        folder="naep-state",
        file="SPExcel202306125832.Xlsx",
        answers={"table": "sheet 'Sheet1'", "period.fixed": "2018-19", "columns.value": "At or above Proficient"},
        known=(
            ("connecticut", "SY2018-19", EVERYBODY, "value", 40),
            ("tennessee", "SY2018-19", EVERYBODY, "value", 35),
        ),
    ),
    Case(
        folder="edfacts-acgr-schools",
        file="EdFacts 2015.csv.gz",
        answers=EDFACTS,
        known=(
            ("470159000495", "SY2014-15", EVERYBODY, "denominator", 214),
            ("470159000495", "SY2014-15", EVERYBODY, "value", 84),
        ),
    ),
    Case(
        folder="fafsa-wy",
        file="WY_Class_of_2024.xls",
        answers={
            "table": "sheet 'WY District Level Data'",
            "period.fixed": "2024-25",
            "columns.value": "Estimated FAFSA Completion Percentage Dec13 2024",
            "code.Missing/Insufficient Data": "not_available",
        },
        points=43,
        known=(("5601460", "SY2024-25", EVERYBODY, "low", 80),),
    ),
    Case(
        folder="ky-kidscount",
        file="Cohort graduation rate.csv",
        answers={"period.year_means": "end", "code.**": "not_available", "code.***": "not_available"},
        known=(
            ("kentucky", "SY2012-13", EVERYBODY, "value", 86.1),
            ("jefferson-co", "SY2023-24", EVERYBODY, "value", 87.7),
        ),
    ),
    Case(
        folder="ky-kidscount",
        file="Children ages 3 to 4 enrolled in school.csv",
        answers={"unit": "proportion"},
        known=(
            ("kentucky", "CY2010/2014", EVERYBODY, "value", 42.0),
            ("kentucky", "CY2018/2022", EVERYBODY, "value", 39.1),
        ),
    ),
    Case(
        folder="naep-state",
        file="SPExcel202306125614.Xlsx",
        answers={"table": "sheet 'Sheet1'", "period.fixed": "2021-22", "columns.value": "At or above Proficient"},
        known=(
            ("connecticut", "SY2021-22", EVERYBODY, "value", 35),
            ("national-public", "SY2021-22", EVERYBODY, "value", 32),
        ),
    ),
    Case(
        folder="nyc-doe-schools",
        file="chronic_absenteeism.csv",
        points=10787,
        known=(("01M015", "SY2018-19", EVERYBODY, "value", 24.48), ("01M015", "SY2024-25", EVERYBODY, "value", 44.83)),
    ),
    Case(
        folder="nyc-doe-schools",
        file="graduation.csv",
        points=4732,
        known=(
            ("01M292", "SY2015-16", EVERYBODY, "denominator", 44),
            ("01M292", "SY2015-16", EVERYBODY, "value", 54.55),
        ),
    ),
    Case(
        folder="urban-mobility-preschool",
        file="metrics_preschool_place_all_longitudinal_all.csv",
        answers={"period.year_means": "calendar-year"},
        points=2430,
        known=(("4714000", "CY2014", EVERYBODY, "value", 38.925), ("0107000", "CY2023", EVERYBODY, "value", 46.54)),
    ),
    Case(
        folder="urban-portal-excerpt",
        file="ccd_directory_dc_2022_excerpt.json",
        answers={
            "period.year_means": "start",
            "columns.value": "counts",
            "columns.numerator": "direct_certification",
            "columns.denominator": "enrollment",
        },
        points=3,
        known=(("110000500456", "SY2022-23", EVERYBODY, "denominator", 401),),
    ),
    Case(
        folder="va-sol-grade3",
        file="2023_thirdgrade_allstudents.csv",
        answers={"columns.value": "Pass Rate"},
        points=2112,
        known=(
            ("104", "SY2005-06", EVERYBODY, "numerator", 218),
            ("104", "SY2021-22", EVERYBODY, "value", 69.82),
            ("45", "SY2014-15", EVERYBODY, "low", 50),
        ),
    ),
    Case(
        folder="va-stepping-stones",
        file="graduation_rates.csv",
        answers={"period.year_means": "end"},
        points=43,  # two rows of the state print a rate that is not theirs of the counts
        known=(("104", "SY2007-08", EVERYBODY, "value", 74.61), ("2", "SY2021-22", EVERYBODY, "numerator", 1025)),
    ),
    Case(
        folder="va-stepping-stones",
        file="pals_kindergarten_updated.csv",
        points=54,
        known=(
            ("charlottesville", "SY2002-03", EVERYBODY, "value", 25.68),
            ("charlottesville", "SY2019-20", EVERYBODY, "value", 16.91),
        ),
    ),
    Case(
        folder="va-stepping-stones",
        file="sol_pass.csv",
        answers={"filter.subject": "English:Reading", "filter.test_level": "Grade 3"},
        known=(("charlottesville-city", "SY2005-06", EVERYBODY, "numerator", 218),),
    ),
    Case(
        folder="wi-wisedash-sample",
        file="forward_example.csv",
        answers={
            "label.Amer Indian": "race_ethnicity=american_indian_alaska_native",
            "label.Not Econ Disadv": "economic_disadvantage=not_economically_disadvantaged",
            "label.SwoD": "disability=without_disability",
            "filter.TEST_RESULT": "Basic",
            "filter.TEST_SUBJECT": "ELA",
            "filter.GRADE_LEVEL": "8",
        },
        known=(("3925", "SY2020-21", "race_ethnicity=white", "value", 31.16),),
    ),
)
