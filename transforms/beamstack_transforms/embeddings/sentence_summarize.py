"""Summarises texts."""

from ..errors import ErrorHandling
from ..on_text import OnText
from .text_pipeline import TextPipeline


class SummarizationTransform(OnText):
    """Replaces a text by its summary."""

    def __init__(
        self,
        model_name: str,
        max_length: int = 130,
        min_length: int = 30,
        field: str | None = None,
        error_handling: ErrorHandling | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            model_name: Folder of the model in the worker, or its name on Hugging Face.
            max_length: Most tokens of a summary.
            min_length: Fewest tokens of a summary.
            field: Field of the text. Default: `text`, or the only field.
            error_handling: Output for elements that failed.
        """
        if not 0 <= min_length <= max_length:
            raise ValueError(f"min_length is at most max_length, got {min_length} and {max_length}")
        parameters = {"max_length": max_length, "min_length": min_length, "do_sample": False}
        super().__init__(TextPipeline("summarization", model_name, parameters, "summary_text"), str, field, error_handling)
