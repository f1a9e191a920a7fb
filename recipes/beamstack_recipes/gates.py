"""Gates: what a result is measured by, and when it is refused."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from beamstack_recipes.tasks import Task
from beamstack_recipes.training import accuracy

Runnable = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Measures:
    """What was measured of one model, as it would be served: exported, and read again."""

    accuracy: float
    latency_ms: float
    size_bytes: int


@dataclass(frozen=True)
class Gates:
    """The most that a result may lose against the baseline; a ratio of None is not looked at."""

    max_accuracy_drop: float = 0.01
    max_latency_ratio: float | None = None
    max_size_ratio: float | None = None

    def refusals(self, baseline: Measures, result: Measures) -> list[str]:
        """Reasons why the result is refused; empty for one that passes."""
        reasons = []
        drop = baseline.accuracy - result.accuracy
        # Accuracies are quotients: a difference of exactly the limit has an error of rounding.
        if drop > self.max_accuracy_drop + 1e-9:
            reasons.append(f"accuracy fell from {baseline.accuracy:.4f} to {result.accuracy:.4f}, by more than {self.max_accuracy_drop}")
        for what, limit, ratio in (
            ("latency", self.max_latency_ratio, result.latency_ms / baseline.latency_ms),
            ("size", self.max_size_ratio, result.size_bytes / baseline.size_bytes),
        ):
            if limit is not None and ratio > limit:
                reasons.append(f"{what} is {ratio:.3f} of the baseline's, above {limit}")
        return reasons


def latency_ms(model: Runnable, example: Tensor, repeats: int = 50) -> float:
    """The median time of one call, after a fifth as many calls to warm up."""
    times = []
    with torch.inference_mode():
        for attempt in range(repeats + repeats // 5):
            began = time.perf_counter()
            model(example)
            if attempt >= repeats // 5:
                times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def export(model: nn.Module, task: Task, path: str) -> Runnable:
    """Writes the model as a program of its own, without pickled classes, and reads it again. The batch size stays free."""
    batch = torch.export.Dim.AUTO
    example = torch.cat([task.example(), task.example()])
    program = torch.export.export(model.eval(), (example,), dynamic_shapes=({0: batch},))
    torch.export.save(program, path)
    served: Runnable = torch.export.load(path).module()
    return served


def measure(model: nn.Module, task: Task, path: str) -> Measures:
    """Exports the model to the path and measures what stands there."""
    served = export(model, task, path)
    return Measures(accuracy(served, task), latency_ms(served, task.example()), os.path.getsize(path))
