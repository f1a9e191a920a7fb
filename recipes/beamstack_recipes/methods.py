"""The methods: each makes a new model of a task and leaves the baseline alone."""

from __future__ import annotations

import copy
from typing import Literal

import torch
import torch_pruning
from torch import Tensor, nn
from torchao.quantization import Int8DynamicActivationInt8WeightConfig, Int8WeightOnlyConfig, quantize_

from beamstack_recipes.tasks import Task
from beamstack_recipes.training import train

Scheme = Literal["int8-weights", "int8"]
SCHEMES = {"int8-weights": Int8WeightOnlyConfig, "int8": Int8DynamicActivationInt8WeightConfig}


def prune(baseline: nn.Module, task: Task, ratio: float, epochs: int) -> nn.Module:
    """Removes this part of the channels of each layer, those of least magnitude first, and trains what is left."""
    if not 0 < ratio < 1:
        raise ValueError(f"a ratio of {ratio} is not between 0 and 1")
    model = copy.deepcopy(baseline)
    layers = [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]
    pruner = torch_pruning.pruner.BasePruner(
        model,
        task.example(),
        importance=torch_pruning.importance.GroupMagnitudeImportance(p=2),
        pruning_ratio=ratio,
        # The last layer has an output for each class.
        ignored_layers=layers[-1:],
    )
    pruner.step()
    return train(model, task, epochs, learning_rate=1e-3)


def quantise(baseline: nn.Module, scheme: Scheme) -> nn.Module:
    """Stores the weights of linear layers in 8 bits, and with "int8" computes with 8 bits, too."""
    model = copy.deepcopy(baseline).eval()
    quantize_(model, SCHEMES[scheme]())
    return model


def distil(baseline: nn.Module, task: Task, student: nn.Module, epochs: int, temperature: float = 2.0, weight: float = 0.7) -> nn.Module:
    """Trains a student on the softened outputs of the baseline and on the labels, by weight (Hinton et al., 2015)."""
    teacher = baseline.eval()

    def loss(output: Tensor, labels: Tensor, inputs: Tensor) -> Tensor:
        with torch.no_grad():
            target = torch.softmax(teacher(inputs) / temperature, dim=1)
        soft = nn.functional.kl_div(torch.log_softmax(output / temperature, dim=1), target, reduction="batchmean") * temperature**2
        return weight * soft + (1 - weight) * nn.functional.cross_entropy(output, labels)

    return train(student, task, epochs, loss=loss)


def search(task: Task, width: int, depth: int, epochs: int, learning_rate: float) -> nn.Module:
    """Trains one architecture of a search space; which one is the searching program's choice."""
    return train(task.build(width, depth), task, epochs, learning_rate=learning_rate)
