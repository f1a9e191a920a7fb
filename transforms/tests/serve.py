"""The servers of the demo pipeline for tests in other languages: prints their addresses; for each line of input, prints the documents."""

import json
import sys

from .servers import FakeElasticsearch, FakeOpenAI, FakeSite

TEXT = "Beamstack runs Beam pipelines on Kubernetes. " * 2


def main() -> None:
    """Serve until the input ends."""
    page = f"<title>Introduction</title><h1>Why</h1><p>{TEXT}why</p><h2>How</h2><p>{TEXT}how</p><a href='/more'>more</a>"
    site = FakeSite({"/docs/": page, "/more": f"<title>More</title><h2>Example</h2>{TEXT}one<h2>Example</h2>{TEXT}two"})
    openai, elasticsearch = FakeOpenAI(), FakeElasticsearch()
    urls = {"site": site.server.url + "/docs/", "openai": openai.server.url, "elasticsearch": elasticsearch.server.url}
    print(json.dumps(urls), flush=True)
    for _ in sys.stdin:
        writes = len([asked for asked in elasticsearch.server.asked if asked.path.startswith("/_bulk")])
        keys = sorted({asked.headers["authorization"] for asked in openai.server.asked})
        print(json.dumps({"documents": elasticsearch.documents, "writes": writes, "keys": keys}), flush=True)


if __name__ == "__main__":
    main()
