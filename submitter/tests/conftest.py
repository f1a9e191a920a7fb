"""Fixtures of every test."""

from collections.abc import Iterator

import pytest

from .fake_flink import FakeFlink


@pytest.fixture
def server() -> Iterator[FakeFlink]:
    """Start a Flink without jobs."""
    fake = FakeFlink()
    yield fake
    fake.close()
