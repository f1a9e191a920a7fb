"""Transforms of texts: of rows, as Beam YAML has them, of dicts and of strings."""

from typing import Any

import apache_beam as beam
import pytest

from beamstack_transforms.embeddings.sentence_completion import TextCompletionTransform
from beamstack_transforms.embeddings.sentence_similarity import SentenceSimilarityTransform
from beamstack_transforms.embeddings.sentence_summarize import SummarizationTransform
from beamstack_transforms.preprocessing.augment_text import TextAugmentation
from beamstack_transforms.preprocessing.clean_text import CleanText
from beamstack_transforms.preprocessing.detect_text_lang import LanguageDetection
from beamstack_transforms.preprocessing.normalize_tokens import NormalizeTokens
from beamstack_transforms.preprocessing.tokenize_text import TokenizeText

from .conftest import Run
from .servers import FakeOpenAI

GERMAN = "Der schnelle braune Fuchs springt \u00fcber den faulen Hund, und niemand wundert sich dar\u00fcber."


@pytest.mark.parametrize(
    ("transform", "element", "expected"),
    [
        (CleanText(), "Don't the QUICK foxes -- jump?", "dont quick foxes jump"),
        (CleanText(stop_words=["Foxes"], additional_patterns=[r"#\w+"]), "quick foxes #tag caf\u00e9", "quick caf\u00e9"),
        (TokenizeText(), "One, two.\nTHREE", ["one", "two", "three"]),
        (TokenizeText(lowercase=False, custom_delimiters=["-", "--"]), "A--b-c", ["A", "b", "c"]),
        (NormalizeTokens(), ["geese", "houses"], ["goose", "house"]),
        (NormalizeTokens(lemmatize=False, stem=True), ["running", "flies"], ["run", "fli"]),
        (SummarizationTransform("m", max_length=9, min_length=1), "long", "m:9:LONG"),
        (TextCompletionTransform("huggingface", "m", max_length=7), "once", "m:7:ONCE"),
    ],
)
def test_a_text_becomes_another(run: Run, transform: beam.PTransform, element: Any, expected: Any) -> None:
    assert run(transform, [element]) == {"good": [expected]}


def test_a_row_keeps_its_other_fields(run: Run) -> None:
    (found,) = run(CleanText(field="body"), [beam.Row(id=1, body="The Text!")])["good"]

    assert (found.id, found.body) == (1, "text")


def test_the_only_field_of_a_row_needs_no_name(run: Run) -> None:
    (found,) = run(TokenizeText(), [beam.Row(element="a b")])["good"]

    assert found.element == ["a", "b"]


def test_a_dict_stays_a_dict(run: Run) -> None:
    assert run(CleanText(), [{"text": "The Text", "id": 1}])["good"] == [{"text": "text", "id": 1}]


def test_a_field_that_is_not_there_is_refused_before_anything_runs() -> None:
    with pytest.raises(ValueError, match="there is no field 'body'; the input has a, b"):
        beam.Pipeline() | beam.Create([beam.Row(a="x", b="y")]) | CleanText(field="body")


def test_an_element_without_text_is_a_dead_letter(run: Run) -> None:
    found = run(CleanText(error_handling={"output": "errors"}), [{"text": "Fine words"}, {"text": None}])

    assert found["good"] == [{"text": "fine words"}]
    assert [each.element for each in found["errors"]] == [{"text": None}]


@pytest.mark.parametrize(
    ("transform", "element", "expected"),
    [
        (LanguageDetection(), GERMAN, {"text": GERMAN, "language": "de"}),
        (LanguageDetection(output_key="lang"), beam.Row(id=1, text=GERMAN), {"id": 1, "text": GERMAN, "lang": "de"}),
    ],
)
def test_the_language_of_a_text_is_told(run: Run, transform: beam.PTransform, element: Any, expected: dict[str, Any]) -> None:
    (found,) = run(transform, [element])["good"]

    assert found.as_dict() == expected


def test_variants_of_a_text_are_the_same_in_every_run(run: Run) -> None:
    text = beam.Row(id=1, text="A big problem is hard to explain. Big!")
    augment = TextAugmentation(["synonym_replacement"], augment_factor=3, synonyms={"big": ["large", "huge"], "problem": ["issue"]})

    runs = [sorted(each.text for each in run(augment, [text])["good"]) for _ in range(2)]

    assert runs[0] == runs[1]
    assert len(runs[0]) == 3
    assert all("issue is hard" in variant and "big" not in variant.lower() for variant in runs[0])


def test_pairs_of_sentences_are_scored(run: Run) -> None:
    found = run(SentenceSimilarityTransform(), [("aa", "aa", "b")])["good"]

    scores = {(each.first, each.second): round(each.score, 3) for each in found}
    assert scores == {("aa", "aa"): 1.0, ("aa", "b"): 0.5}


def test_a_text_is_completed_by_a_server(openai_server: FakeOpenAI, run: Run) -> None:
    complete = TextCompletionTransform("openai", "m", openai_api_key="sk-test", base_url=openai_server.server.url, max_length=5)

    assert run(complete, ["Once"])["good"] == ["Once and so on"]
    assert openai_server.server.asked[0].json()["max_tokens"] == 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TextAugmentation(["back_translation"]), "translation needs two models"),
        (lambda: TextAugmentation(["synonym_replacement"], augment_factor=0), "augment_factor is 1 or more"),
        (lambda: NormalizeTokens(lemmatize=False), "tokens would stay as they are"),
        (lambda: CleanText(additional_patterns=["("]), r"additional_patterns has '\('"),
        (lambda: TokenizeText(custom_delimiters=[""]), "empty text"),
        (lambda: TextCompletionTransform("other", "m"), "backend is openai or huggingface"),
        (lambda: TextCompletionTransform("huggingface", "m", openai_api_key="k"), "no meaning"),
        (lambda: SummarizationTransform("m", max_length=1, min_length=2), "min_length is at most max_length"),
        (lambda: SentenceSimilarityTransform(fields=["a"]), "two sentences or more"),
    ],
)
def test_wrong_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
