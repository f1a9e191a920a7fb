"""Sections of pages of a site on loopback."""

from typing import Any

import apache_beam as beam
import pytest

from beamstack_transforms.io.webscrapper import ScrapeWebPages, read_page

from .conftest import Run
from .servers import Answer, FakeSite

LONG = "word " * 12


def scrape(**settings: Any) -> ScrapeWebPages:
    return ScrapeWebPages(delay_seconds=0, **settings)


def page(body: str, title: str = "Home") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def test_a_page_becomes_one_row_for_each_heading_and_no_text_is_in_two() -> None:
    body = f"<p>{LONG}lead</p><h1>One</h1><div><p>first</p><h3>Two <b>b</b></h3></div><p>second<!-- no --></p><script>evil()</script>"

    sections = read_page(page(body).encode(), "http://x/", "http://x/").sections

    assert [(each.heading, each.text) for each in sections] == [("Home", f"{LONG}lead"), ("One", "first"), ("Two b", "second")]
    assert {each.title for each in sections} == {"Home"}


def test_links_stay_on_the_host_and_each_is_known_once() -> None:
    body = '<a href="/a#x">a</a><a href="/a">a</a><a href="http://other/b">b</a><a href="mailto:x@y">c</a><a href="c">c</a>'

    assert read_page(page(body).encode(), "http://x/d/", "http://x/d/").links == ["http://x/a", "http://x/d/c"]


def test_links_are_followed_as_deep_as_asked_and_each_page_is_fetched_once(site: FakeSite, run: Run) -> None:
    site.pages = {
        "/": page(f'<h1>Root</h1>{LONG}<a href="/a">a</a><a href="/b">b</a>'),
        "/a": page(f'<h1>A</h1>{LONG}<a href="/">up</a><a href="/b">b</a><a href="/deep">deep</a>'),
        "/b": page(f'<h1>B</h1>{LONG}<a href="/a">a</a>'),
        "/deep": page(f"<h1>Deep</h1>{LONG}"),
    }
    start = beam.Row(element=site.server.url + "/")

    found = run(scrape(max_depth=1), [start, start])["good"]

    assert sorted(each.heading for each in found) == ["A", "B", "Root"]
    assert sorted(site.asked()) == ["/", "/a", "/b"]
    assert sorted(each.heading for each in run(scrape(max_depth=2), [start])["good"]) == ["A", "B", "Deep", "Root"]


def test_short_sections_are_left_out(site: FakeSite, run: Run) -> None:
    site.pages = {"/": page(f"<h1>Short</h1>ten chars.<h1>Long</h1>{LONG}")}

    assert [each.heading for each in run(scrape(min_char_size=10), [site.server.url + "/"])["good"]] == ["Long"]


@pytest.mark.parametrize(
    ("path", "answer", "message"),
    [
        ("/none", Answer(404, b""), "404"),
        ("/pdf", Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"}), "application/pdf, not a web page"),
        ("/large", "x" * 2_000, "larger than 1000 bytes"),
        ("/private", page(LONG), "robots.txt does not allow"),
    ],
)
def test_a_page_that_cannot_be_read_is_a_dead_letter(site: FakeSite, run: Run, path: str, answer: Answer | str, message: str) -> None:
    robots = Answer(body=b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"})
    site.pages = {path: answer, "/robots.txt": robots}

    found = run(scrape(max_bytes=1_000, error_handling={"output": "errors"}), [site.server.url + path])

    assert list(found) == ["errors"]
    assert found["errors"][0].element == site.server.url + path
    assert message in found["errors"][0].msg


def test_a_busy_server_is_asked_again(site: FakeSite, run: Run) -> None:
    site.pages = {"/": page(f"<h1>Here</h1>{LONG}")}
    site.failures = {"/": [Answer(503, b"")]}

    assert [each.heading for each in run(scrape(), [site.server.url + "/"])["good"]] == ["Here"]
    assert site.asked() == ["/", "/"]


def test_a_given_page_that_is_not_there_fails_the_pipeline_and_a_link_does_not(site: FakeSite, run: Run) -> None:
    site.pages = {"/": page(f'<h1>Root</h1>{LONG}<a href="/none">x</a>')}

    assert [each.heading for each in run(scrape(), [site.server.url + "/"])["good"]] == ["Root"]
    with pytest.raises(Exception, match="404"):
        run(scrape(), [site.server.url + "/none"])


def test_what_is_no_address_of_the_web_fails(run: Run) -> None:
    with pytest.raises(Exception, match="no http or https address"):
        run(scrape(), ["file:///etc/passwd"])
