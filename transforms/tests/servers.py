"""Servers on loopback: a site, OpenAI's API and Elasticsearch's, as far as the transforms ask."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What a server answers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """What a server was asked."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Server:
    """Answers with a function, and remembers what it was asked."""

    def __init__(self, reply: Callable[[Asked], Answer]) -> None:
        self.asked: list[Asked] = []
        server = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, self.rfile.read(length), {k.lower(): v for k, v in self.headers.items()})
                with lock:
                    server.asked.append(asked)
                    answer = reply(asked)
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_HEAD = answer

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop answering."""
        self._http.shutdown()
        self._http.server_close()


class FakeOpenAI:
    """Vectors are the length of the text and its position; texts with `bad` are refused; `failures` is answered first."""

    def __init__(self) -> None:
        self.failures: list[Answer] = []
        self.server = Server(self.reply)

    def reply(self, asked: Asked) -> Answer:
        """An answer of /embeddings or of /chat/completions."""
        if self.failures:
            return self.failures.pop(0)
        body = asked.json()
        if asked.path.endswith("/chat/completions"):
            text = body["messages"][0]["content"]
            message = {"role": "assistant", "content": f" {text} and so on "}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            return Answer(body={"id": "c", "object": "chat.completion", "created": 0, "model": body["model"], "choices": [choice]})
        if any("bad" in text for text in body["input"]):
            return Answer(400, {"error": {"message": "this text is refused", "type": "invalid_request_error"}})
        data = [{"object": "embedding", "index": at, "embedding": [float(len(text)), 1.0]} for at, text in enumerate(body["input"])]
        return Answer(body={"object": "list", "model": body["model"], "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}})


class FakeElasticsearch:
    """Indexes with mappings and documents. Documents whose text has `bad` are refused; `busy` documents are answered with 429 once."""

    def __init__(self) -> None:
        self.indexes: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.busy = 0
        self.server = Server(self.reply)

    def reply(self, asked: Asked) -> Answer:
        """An answer, with the header by which clients know the product."""
        answer = self._bulk(asked) if asked.path.startswith("/_bulk") else self._index(asked)
        answer.headers["X-Elastic-Product"] = "Elasticsearch"
        return answer

    def _index(self, asked: Asked) -> Answer:
        name = asked.path.split("?")[0].strip("/").split("/")[0]
        if asked.method == "PUT":
            if name in self.indexes:
                return Answer(400, {"error": {"type": "resource_already_exists_exception"}, "status": 400})
            self.indexes[name] = asked.json()["mappings"]
            return Answer(body={"acknowledged": True})
        if name not in self.indexes:
            return Answer(404, {"error": {"type": "index_not_found_exception"}, "status": 404})
        return Answer(body={name: {"mappings": self.indexes[name]}})

    def _bulk(self, asked: Asked) -> Answer:
        lines = [json.loads(line) for line in asked.body.splitlines() if line]
        items = [self._write(action["index"], source) for action, source in zip(lines[::2], lines[1::2], strict=True)]
        return Answer(body={"took": 1, "errors": any(item["index"]["status"] >= 300 for item in items), "items": items})

    def _write(self, action: dict[str, str], source: dict[str, Any]) -> dict[str, Any]:
        outcome = {"_index": action["_index"], "_id": action["_id"]}
        if self.busy:
            self.busy -= 1
            return {"index": {**outcome, "status": 429, "error": {"type": "es_rejected_execution_exception"}}}
        if any(isinstance(value, str) and "bad" in value for value in source.values()):
            return {"index": {**outcome, "status": 400, "error": {"type": "mapper_parsing_exception"}}}
        self.documents[action["_id"]] = source
        return {"index": {**outcome, "status": 201}}


class FakeSite:
    """Pages by path; `failures` of a path are answered first."""

    def __init__(self, pages: dict[str, Answer | str]) -> None:
        self.pages = pages
        self.failures: dict[str, list[Answer]] = {}
        self.server = Server(self.reply)

    def reply(self, asked: Asked) -> Answer:
        """A page, else 404."""
        if self.failures.get(asked.path):
            return self.failures[asked.path].pop(0)
        page = self.pages.get(asked.path, Answer(404, b""))
        return page if isinstance(page, Answer) else Answer(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def asked(self) -> list[str]:
        """Paths of pages that were asked for."""
        return [asked.path for asked in self.server.asked if asked.path != "/robots.txt"]
