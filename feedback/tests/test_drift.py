"""What Evidently says about two tables, as our metrics have it."""

import numpy
import pandas
import pytest

from beamstack_feedback.drift import measure


def table(mean: float, gaps: int = 0) -> pandas.DataFrame:
    random = numpy.random.default_rng(7)
    age = random.normal(mean, 10, 1000)
    age[:gaps] = numpy.nan
    return pandas.DataFrame({"age": age, "plan": random.choice(["basic", "pro"], 1000)})


def test_a_column_that_has_moved_is_above_the_usual_threshold_and_the_others_are_below():
    measured = {column.name: column for column in measure(table(40), table(60)).columns}

    assert measured["age"].drift > 0.2
    assert measured["plan"].drift < 0.2


def test_the_same_distribution_is_no_drift_and_gaps_are_counted():
    measured = measure(table(40), table(40, gaps=100), ["age"])

    assert [column.name for column in measured.columns] == ["age"]
    assert measured.columns[0].missing == pytest.approx(0.1)
    assert measured.rows == 1000


def test_a_table_without_a_column_or_without_rows_is_an_error():
    with pytest.raises(ValueError, match="columns that one of the tables lacks: plan"):
        measure(table(40), table(40).drop(columns="plan"))
    with pytest.raises(ValueError, match="an empty table"):
        measure(table(40), table(40).head(0))
