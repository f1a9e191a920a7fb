"""Embeddings by a model of sentence-transformers in the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorHandling
from .documents import Embed, Fields


class CreateEmbeddings(Embed):
    """Embeds texts; gives the same rows as the embeddings of OpenAI, so that they fit the same sinks."""

    def __init__(
        self,
        embed_model: str,
        encode_kwargs: Mapping[str, Any] | None = None,
        embed_fields: Sequence[str] = (),
        doc_id: str | None = None,
        metadata_fields: Sequence[str] = (),
        device: str | None = None,
        batch_size: int = 64,
        error_handling: ErrorHandling | None = None,
        label: str | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            embed_model: Folder of the model in the worker, or its name on Hugging Face, from where the worker gets it once.
            encode_kwargs: Parameters of SentenceTransformer.encode, such as `normalize_embeddings`.
            embed_fields: Fields whose texts are joined and embedded. Default: `text`, or the only field.
            doc_id: Field with the id of what the element is a part of. Its value goes on as `doc_id`, and into the id of the element.
            metadata_fields: Fields that go on as `extra_info`.
            device: Such as `cuda`. Default: the best that the worker has.
            batch_size: Most texts of one call.
            error_handling: Output for elements without text.
            label: Name of the transform.
        """
        source = SentenceModel(embed_model, device, dict(encode_kwargs or {}))
        fields = Fields(tuple(embed_fields), tuple(metadata_fields), doc_id)
        super().__init__(source, fields, batch_size=batch_size, error_handling=error_handling, label=label)


@dataclass(frozen=True)
class SentenceModel:
    """A model of sentence-transformers, loaded once for each worker process."""

    name: str
    device: str | None
    parameters: dict[str, Any]

    def load(self) -> "_Model":
        """Loads it."""
        # The package takes seconds to import, and is needed on workers only.
        from sentence_transformers import SentenceTransformer

        return _Model(SentenceTransformer(self.name, device=self.device), self.parameters)


class _Model:
    def __init__(self, model: Any, parameters: dict[str, Any]) -> None:
        self._model, self._parameters = model, parameters

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors = self._model.encode(list(texts), **self._parameters)
        return [[float(number) for number in vector] for vector in vectors]

    def is_bad_input(self, _error: Exception) -> bool:
        """A model takes every text, cut to its length: what fails is not the text."""
        return False
