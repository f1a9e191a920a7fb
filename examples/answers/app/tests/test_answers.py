"""The application against servers on loopback that speak OpenAI's API and that of a vector store."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from answers import Answers, Handler, filled, page

DOCUMENTS = [
    {"text": "Beam runs on Flink.", "metadata": {"url": "https://example.org/flink"}, "vector": [1.0, 0.0]},
    {"text": "Cats <sleep>.", "metadata": {"url": "javascript:alert(1)"}, "vector": [0.0, 1.0]},
]
SEARCH = {
    "request": {"method": "POST", "path": "/docs/_search", "body": {"knn": {"query_vector": "$vector", "k": "$count"}, "size": "$count"}},
    "hits": ["hits", "hits"],
    "fields": ["_source"],
}


@dataclass
class World:
    """A server that is everything the application calls."""

    url: str = ""
    documents: list[dict[str, Any]] = field(default_factory=lambda: DOCUMENTS)
    asked: list[tuple[str, Any, str | None]] = field(default_factory=list)
    fails: str = ""

    def answer(self, path: str, body: Any) -> Any:
        if path == "/v1/embeddings":
            return {"data": [{"embedding": [1.0, 0.0] if "Flink" in body["input"] else [0.0, 1.0]}]}
        if path == "/docs/_search":
            query = body["knn"]["query_vector"]
            nearest = sorted(self.documents, key=lambda each: -sum(a * b for a, b in zip(each["vector"], query, strict=True)))
            return {"hits": {"hits": [{"_source": each} for each in nearest[: body["size"]]]}}
        return {"choices": [{"message": {"content": f"seen: {body['messages'][1]['content']}"}}]}


def serve(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def world() -> Iterator[World]:
    one = World()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            one.asked.append((self.path, body, self.headers["Authorization"]))
            text = json.dumps(one.answer(self.path, body)).encode()
            self.send_response(500 if one.fails == self.path else 200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (a name of the base class)
            """Silent."""

    server = serve(Server)
    one.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield one
    server.shutdown()


@pytest.fixture
def app(world: World) -> Iterator[str]:
    settings = {
        "store": {"url": world.url, "search": SEARCH, "scheme": "basic"},
        "model": {"url": world.url, "name": "assistant"},
        "embeddings": {"url": f"{world.url}/v1", "model": "ada"},
        "textField": "text",
        "linkField": "metadata.url",
        "passages": 1,
    }
    Handler.answers = Answers(settings, {"STORE_USER": "elastic", "STORE_PASSWORD": "secret", "EMBEDDINGS_KEY": "key"})
    server = serve(Handler)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def post(url: str, body: bytes) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ask(app: str, question: str) -> tuple[int, Any]:
    status, text = post(f"{app}/ask", json.dumps({"question": question}).encode())
    return status, json.loads(text)


def test_an_answer_is_made_from_the_nearest_passages_which_are_given_with_it(app: str, world: World) -> None:
    status, answer = ask(app, "What runs on Flink?")

    assert status == 200 and answer["passages"] == [{"text": "Beam runs on Flink.", "link": "https://example.org/flink"}]
    assert answer["answer"] == "seen: Passages:\n\n[1] Beam runs on Flink.\n\nQuestion: What runs on Flink?"
    assert [(path, key) for path, _, key in world.asked] == [
        ("/v1/embeddings", "Bearer key"),
        ("/docs/_search", "Basic ZWxhc3RpYzpzZWNyZXQ="),
        ("/v1/chat/completions", None),
    ]
    assert world.asked[2][1]["model"] == "assistant"


def test_without_a_passage_the_model_is_not_asked(app: str, world: World) -> None:
    world.documents = []

    assert ask(app, "Anything?") == (200, {"answer": "The documents say nothing about that.", "passages": []})
    assert [path for path, _, _ in world.asked] == ["/v1/embeddings", "/docs/_search"]


@pytest.mark.parametrize("fails", ["/v1/embeddings", "/docs/_search", "/v1/chat/completions"])
def test_a_server_that_fails_is_told_without_its_address(app: str, world: World, fails: str, capfd: pytest.CaptureFixture[str]) -> None:
    world.fails = fails

    status, answer = ask(app, "What runs on Flink?")

    assert status == 502 and answer == {"error": "The answer could not be made. Try again later."}
    assert fails in capfd.readouterr().err


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"question": " "}', json.dumps({"question": "a" * 1001}).encode()])
def test_what_is_no_question_is_refused(app: str, world: World, body: bytes) -> None:
    assert post(f"{app}/ask", body)[0] == 400
    assert world.asked == []


def test_a_body_that_is_too_large_is_refused_unread(app: str) -> None:
    assert post(f"{app}/ask", b"a" * 9000)[0] == 413


def test_the_page_escapes_what_comes_from_elsewhere_and_links_to_the_web_only(app: str) -> None:
    status, text = post(f"{app}/", b"question=%3Cscript%3E+cats")

    assert status == 200 and "<script>" not in text and "&lt;script&gt; cats" in text
    assert "Cats &lt;sleep&gt;." in text and "href=" not in text
    assert "href=" not in page()


def test_values_take_the_place_of_their_names_at_any_depth() -> None:
    assert filled({"a": ["$vector", {"b": "$count"}], "c": "$other"}, {"$vector": [1.0], "$count": 3}) == {
        "a": [[1.0], {"b": 3}],
        "c": "$other",
    }
