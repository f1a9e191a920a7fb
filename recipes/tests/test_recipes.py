"""Recipes on a small task, on CPU."""

from __future__ import annotations

import json
import re
from pathlib import Path

import fsspec
import pytest
import torch
from torch import nn

from beamstack_recipes import example, methods, tasks
from beamstack_recipes.__main__ import MISUSED, REFUSED, main
from beamstack_recipes.gates import Gates, Measures, measure
from beamstack_recipes.training import accuracy

TASK = "tests.test_recipes:Kept"


class Kept(example.Rings):
    """The example, trained once for all tests."""

    trained: nn.Module | None = None

    def model(self) -> nn.Module:
        """The model, the same one each time."""
        if Kept.trained is None:
            torch.manual_seed(0)
            Kept.trained = super().model()
        return Kept.trained


def run(folder: Path, *asked: str) -> tuple[int, dict[str, dict[str, float]]]:
    code = main([*asked, f"--task={TASK}", f"--output={folder}"])
    return code, json.loads((folder / "report.json").read_text())


def test_pruning_leaves_a_smaller_model_that_is_as_accurate(tmp_path: Path) -> None:
    code, report = run(tmp_path, "pruning", "--ratio=0.5", "--max-accuracy-drop=0.02", "--max-size-ratio=0.5")

    assert code == 0
    assert report["baseline"]["accuracy"] > 0.9
    assert report["result"]["size_bytes"] < report["baseline"]["size_bytes"] / 2


def test_quantisation_stores_weights_in_a_quarter(tmp_path: Path) -> None:
    code, report = run(tmp_path, "quantisation", "--max-accuracy-drop=0.02", "--max-size-ratio=0.5")

    assert code == 0
    assert report["result"]["size_bytes"] < report["baseline"]["size_bytes"] / 2


def test_distillation_teaches_a_small_student(tmp_path: Path) -> None:
    code, report = run(tmp_path, "distillation", "--width=48", "--depth=2", "--max-accuracy-drop=0.05")

    assert code == 0
    assert report["result"]["size_bytes"] < report["baseline"]["size_bytes"] / 4


def test_an_architecture_is_trained_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run(tmp_path, "architecture", "--width=64", "--depth=2", "--max-accuracy-drop=0.1")

    assert code == 0
    # Katib's pattern of lines with a metric. Source: Katib v0.19.0, common/const.go.
    found = dict(re.findall(r"([\w|-]+)\s*=\s*([+-]?\d*(?:\.\d+)?(?:[Ee][+-]?\d+)?)", capsys.readouterr().out))
    assert float(found["score"]) == report["result"]["accuracy"] == float(found["accuracy"])


def test_a_model_that_lost_accuracy_is_refused_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run(tmp_path, "pruning", "--ratio=0.98", "--epochs=0", "--max-accuracy-drop=0.02")

    assert code == REFUSED
    assert report["result"]["accuracy"] < report["baseline"]["accuracy"] - 0.02
    assert not (tmp_path / "model.pt2").exists()
    said = capsys.readouterr()
    assert "refused: accuracy fell from" in said.err
    assert "score=" not in said.out


def test_a_refused_trial_of_a_search_ends_well_without_a_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = run(tmp_path, "pruning", "--ratio=0.98", "--epochs=0", "--in-search")

    assert code == 0
    assert "score=" not in capsys.readouterr().out


def test_a_model_that_is_served_is_the_one_that_was_measured(tmp_path: Path) -> None:
    _, report = run(tmp_path, "pruning", "--ratio=0.5", "--max-accuracy-drop=0.02")

    served = torch.export.load(tmp_path / "model.pt2").module()
    assert accuracy(served, tasks.load(TASK)) == report["result"]["accuracy"]


def test_the_output_goes_to_the_storage_of_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_STORAGE_URI", "memory://models/fraud")

    run(tmp_path, "quantisation", "--max-accuracy-drop=0.02")

    stored = fsspec.filesystem("memory")
    assert stored.cat_file("/models/fraud/model.pt2") == (tmp_path / "model.pt2").read_bytes()
    assert json.loads(stored.cat_file("/models/fraud/report.json"))["refusals"] == []


@pytest.mark.parametrize("more", [["--in-search"], ["--max-size-ratio=0.01"]])
def test_trials_of_a_search_and_refused_models_are_not_stored(tmp_path: Path, more: list[str]) -> None:
    run(tmp_path, "quantisation", "--max-accuracy-drop=0.02", f"--upload=memory://models/{more[0]}", *more)

    assert not fsspec.filesystem("memory").exists(f"/models/{more[0]}")


def test_a_storage_of_an_unknown_kind_is_an_error_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown"):
        run(tmp_path, "quantisation", "--upload=unknown://models")

    assert not list(tmp_path.iterdir())


def test_several_processes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")

    assert main(["quantisation", f"--task={TASK}", f"--output={tmp_path}"]) == MISUSED
    assert "one process" in capsys.readouterr().err


def test_methods_leave_the_baseline_alone(tmp_path: Path) -> None:
    task = Kept()
    before = measure(task.model(), task, str(tmp_path / "a.pt2"))

    methods.prune(task.model(), task, 0.5, epochs=1)
    methods.quantise(task.model(), "int8")

    after = measure(task.model(), task, str(tmp_path / "b.pt2"))
    assert (after.accuracy, after.size_bytes) == (before.accuracy, before.size_bytes)


def test_gates_name_each_reason() -> None:
    baseline, result = Measures(0.95, 2.0, 1000), Measures(0.90, 3.0, 900)

    assert len(Gates(0.01, 1.2, 0.5).refusals(baseline, result)) == 3
    assert Gates(0.05, 1.5, 0.9).refusals(baseline, result) == []
    assert Gates(0.05).refusals(baseline, Measures(0.96, 99.0, 9999)) == []


@pytest.mark.parametrize("name", ["tests.test_recipes", "tests.test_recipes:Missing"])
def test_a_wrong_task_is_an_error(name: str) -> None:
    with pytest.raises((ValueError, AttributeError)):
        tasks.load(name)


def test_a_ratio_that_removes_everything_is_an_error() -> None:
    task = Kept()
    with pytest.raises(ValueError, match="between 0 and 1"):
        methods.prune(task.model(), task, 1.0, epochs=0)
