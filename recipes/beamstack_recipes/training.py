"""Training and accuracy of classifiers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from beamstack_recipes.tasks import Task

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


def cross_entropy(output: Tensor, labels: Tensor, _inputs: Tensor) -> Tensor:
    """The loss of plain training."""
    return nn.functional.cross_entropy(output, labels)


def train(model: nn.Module, task: Task, epochs: int, learning_rate: float = 1e-2, loss: Loss = cross_entropy) -> nn.Module:
    """Trains the model in place, and returns it ready for inference."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(epochs):
        for inputs, labels in task.train_batches():
            optimizer.zero_grad()
            loss(model(inputs), labels, inputs).backward()
            optimizer.step()
    return model.eval()


def accuracy(model: Callable[[Tensor], Tensor], task: Task) -> float:
    """The part of the test data that the model classifies correctly."""
    right = total = 0
    with torch.inference_mode():
        for inputs, labels in task.test_batches():
            right += int((model(inputs).argmax(dim=1) == labels).sum())
            total += len(labels)
    if total == 0:
        raise ValueError("the task has no test data: accuracy is unknown")
    return right / total
