"""Sections of web pages."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin, urlparse
from urllib.robotparser import RobotFileParser

import apache_beam as beam
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ..elements import as_fields, choose_field, fields_of_type, row_type_of
from ..errors import GOOD, ErrorHandling, error_tag, failed

_LOG = logging.getLogger(__name__)
SECTION = row_type_of([("title", str), ("heading", str), ("text", str), ("url", str)])
_LINKS = "links"
_LEVELS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What no reader of a page sees.
_UNSEEN = ("script", "style", "template", "noscript")


@dataclass(frozen=True)
class Manners:
    """How pages are fetched."""

    timeout_seconds: float
    max_bytes: int
    delay_seconds: float
    user_agent: str
    respect_robots: bool


class ScrapeWebPages(beam.PTransform):
    """One row for each section of the pages: `title`, `heading`, `text` and `url`.

    Pages of one level of links are fetched in parallel, each URL once. Text before the first heading has the title as heading.
    """

    def __init__(
        self,
        max_depth: int = 1,
        min_char_size: int = 30,
        field: str | None = None,
        timeout_seconds: float = 30,
        max_bytes: int = 5_000_000,
        delay_seconds: float = 0.5,
        user_agent: str = "beamstack-transforms/0.2",
        respect_robots: bool = True,
        error_handling: ErrorHandling | None = None,
        label: str | None = None,
    ) -> None:
        """Settings of the transform.

        Args:
            max_depth: Levels of links that are followed on the same host; 0 takes the given pages only.
            min_char_size: Sections whose text is not longer are left out.
            field: Field with the URL. Default: `url`, or the only field.
            timeout_seconds: Limit of one request.
            max_bytes: Pages that are larger are an error.
            delay_seconds: Pause of a worker between two pages.
            user_agent: Name in requests and in robots.txt.
            respect_robots: Whether robots.txt is obeyed.
            error_handling: Output for pages that could not be read. Without it, a given page fails the pipeline, a link is logged.
            label: Name of the transform.
        """
        super().__init__(label)
        if max_depth < 0 or min_char_size < 0:
            raise ValueError(f"max_depth and min_char_size are 0 or more, got {max_depth} and {min_char_size}")
        self._max_depth, self._min_char_size, self._field = max_depth, min_char_size, field
        self._manners = Manners(timeout_seconds, max_bytes, delay_seconds, user_agent, respect_robots)
        self._tag = error_tag(error_handling)

    def expand(self, pcoll: Any) -> Any:
        """One level of links after the other."""
        fields = fields_of_type(pcoll.element_type)
        field = self._field if fields is None else choose_field([name for name, _ in fields], self._field, "url")
        level = pcoll | "Urls" >> beam.Map(_url_of, field).with_output_types(str) | "DistinctUrls" >> beam.Distinct()
        seen, sections, errors = level, [], []
        for depth in range(self._max_depth + 1):
            fetch = _FetchFn(self._manners, self._min_char_size, follow=depth < self._max_depth, given=depth == 0, tag=self._tag)
            tags = [tag for tag in (_LINKS, self._tag) if tag]
            outputs = level | f"Spread{depth}" >> beam.Reshuffle() | f"Fetch{depth}" >> beam.ParDo(fetch).with_outputs(*tags, main=GOOD)
            sections.append(outputs[GOOD])
            errors.extend([outputs[self._tag]] if self._tag else [])
            if depth < self._max_depth:
                links = outputs[_LINKS] | f"Links{depth}" >> beam.Map(lambda url: url).with_output_types(str)
                level = _unseen(links, seen, depth)
                seen = (seen, level) | f"Seen{depth}" >> beam.Flatten()
        found = sections | "Sections" >> beam.Flatten()
        found.element_type = SECTION
        if self._tag is None:
            return found
        letters = errors | "Errors" >> beam.Flatten()
        letters.element_type = row_type_of([("element", str), ("msg", str), ("stack", str)])
        return {GOOD: found, self._tag: letters}


def _unseen(links: Any, seen: Any, depth: int) -> Any:
    keyed = {
        "links": links | f"KeyLinks{depth}" >> beam.Map(lambda url: (url, None)),
        "seen": seen | f"KeySeen{depth}" >> beam.Map(lambda url: (url, None)),
    }
    grouped = keyed | f"Meet{depth}" >> beam.CoGroupByKey()
    return grouped | f"Unseen{depth}" >> beam.FlatMap(
        lambda pair: [] if any(True for _ in pair[1]["seen"]) else [pair[0]]
    ).with_output_types(str)


def _url_of(element: Any, field: str | None) -> str:
    fields = as_fields(element)
    url = str(element if fields is None else fields[choose_field(list(fields), field, "url")])
    if urlparse(url).scheme not in {"http", "https"}:
        raise ValueError(f"{url!r} is no http or https address")
    return urldefrag(url).url


class _FetchFn(beam.DoFn):
    def __init__(self, manners: Manners, min_char_size: int, *, follow: bool, given: bool, tag: str | None) -> None:
        self._manners, self._min_char_size = manners, min_char_size
        self._follow, self._given, self._tag = follow, given, tag

    def setup(self) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = self._manners.user_agent
        retry = Retry(total=3, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        self._robots: dict[str, RobotFileParser] = {}

    def teardown(self) -> None:
        self._session.close()

    def process(self, url: str) -> Iterator[Any]:
        try:
            page = self._page(url)
        except Exception as error:
            if self._tag is not None:
                yield failed(self._tag, url, error)
                return
            if self._given:
                raise
            _LOG.warning("link %s is left out: %s", url, error)
            return
        yield from (section for section in page.sections if len(section.text) > self._min_char_size)
        if self._follow:
            yield from (beam.pvalue.TaggedOutput(_LINKS, link) for link in page.links)
        time.sleep(self._manners.delay_seconds)

    def _page(self, url: str) -> "Page":
        if self._manners.respect_robots and not self._allowed(url):
            raise PermissionError(f"robots.txt does not allow {url}")
        body, at = self._get(url)
        return read_page(body, url, at)

    def _get(self, url: str) -> tuple[bytes, str]:
        with self._session.get(url, timeout=self._manners.timeout_seconds, stream=True) as response:
            response.raise_for_status()
            kind = response.headers.get("Content-Type", "text/html").partition(";")[0].strip().lower()
            if kind not in {"text/html", "application/xhtml+xml"}:
                raise ValueError(f"{url} is {kind}, not a web page")
            body = bytearray()
            for chunk in response.iter_content(65_536):
                body.extend(chunk)
                if len(body) > self._manners.max_bytes:
                    raise ValueError(f"{url} is larger than {self._manners.max_bytes} bytes")
            return bytes(body), response.url

    def _allowed(self, url: str) -> bool:
        root = urljoin(url, "/")
        if root not in self._robots:
            answer = self._session.get(urljoin(root, "robots.txt"), timeout=self._manners.timeout_seconds)
            # Source: RFC 9309, 2.3.1: 4xx allows everything, an error of the server nothing.
            if answer.status_code >= 500:
                answer.raise_for_status()
            rules = RobotFileParser()
            rules.parse(answer.text.splitlines() if answer.ok else [])
            self._robots[root] = rules
        return self._robots[root].can_fetch(self._manners.user_agent, url)


@dataclass(frozen=True)
class Page:
    """What a page has."""

    sections: list[Any]
    # On the same host, without fragments, each once.
    links: list[str]


def read_page(body: bytes, url: str, at: str) -> Page:
    """Reads a page of the address `url` that was found at `at`."""
    # The package is needed on workers only.
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body, "html.parser")
    for tag in soup(_UNSEEN):
        tag.decompose()
    title = " ".join(soup.title.get_text().split()) if soup.title else url
    links = [urldefrag(urljoin(at, str(anchor["href"]))).url for anchor in soup.find_all("a", href=True)]
    same = [link for link in links if urlparse(link)[:2] == urlparse(at)[:2]]
    return Page(_sections(soup.body or soup, title, url), list(dict.fromkeys(same)))


def _sections(root: Any, title: str, url: str) -> list[Any]:
    """Text in the order of the document; a heading ends the section before it, so that no text is in two."""
    from bs4.element import Comment, NavigableString

    sections: list[tuple[str, list[str]]] = [(title, [])]
    for node in root.descendants:
        if getattr(node, "name", None) in _LEVELS:
            sections.append((" ".join(node.get_text().split()), []))
        elif (
            isinstance(node, NavigableString)
            and not isinstance(node, Comment)
            and not node.find_parent(list(_LEVELS))
            and not node.find_parent("title")
        ):
            sections[-1][1].extend(node.split())
    return [beam.Row(title=title, heading=heading, text=" ".join(words), url=url) for heading, words in sections if words]
