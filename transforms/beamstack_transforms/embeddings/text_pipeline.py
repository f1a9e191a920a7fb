"""A pipeline of transformers in the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apache_beam.utils import shared

# One model for all threads of a worker process.
_SHARED = shared.Shared()


@dataclass(frozen=True)
class TextPipeline:
    """A task of transformers, whose answer has the text under `key`."""

    task: str
    model: str
    parameters: dict[str, Any]
    key: str

    def load(self) -> Callable[[str], str]:
        """Loads the model: from a folder in the worker, or by its name from Hugging Face."""
        pipeline = _SHARED.acquire(self._pipeline, tag=f"{self.task}:{self.model}")
        return lambda text: str(pipeline(text, **self.parameters)[0][self.key])

    def _pipeline(self) -> Any:
        # The package takes seconds to import, and is needed on workers only.
        import transformers

        return transformers.pipeline(self.task, model=self.model)
