"""`python -m beamstack_feedback watch|decide|roll-out|roll-back`: settings are environment variables, as the pods of beamstack-iac set them."""

import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Callable, Iterable

from prometheus_client import Counter, Gauge, start_http_server

from .cluster import ApiServer, ClusterEndpoint
from .gate import ROLLING_OUT, Decision, Rule, decide, roll_back
from .registry import CANDIDATE, CHAMPION, REASON, SHARE, STATE, Registry
from .rollout import Plan, look

NAMESPACE = "beamstack_feedback"
DRIFT = Gauge("drift", "Population stability index of a column.", ["loop", "column"], namespace=NAMESPACE)
MISSING = Gauge("missing_share", "Share of rows without a value of a column.", ["loop", "column"], namespace=NAMESPACE)
ROWS = Gauge("rows", "Rows of today's table.", ["loop"], namespace=NAMESPACE)
MEASURED = Gauge("measured_timestamp_seconds", "When the tables were last compared.", ["loop"], namespace=NAMESPACE)
FAILURES = Counter("failures", "Comparisons, and looks at the registry, that failed.", ["loop", "step"], namespace=NAMESPACE)
STATES = Gauge("candidate", "1 for the state of the last candidate.", ["loop", "version", "state", "reason"], namespace=NAMESPACE)
PERCENT = Gauge("canary_percent", "Share of the requests that a version gets while it is rolled out.", ["loop", "version"], namespace=NAMESPACE)
VERSION = Gauge("champion_version", "Version that serves.", ["loop"], namespace=NAMESPACE)


def registry() -> Registry:
    """The model in MLflow; address and login are MLflow's own variables."""
    from mlflow import MlflowClient

    return Registry(MlflowClient(), os.environ["MODEL_NAME"])


def rule() -> Rule:
    """The rule of the gate."""
    better = os.environ["GATE_BETTER"]
    if better not in ("higher", "lower"):
        raise ValueError(f"GATE_BETTER is {better!r}, not higher or lower")
    return Rule(
        metric=os.environ["GATE_METRIC"],
        better=better,  # type: ignore[arg-type]
        margin=float(os.environ["GATE_MARGIN"]),
        approval=os.environ["GATE_APPROVAL"] == "manual",
        staged="GATE_INITIAL" in os.environ,
        initial=os.environ.get("GATE_INITIAL", ""),
    )


def plan() -> Plan:
    """How a version is rolled out."""
    facts = json.loads(os.environ["ROLLOUT_PLAN"])
    return Plan(
        steps=tuple(facts["steps"]),
        hold=timedelta(seconds=facts["hold"]),
        requests=facts["requests"],
        errors=facts["errors"],
        seconds=facts["seconds"],
        within=timedelta(seconds=facts["within"]),
    )


def watch_data(loop: str) -> None:
    """Compares the tables and publishes the result."""
    import pandas

    from .drift import measure

    try:
        measured = measure(
            pandas.read_parquet(os.environ["DATA_REFERENCE"]),
            pandas.read_parquet(os.environ["DATA_CURRENT"]),
            [name for name in os.environ.get("DATA_COLUMNS", "").split(",") if name],
        )
    finally:
        # Older values say nothing about today's table, also those of a column that is no longer in it.
        for gauge in (ROWS, DRIFT, MISSING):
            gauge.clear()
    ROWS.labels(loop).set(measured.rows)
    for column in measured.columns:
        DRIFT.labels(loop, column.name).set(column.drift)
        MISSING.labels(loop, column.name).set(column.missing)
    MEASURED.labels(loop).set_to_current_time()


def watch_registry(loop: str) -> None:
    """Publishes what became of the last candidate, and which version serves."""
    one = registry()
    candidate, champion = one.version(CANDIDATE), one.version(CHAMPION)
    STATES.clear()
    if candidate is not None:
        STATES.labels(loop, candidate.number, candidate.tags.get(STATE, "new"), candidate.tags.get(REASON, "")).set(1)
    if champion is not None:
        VERSION.labels(loop).set(float(champion.number))


def watch_rollout(loop: str) -> None:
    """Does what is due in a rollout, and publishes the share of the newer version."""
    one, endpoint = registry(), ClusterEndpoint(ApiServer(), os.environ["PROMETHEUS_URL"], json.loads(os.environ["ROLLOUT_SERVICE"]))
    decision = look(one, endpoint, plan(), datetime.now(timezone.utc))
    PERCENT.clear()
    if decision is None:
        return
    report(decision)
    candidate = one.version(CANDIDATE)
    if candidate is not None and candidate.tags.get(STATE) == ROLLING_OUT:
        PERCENT.labels(loop, candidate.number).set(float(candidate.tags.get(SHARE, "0")))


def attempt(loop: str, steps: Iterable[Callable[[str], None]]) -> None:
    """Runs steps; one that fails is counted, and the others go on."""
    for step in steps:
        name = step.__name__.removeprefix("watch_")
        failures = FAILURES.labels(loop, name)
        try:
            step(loop)
        except Exception as error:  # whatever a store or a registry answers
            failures.inc()
            print(f"{name}: {error}", file=sys.stderr, flush=True)


def run(steps: Iterable[Callable[[str], None]]) -> None:
    """Runs steps for ever."""
    loop, every = os.environ["LOOP"], float(os.environ["EVERY_SECONDS"])
    start_http_server(int(os.environ["METRICS_PORT"]))
    steps = tuple(steps)
    while True:
        attempt(loop, steps)
        time.sleep(every)


def report(decision: Decision | None) -> None:
    """Says what was decided."""
    print("nothing to decide" if decision is None else f"{decision.state}: {decision.reason}", flush=True)


def main(arguments: list[str]) -> int:
    """The command."""
    match arguments:
        case ["watch"]:
            run([watch_registry, *([watch_data] if "DATA_CURRENT" in os.environ else [])])
        case ["roll-out"]:
            run([watch_rollout])
        case ["decide"]:
            report(decide(registry(), rule()))
        case ["roll-back"]:
            report(roll_back(registry()))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
