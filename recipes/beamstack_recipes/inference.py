"""Batch inference in Beam YAML with the very file that a recipe exported and measured. Needs Apache Beam."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import apache_beam as beam
import torch
from apache_beam.io.filesystems import FileSystems
from apache_beam.ml.inference.base import ModelHandler, PredictionResult, RunInference
from apache_beam.typehints.row_type import RowTypeConstraint
from apache_beam.typehints.schemas import named_fields_from_element_type

from beamstack_recipes.gates import Runnable


class ProgramHandler(ModelHandler[Any, PredictionResult, Any]):
    """Runs rows through a program of `torch.export`, loaded once for each worker process."""

    def __init__(self, model: str, fields: Sequence[str], batch_size: int) -> None:
        super().__init__()
        self.model = model
        self.fields = list(fields)
        self.batch_size = batch_size

    def load_model(self) -> Runnable:
        """Reads the file from any file system that Beam knows."""
        with FileSystems.open(self.model) as file:
            served: Runnable = torch.export.load(io.BytesIO(file.read())).module()
        return served

    def run_inference(self, batch: Sequence[Any], model: Runnable, _arguments: dict[str, Any] | None = None) -> Iterable[PredictionResult]:
        """The number of the class of each row."""
        values = torch.tensor([[float(getattr(row, field)) for field in self.fields] for row in batch], dtype=torch.float32)
        with torch.inference_mode():
            classes = model(values).argmax(dim=1).tolist()
        return [PredictionResult(row, number, self.model) for row, number in zip(batch, classes, strict=True)]

    def batch_elements_kwargs(self) -> dict[str, int]:
        """A model works on whole batches faster than on rows."""
        return {"min_batch_size": 1, "max_batch_size": self.batch_size}


class Predict(beam.PTransform):
    """Adds the predicted class to each row. `fields` are the inputs of the model in its order."""

    def __init__(self, model: str, fields: Sequence[str], output: str = "prediction", batch_size: int = 256) -> None:
        super().__init__()
        if not fields:
            raise ValueError("fields is empty: name the inputs of the model in its order")
        self.handler = ProgramHandler(model, fields, batch_size)
        self.output = output

    def expand(self, rows: beam.PCollection) -> beam.PCollection:
        """Refuses fields that the rows do not have, before anything runs."""
        known = named_fields_from_element_type(rows.element_type)
        names = [name for name, _ in known]
        missing = [name for name in self.handler.fields if name not in names]
        if missing:
            raise ValueError(f"the input has no field {', '.join(missing)}; it has {', '.join(names)}")
        if self.output in names:
            raise ValueError(f"the input has a field {self.output} already: choose another output")
        output = self.output

        def row(result: PredictionResult) -> beam.Row:
            return beam.Row(**{name: getattr(result.example, name) for name in names}, **{output: int(result.inference)})

        typed = RowTypeConstraint.from_fields([*known, (output, int)])
        return rows | RunInference(self.handler) | beam.Map(row).with_output_types(typed)
