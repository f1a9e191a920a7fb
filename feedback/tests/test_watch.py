"""What is served after a comparison, and after one that failed."""

import pathlib

import pandas
import pytest
from prometheus_client import REGISTRY

from beamstack_feedback.__main__ import attempt, watch_data


def served(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"beamstack_feedback_{name}", {"loop": "churn", **labels})


@pytest.fixture
def today(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Today's table, which differs from the reference."""
    reference, current = tmp_path / "reference.parquet", tmp_path / "today.parquet"
    pandas.DataFrame({"age": range(100), "visits": range(100)}).to_parquet(reference)
    pandas.DataFrame({"age": range(50, 150), "visits": range(100)}).to_parquet(current)
    monkeypatch.setenv("DATA_REFERENCE", str(reference))
    monkeypatch.setenv("DATA_CURRENT", str(current))
    return current


def test_values_end_with_a_comparison_that_fails_and_its_time_stays(today: pathlib.Path):
    attempt("churn", [watch_data])
    measured = served("measured_timestamp_seconds")
    assert served("drift", column="age") is not None and served("missing_share", column="age") == 0 and served("rows") == 100

    today.unlink()
    attempt("churn", [watch_data])

    assert served("drift", column="age") is None and served("missing_share", column="age") is None and served("rows") is None
    assert served("measured_timestamp_seconds") == measured is not None
    assert served("failures_total", step="data") == 1


def test_a_column_that_is_no_longer_compared_has_no_value(today: pathlib.Path, monkeypatch: pytest.MonkeyPatch):
    attempt("churn", [watch_data])

    monkeypatch.setenv("DATA_COLUMNS", "visits")
    attempt("churn", [watch_data])

    assert served("drift", column="age") is None and served("drift", column="visits") is not None
