"""`python -m beamstack_recipes METHOD --task=module:Class ...`: one result, measured, and refused where a gate says so."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict

import torch
from torch import nn

from beamstack_recipes import methods, tasks
from beamstack_recipes.gates import Gates, Measures, measure
from beamstack_recipes.storage import Storage

#: Exit code of a wrong call, as argparse has it.
MISUSED = 2
#: Exit code of a result that a gate refuses.
REFUSED = 3


def parser() -> argparse.ArgumentParser:
    """The command line. Values of a search space come as `--name=value`."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--task", required=True, help="module:Class with the model and its data")
    shared.add_argument("--output", required=True, help="folder for baseline.pt2, model.pt2 and report.json")
    shared.add_argument(
        "--upload",
        default=os.environ.get("MODEL_STORAGE_URI"),
        metavar="URI",
        help="where the output goes, too, unless it is refused or the trial of a search (default: $MODEL_STORAGE_URI)",
    )
    shared.add_argument("--seed", type=int, default=0)
    shared.add_argument("--max-accuracy-drop", type=float, default=0.01)
    shared.add_argument("--max-latency-ratio", type=float)
    shared.add_argument("--max-size-ratio", type=float)
    shared.add_argument("--in-search", action="store_true", help="a refused result ends well and has no score, so that a search goes on")
    whole = argparse.ArgumentParser(prog="beamstack_recipes", description=__doc__)
    method = whole.add_subparsers(dest="method", required=True)
    one = method.add_parser("pruning", parents=[shared])
    one.add_argument("--ratio", type=float, required=True)
    one.add_argument("--epochs", type=int, default=3)
    one = method.add_parser("quantisation", parents=[shared])
    one.add_argument("--scheme", choices=sorted(methods.SCHEMES), default="int8-weights")
    for name, epochs in (("distillation", 10), ("architecture", 10)):
        one = method.add_parser(name, parents=[shared])
        one.add_argument("--width", type=int, required=True)
        one.add_argument("--depth", type=int, required=True)
        one.add_argument("--epochs", type=int, default=epochs)
        if name == "distillation":
            one.add_argument("--temperature", type=float, default=2.0)
        else:
            one.add_argument("--learning-rate", type=float, default=1e-2)
    return whole


def result_of(asked: argparse.Namespace, task: tasks.Task, baseline: nn.Module) -> nn.Module:
    """The model that the method makes."""
    if asked.method == "pruning":
        return methods.prune(baseline, task, asked.ratio, asked.epochs)
    if asked.method == "quantisation":
        return methods.quantise(baseline, asked.scheme)
    if asked.method == "distillation":
        return methods.distil(baseline, task, task.build(asked.width, asked.depth), asked.epochs, asked.temperature)
    return methods.search(task, asked.width, asked.depth, asked.epochs, asked.learning_rate)


def score(method: str, baseline: Measures, result: Measures) -> float:
    """What a search compares: the accuracy of an architecture to be as high, the size of a compressed model to be as low as possible."""
    return result.accuracy if method == "architecture" else result.size_bytes / baseline.size_bytes


def main(argv: list[str]) -> int:
    """Runs one method and returns the exit code."""
    asked = parser().parse_args(argv)
    if os.environ.get("WORLD_SIZE", "1") != "1":
        print("a recipe is one process: set nodes and processes of its job to 1", file=sys.stderr)
        return MISUSED
    # A file system without its package is an error before the work, not after it.
    storage = Storage(asked.upload) if asked.upload and not asked.in_search else None
    torch.manual_seed(asked.seed)
    os.makedirs(asked.output, exist_ok=True)
    task = tasks.load(asked.task)
    model = task.model().eval()
    baseline = measure(model, task, os.path.join(asked.output, "baseline.pt2"))
    path = os.path.join(asked.output, "model.pt2")
    result = measure(result_of(asked, task, model), task, path)
    refusals = Gates(asked.max_accuracy_drop, asked.max_latency_ratio, asked.max_size_ratio).refusals(baseline, result)
    report = {"method": asked.method, "baseline": asdict(baseline), "result": asdict(result), "refusals": refusals}
    with open(os.path.join(asked.output, "report.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
    for name, value in asdict(result).items():
        print(f"{name}={value}")
    if not refusals:
        if storage:
            storage.upload(asked.output)
        print(f"score={score(asked.method, baseline, result)}", flush=True)
        return 0
    # A model that was refused must not be served by mistake.
    os.remove(path)
    for reason in refusals:
        print(f"refused: {reason}", file=sys.stderr, flush=True)
    return 0 if asked.in_search else REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
