"""The gate on a real MLflow: versions, runs, aliases and tags are its own."""

import pathlib

import pytest

pytest.importorskip("sqlalchemy", reason="a store of MLflow in a file needs sqlalchemy and alembic")

from mlflow import MlflowClient  # noqa: E402

from beamstack_feedback.gate import Rule, decide, roll_back  # noqa: E402
from beamstack_feedback.registry import Registry  # noqa: E402

RULE = Rule(metric="test_auc", better="higher", margin=0, approval=False)


@pytest.fixture
def client(tmp_path: pathlib.Path) -> MlflowClient:
    store = f"sqlite:///{tmp_path}/mlflow.db"
    made = MlflowClient(tracking_uri=store, registry_uri=store)
    made.create_registered_model("churn")
    return made


def train(client: MlflowClient, folder: pathlib.Path, auc: float) -> str:
    """What a training does: a run with its metric, a version, the alias of a candidate."""
    experiment = client.get_experiment_by_name("churn")
    number = experiment.experiment_id if experiment else client.create_experiment("churn", artifact_location=str(folder))
    run = client.create_run(number).info.run_id
    client.log_metric(run, "test_auc", auc)
    version = client.create_model_version("churn", source=str(folder), run_id=run).version
    client.set_registered_model_alias("churn", "candidate", str(version))
    return str(version)


def champion(client: MlflowClient) -> str:
    return str(client.get_registered_model("churn").aliases["champion"])


def test_versions_are_promoted_rejected_and_taken_back(client: MlflowClient, tmp_path: pathlib.Path):
    registry = Registry(client, "churn")
    first = train(client, tmp_path, 0.8)
    decide(registry, RULE)
    assert champion(client) == first

    worse = train(client, tmp_path, 0.7)
    decide(registry, RULE)
    assert champion(client) == first
    assert "not better" in client.get_model_version("churn", worse).tags["feedback.reason"]

    better = train(client, tmp_path, 0.9)
    decide(registry, RULE)
    assert champion(client) == better

    assert roll_back(registry) is not None
    assert champion(client) == first
    assert roll_back(registry) is None and decide(registry, RULE) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_rejected_as_the_store_returns_it(client: MlflowClient, tmp_path: pathlib.Path, value: float):
    registry = Registry(client, "churn")
    first = train(client, tmp_path, 0.8)
    decide(registry, RULE)

    train(client, tmp_path, value)
    decision = decide(registry, RULE)

    assert decision is not None and decision.state == "rejected" and champion(client) == first
