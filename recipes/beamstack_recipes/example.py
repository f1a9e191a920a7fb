"""A small task for trials of a recipe: points in rings around the origin, which no linear model can tell apart."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from beamstack_recipes.tasks import Batches
from beamstack_recipes.training import train

CLASSES, FEATURES, BATCH = 4, 16, 128


def points(seed: int, count: int) -> tuple[Tensor, Tensor]:
    """Points and the number of their ring."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(CLASSES, (count,), generator=generator)
    direction = nn.functional.normalize(torch.randn(count, FEATURES, generator=generator), dim=1)
    radius = labels + 1 + 0.15 * torch.randn(count, generator=generator)
    return direction * radius[:, None], labels


def batches(seed: int, count: int) -> Batches:
    """The points in batches."""
    inputs, labels = points(seed, count)
    return [(inputs[at : at + BATCH], labels[at : at + BATCH]) for at in range(0, count, BATCH)]


class Rings:
    """The task."""

    def model(self) -> nn.Module:
        """A network that is larger than the task needs."""
        return train(self.build(width=256, depth=2), self, epochs=8, learning_rate=3e-3)

    def build(self, width: int, depth: int) -> nn.Module:
        """A network of hidden layers of this width."""
        sizes = [FEATURES, *[width] * depth]
        hidden = [layer for size, following in itertools.pairwise(sizes) for layer in (nn.Linear(size, following), nn.ReLU())]
        return nn.Sequential(*hidden, nn.Linear(sizes[-1], CLASSES))

    def train_batches(self) -> Batches:
        """4,096 points."""
        return batches(1, 4096)

    def test_batches(self) -> Batches:
        """2,048 other points."""
        return batches(2, 2048)

    def example(self) -> Tensor:
        """One point."""
        return points(3, 1)[0]
