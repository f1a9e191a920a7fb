"""What is asked of Flink, and what its answers mean."""

from typing import Any

import pytest

from beamstack_submitter.flink import Flink

from .fake_flink import FakeFlink

NOW, OLD, OLDER = "clicks-00000003", "clicks-00000002", "clicks-00000001"


def client(server: FakeFlink) -> Flink:
    return Flink(server.address, NOW, pause=0.01)


def test_older_versions_are_those_of_this_pipeline_that_still_run(server: FakeFlink) -> None:
    for name, state in (
        (OLD, "RUNNING"),
        (OLDER, "CANCELED"),
        (NOW, "RUNNING"),
        ("clicks-daily-00000001", "RUNNING"),
        ("clicks-x", "RUNNING"),
    ):
        server.add(name, state)

    assert [job["name"] for job in client(server).older()] == [OLD]


def test_a_job_is_stopped_without_draining_and_its_savepoint_is_known(server: FakeFlink) -> None:
    server.add(OLD, "RUNNING")
    flink = client(server)

    assert flink.stop(flink.older()[0]) == "file:///savepoints/1"

    stops = [body for method, path, body in server.requests if method == "POST" and path.endswith("/stop")]
    assert [body["drain"] for body in stops] == [False]


def test_a_second_try_asks_with_the_same_trigger(server: FakeFlink) -> None:
    server.add(OLD, "RUNNING")
    job = client(server).older()[0]
    client(server).stop(job)
    client(server).stop(job)

    triggers = {body["triggerId"] for _method, path, body in server.requests if path.endswith("/stop")}
    assert len(triggers) == 1


def test_a_savepoint_that_fails_is_an_error_with_flinks_words(server: FakeFlink) -> None:
    server.add(OLD, "RUNNING")
    server.operation = {"failure-cause": {"class": "X", "stack-trace": "no space"}}
    flink = client(server)

    with pytest.raises(RuntimeError, match=r"no savepoint of clicks-00000002: .*no space"):
        flink.stop(flink.older()[0])


def test_a_savepoint_that_has_failed_is_tried_again(server: FakeFlink) -> None:
    server.add(OLD, "RUNNING")
    job = client(server).older()[0]
    for _try in range(2):
        server.operation = {"failure-cause": {"class": "X", "stack-trace": "no space"}}
        with pytest.raises(RuntimeError, match="no space"):
            client(server).stop(job)
    server.operation = {"location": "file:///savepoints/2"}

    assert client(server).stop(job) == "file:///savepoints/2"
    assert client(server).stop(job) == "file:///savepoints/2"
    assert len(server.operations) == 3


def test_a_job_in_a_crash_loop_is_cancelled_and_its_end_awaited(server: FakeFlink) -> None:
    jid = server.add(OLD, "RESTARTING")
    server.checkpoints[jid] = {"completed": {"external_path": "s3://b/c"}}
    flink = client(server)

    assert flink.end(flink.older()[0], lambda _text: None) is None

    assert server.jobs[0]["state"] == "CANCELED"
    assert flink.left() == (server.jobs[0], "s3://b/c")
    assert not [path for _method, path, _body in server.requests if path.endswith("/stop")]


@pytest.mark.parametrize(
    ("passing", "then", "savepoint"),
    [
        ("CANCELLING", "CANCELED", None),
        ("FAILING", "FAILED", None),
        ("FAILING", "RESTARTING", None),
        ("FAILING", "RUNNING", "file:///savepoints/1"),
    ],
)
def test_a_job_that_fails_or_is_being_cancelled_is_waited_for(server: FakeFlink, passing: str, then: str, savepoint: str | None) -> None:
    server.next[server.add(OLD, passing)] = then
    flink = client(server)

    assert flink.end(flink.older()[0], lambda _text: None) == savepoint

    assert flink.older() == []


@pytest.mark.parametrize(
    ("state", "latest", "expected"),
    [
        ("FINISHED", {"savepoint": {"external_path": "s3://b/s"}, "completed": {"external_path": "s3://b/c"}}, "s3://b/s"),
        ("FINISHED", {"completed": {"external_path": "s3://b/c"}}, None),
        ("FAILED", {"completed": {"external_path": "s3://b/c"}}, "s3://b/c"),
        ("FAILED", {"completed": {"external_path": "<checkpoint-not-externally-addressable>"}}, None),
        (
            "CANCELED",
            {"completed": {"external_path": "s3://b/c", "discarded": True}, "restored": {"external_path": "s3://b/r"}},
            "s3://b/r",
        ),
        (
            "CANCELED",
            {"savepoint": {"id": 3, "external_path": "s3://b/s"}, "completed": {"id": 9, "external_path": "s3://b/c"}},
            "s3://b/c",
        ),
        (
            "CANCELED",
            {"savepoint": {"id": 9, "external_path": "s3://b/s"}, "completed": {"id": 3, "external_path": "s3://b/c"}},
            "s3://b/s",
        ),
        ("FAILED", {}, None),
    ],
)
def test_what_an_ended_version_has_left(server: FakeFlink, state: str, latest: dict[str, object], expected: str | None) -> None:
    server.checkpoints[server.add(OLD, state)] = latest

    left = client(server).left()

    assert (left[1] if left else None) == expected


def test_a_flink_that_never_answers_is_an_error_that_names_it() -> None:
    flink = Flink("127.0.0.1:9", NOW, pause=0.001)

    with pytest.raises(OSError, match=r"Flink does not answer at http://127.0.0.1:9"):
        flink.jobs_for_sure()


def test_the_reason_of_a_job_that_has_just_failed_is_waited_for(server: FakeFlink, monkeypatch: pytest.MonkeyPatch) -> None:
    jid = server.add(NOW, "FAILED")
    flink = client(server)
    ask = flink.call

    def once_late(path: str) -> Any:
        answer = ask(path)
        server.stacktraces[jid] = "java.lang.RuntimeException: it does not work"
        return answer

    job = flink.job()
    monkeypatch.setattr(flink, "call", once_late)

    assert job is not None
    assert flink.reason(job) == "java.lang.RuntimeException: it does not work"


def test_a_refusal_has_flinks_own_words(server: FakeFlink) -> None:
    with pytest.raises(OSError, match=r"Flink answers /v1/jobs/none/stop with 404: .*no such job"):
        client(server).call("/v1/jobs/none/stop", "POST", {})
