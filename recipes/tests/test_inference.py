"""Batch inference on real Beam: the predictions of the exported model itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

apache_beam = pytest.importorskip("apache_beam", reason="Apache Beam is not installed")

from apache_beam.yaml import main  # noqa: E402

from beamstack_recipes import example  # noqa: E402
from beamstack_recipes.gates import export  # noqa: E402
from tests.test_recipes import Kept  # noqa: E402

PIPELINE = """
pipeline:
  type: chain
  transforms:
    - {{type: ReadFromJson, config: {{path: "{folder}/in.jsonl"}}}}
    - type: Predict
      config: {{model: "{folder}/model.pt2", fields: {fields}, batch_size: 16}}
    - {{type: WriteToJson, config: {{path: "{folder}/out.jsonl"}}}}
providers:
  - {{type: python, config: {{}}, transforms: {{Predict: beamstack_recipes.inference.Predict}}}}
"""
FIELDS = [f"f{number}" for number in range(example.FEATURES)]


def run(folder: Path, fields: list[str]) -> None:
    path = folder / "pipeline.yaml"
    path.write_text(PIPELINE.format(folder=folder, fields=json.dumps(fields)))
    main.run([f"--yaml_pipeline_file={path}", "--runner=FnApiRunner"])


def test_a_pipeline_predicts_what_the_model_predicts(tmp_path: Path) -> None:
    task = Kept()
    served = export(task.model(), task, str(tmp_path / "model.pt2"))
    inputs, _ = example.points(7, 100)
    rows = [dict(zip(FIELDS, values, strict=True), id=number) for number, values in enumerate(inputs.tolist())]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows))

    run(tmp_path, FIELDS)

    written = [json.loads(line) for path in tmp_path.glob("out.jsonl-*") for line in path.read_text().splitlines()]
    found = {row["id"]: row["prediction"] for row in written}
    with torch.inference_mode():
        wanted = served(inputs).argmax(dim=1).tolist()
    assert len(set(wanted)) == example.CLASSES
    assert found == dict(enumerate(wanted))


def test_a_field_that_the_rows_do_not_have_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"f0": 1.0}')

    with pytest.raises(ValueError, match="the input has no field other; it has f0"):
        run(tmp_path, ["other"])
