"""The client of OpenAI, or of a server with its API."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OpenAIServer:
    """Where the server is, and how patient its client is."""

    # Default: the variable OPENAI_API_KEY of the worker.
    api_key: str | None
    # Default: the variable OPENAI_BASE_URL of the worker, else OpenAI's own.
    base_url: str | None
    timeout_seconds: float
    # Of limits (429), server errors and broken connections; pauses double, and follow Retry-After.
    max_retries: int

    def client(self) -> Any:
        """A client; raises where no key is known."""
        # The package is needed on workers only.
        import openai

        return openai.OpenAI(api_key=self.api_key, base_url=self.base_url, timeout=self.timeout_seconds, max_retries=self.max_retries)


def refused(error: Exception) -> bool:
    """Whether the server has refused the input itself: another try would be refused again."""
    import openai

    return isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError)
