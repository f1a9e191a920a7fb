"""Embeddings by OpenAI, or a server with its API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ErrorHandling
from .documents import Embed, Fields
from .openai_client import OpenAIServer, refused


class CreateEmbeddings(Embed):
    """Embeds texts; gives rows with `id`, `embedding`, `text`, `extra_info` and `doc_id`."""

    def __init__(
        self,
        embed_model: str,
        api_key: str | None = None,
        embed_fields: Sequence[str] = (),
        doc_id: str | None = None,
        metadata_fields: Sequence[str] = (),
        create_kwargs: Mapping[str, Any] | None = None,
        base_url: str | None = None,
        batch_size: int = 128,
        timeout_seconds: float = 60,
        max_retries: int = 5,
        error_handling: ErrorHandling | None = None,
        label: str | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            embed_model: Name of the model.
            api_key: Key of the API. Default: the variable OPENAI_API_KEY of the worker.
            embed_fields: Fields whose texts are joined and embedded. Default: `text`, or the only field.
            doc_id: Field with the id of what the element is a part of. Its value goes on as `doc_id`, and into the id of the element.
            metadata_fields: Fields that go on as `extra_info`.
            create_kwargs: Further parameters of the request, such as `dimensions`.
            base_url: Address of a server with OpenAI's API. Default: the variable OPENAI_BASE_URL of the worker, else OpenAI.
            batch_size: Most texts of a request.
            timeout_seconds: Limit of a request.
            max_retries: Further tries after a limit, an error of the server or a broken connection.
            error_handling: Output for elements without text and for texts that the server refuses.
            label: Name of the transform.
        """
        server = OpenAIServer(api_key, base_url, timeout_seconds, max_retries)
        source = _Source(server, embed_model, dict(create_kwargs or {}))
        fields = Fields(tuple(embed_fields), tuple(metadata_fields), doc_id)
        super().__init__(source, fields, batch_size=batch_size, error_handling=error_handling, label=label)


@dataclass(frozen=True)
class _Source:
    server: OpenAIServer
    model: str
    parameters: dict[str, Any]

    def load(self) -> "_Model":
        return _Model(self.server.client(), self.model, self.parameters)


class _Model:
    def __init__(self, client: Any, name: str, parameters: dict[str, Any]) -> None:
        self._client, self._name, self._parameters = client, name, parameters

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        answer = self._client.embeddings.create(input=list(texts), model=self._name, **self._parameters)
        return [one.embedding for one in sorted(answer.data, key=lambda one: one.index)]

    def is_bad_input(self, error: Exception) -> bool:
        return refused(error)
