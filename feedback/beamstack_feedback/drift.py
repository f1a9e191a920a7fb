"""Compares what a model sees today with what it was trained on."""

from dataclasses import dataclass
from typing import Iterable

import pandas
from evidently import Report
from evidently.metrics import MissingValueCount, ValueDrift


@dataclass(frozen=True)
class Column:
    """How a column has changed."""

    name: str
    #: Population stability index: 0 where nothing has changed, above 0.2 where much has.
    drift: float
    #: Share of the rows without a value.
    missing: float


@dataclass(frozen=True)
class Measured:
    """How a table has changed."""

    rows: int
    columns: tuple[Column, ...]


def measure(reference: pandas.DataFrame, current: pandas.DataFrame, columns: Iterable[str] = ()) -> Measured:
    """Compares columns of two tables; without names, every column of the reference."""
    names = tuple(columns) or tuple(reference.columns)
    lacking = [name for name in names if name not in reference.columns or name not in current.columns]
    if lacking:
        raise ValueError(f"columns that one of the tables lacks: {', '.join(lacking)}")
    if reference.empty or current.empty:
        raise ValueError(f"an empty table: {len(reference)} rows of reference, {len(current)} of today")
    # The index is a distance and no p-value: its meaning does not depend on the number of rows, so that a threshold can be written down.
    drifts = [ValueDrift(column=name, method="psi") for name in names]
    gaps = [MissingValueCount(column=name) for name in names]
    values = [metric["value"] for metric in Report([*drifts, *gaps]).run(current, reference).dict()["metrics"]]
    return Measured(
        rows=len(current),
        columns=tuple(
            Column(name=name, drift=float(drift), missing=float(gap["share"]))
            for name, drift, gap in zip(names, values[: len(names)], values[len(names) :], strict=True)
        ),
    )
