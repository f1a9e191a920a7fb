"""Leads a growing share of the requests to a better version, and takes it back when it fails.

Each look does what is due, and can be repeated: what is going on is in the tags of the version, so that a killed program goes on where it was.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from .gate import ROLLING_OUT, Decision
from .registry import CANDIDATE, CHAMPION, REASON, SHARE, SINCE, STARTED, STATE, Registry, Version

Slot = Literal["stable", "canary"]


@dataclass(frozen=True)
class Plan:
    """How a version is rolled out."""

    #: Shares of the requests before all of them, in percent.
    steps: tuple[int, ...]
    #: How long a share lasts, at least.
    hold: timedelta
    #: Requests that the version has to answer at each share.
    requests: int
    #: Share of failed requests that is too many.
    errors: float
    #: Mean time of a request, in seconds, that is too long.
    seconds: float
    #: Time after which a rollout that has not ended is taken back.
    within: timedelta


@dataclass(frozen=True)
class Pods:
    """Pods of a slot."""

    #: Pods that answer.
    ready: int
    #: Has every pod the version that was asked for?
    complete: bool


@dataclass(frozen=True)
class Measured:
    """What the pods of the new version did since a moment."""

    answered: float
    failed: float
    seconds: float


class Endpoint(Protocol):
    """Pods of the version that serves, pods of a newer one, and what shares requests between them."""

    def serve(self, slot: Slot, version: str | None) -> Pods:
        """Asks the pods of a slot to serve a version; without one, that of the environment file."""

    def shift(self, percent: int) -> None:
        """Leads this share of the requests to the newer version."""

    def unshift(self) -> None:
        """Leads every request to the version that serves."""

    def measure(self, seconds: int) -> Measured:
        """What the newer version did in the last seconds."""


def look(registry: Registry, endpoint: Endpoint, plan: Plan, now: datetime) -> Decision | None:
    """One look: the next step of a rollout, or the state that ends one."""
    candidate, champion = registry.version(CANDIDATE), registry.version(CHAMPION)
    if candidate is None or candidate.tags.get(STATE) != ROLLING_OUT:
        settle(endpoint, champion)
        return None
    decision = step(registry, endpoint, plan, candidate, now)
    if decision.state == "rolled-back":
        endpoint.unshift()
    # While it goes on the state is left alone: a job may have ended the rollout meanwhile.
    state = {} if decision.state == ROLLING_OUT else {"state": decision.state}
    registry.tag(candidate, reason=decision.reason, **state)
    return decision


def settle(endpoint: Endpoint, champion: Version | None) -> None:
    """No rollout goes on: all requests to the version with the alias, which both slots have."""
    endpoint.unshift()
    serving = champion.number if champion else None
    for slot in ("stable", "canary"):
        endpoint.serve(slot, serving)  # type: ignore[arg-type]


def step(registry: Registry, endpoint: Endpoint, plan: Plan, candidate: Version, now: datetime) -> Decision:
    """What is due now."""
    number, tags = candidate.number, candidate.tags
    if now - datetime.fromisoformat(tags[STARTED]) > plan.within:
        return Decision("rolled-back", f"version {number} does not serve alone within {plan.within}: {tags.get(REASON, '')}")
    pods, share = endpoint.serve("canary", number), int(tags.get(SHARE, "0"))
    if share == 0:
        return lead(registry, endpoint, candidate, plan.steps[0], now) if pods.complete else going_on(f"pods of version {number} start")
    if pods.ready == 0:
        return Decision("rolled-back", f"no pod of version {number} answers")
    since = now - datetime.fromisoformat(tags[SINCE])
    measured = endpoint.measure(max(1, int(since.total_seconds())))
    fault = fault_of(measured, plan)
    if fault:
        return Decision("rolled-back", f"version {number} at {share} % of the requests: {fault}")
    endpoint.shift(share)
    requests = measured.answered + measured.failed
    if since < plan.hold or (share < 100 and requests < plan.requests):
        return going_on(f"version {number} gets {share} % of the requests: {requests:.0f} answered in {int(since.total_seconds())} s")
    if share < 100:
        return lead(registry, endpoint, candidate, next((each for each in plan.steps if each > share), 100), now)
    return finish(registry, endpoint, plan, candidate, now)


def fault_of(measured: Measured, plan: Plan) -> str | None:
    """Why a version must not get more requests; `None` where nothing is wrong, or nothing is known."""
    requests = measured.answered + measured.failed
    if requests == 0:
        return None
    # Counted against at least the asked number of requests: one failure among the first two says little.
    if measured.failed > plan.errors * max(requests, plan.requests):
        return f"{measured.failed:.0f} of {requests:.0f} requests failed, more than {plan.errors:.1%}"
    mean = measured.seconds / requests
    if requests >= plan.requests and mean > plan.seconds:
        return f"a request takes {mean:.3f} s on average, more than {plan.seconds:g} s"
    return None


def lead(registry: Registry, endpoint: Endpoint, candidate: Version, share: int, now: datetime) -> Decision:
    """The next share; the tags come after it, so that a killed run only does it again."""
    endpoint.shift(share)
    registry.tag(candidate, share=f"{share}", since=now.isoformat(timespec="seconds"))
    return going_on(f"version {candidate.number} gets {share} % of the requests")


def finish(registry: Registry, endpoint: Endpoint, plan: Plan, candidate: Version, now: datetime) -> Decision:
    """The pods that served the old version get the new one, while no request goes to them; then they serve."""
    if not endpoint.serve("stable", candidate.number).complete:
        return going_on(f"version {candidate.number} gets 100 % of the requests; the other pods start with it")
    if registry.numbered(candidate.number).tags.get(STATE) != ROLLING_OUT:
        return going_on("a job has ended the rollout")
    registry.tag(candidate, promoted_at=now.isoformat(timespec="seconds"))
    registry.promote(candidate)
    endpoint.unshift()
    return Decision("promoted", f"version {candidate.number} has answered all requests for {plan.hold} without a fault")


def going_on(reason: str) -> Decision:
    """The rollout goes on."""
    return Decision(ROLLING_OUT, reason)
