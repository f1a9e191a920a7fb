"""What a recipe works on: a model with its data, written by the user of the recipe."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Protocol, cast

from torch import Tensor, nn

Batches = Iterable[tuple[Tensor, Tensor]]


class Task(Protocol):
    """A classification task: inputs, and for each one the number of its class."""

    def model(self) -> nn.Module:
        """Returns the trained model that is the baseline of every gate."""

    def build(self, width: int, depth: int) -> nn.Module:
        """Returns an untrained model of this shape, for distillation and search."""

    def train_batches(self) -> Batches:
        """Returns one epoch of data to learn from, in the same order for the same task."""

    def test_batches(self) -> Batches:
        """Returns data that no model learned from; the gates measure accuracy on it."""

    def example(self) -> Tensor:
        """Returns one input of the shape that is served; the gates measure latency with it."""


def load(name: str) -> Task:
    """Returns the task `module:Class`."""
    module, _, attribute = name.partition(":")
    if not attribute:
        raise ValueError(f"{name!r} is no task: write module:Class")
    return cast(Task, getattr(importlib.import_module(module), attribute)())
