/** The program of a job that registers results. It needs Python's standard library only, so that its image has nothing to update. */

/** Reads an object from the API server, and writes a run by MLflow's REST API; `result` is the body of its function `result(found)`. Source: MLflow documentation, "REST API". */
export function registerProgram(result: string): string {
  const body = result
    .trim()
    .split("\n")
    .map((line) => `    ${line}`.trimEnd())
    .join("\n");
  return `${HEAD}\n\ndef result(found):\n${body}\n\n${TAIL}`;
}

const HEAD = `
import base64, json, os, ssl, sys, time
from urllib import error, parse, request

ACCOUNT = os.environ.get("ACCOUNT_FOLDER", "/var/run/secrets/kubernetes.io/serviceaccount")
REGISTRY = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")


def read_object():
    host = os.environ["KUBERNETES_SERVICE_HOST"]
    address = f"https://{f'[{host}]' if ':' in host else host}:{os.environ['KUBERNETES_SERVICE_PORT']}"
    with open(f"{ACCOUNT}/token") as file:
        headers = {"Authorization": f"Bearer {file.read().strip()}"}
    trust = ssl.create_default_context(cafile=f"{ACCOUNT}/ca.crt")
    call = request.Request(address + os.environ["OBJECT_PATH"], headers=headers)
    with request.urlopen(call, context=trust, timeout=30) as answer:
        return json.load(answer)


def registry(path, body=None):
    headers = {"Content-Type": "application/json"}
    user = os.environ.get("MLFLOW_TRACKING_USERNAME")
    if user:
        pair = f"{user}:{os.environ['MLFLOW_TRACKING_PASSWORD']}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    data = None if body is None else json.dumps(body).encode()
    with request.urlopen(request.Request(f"{REGISTRY}/api/2.0/mlflow/{path}", data=data, headers=headers), timeout=30) as answer:
        return json.load(answer)


def experiment_of(name):
    try:
        return registry(f"experiments/get-by-name?experiment_name={parse.quote(name, safe='')}")["experiment"]["experiment_id"]
    except error.HTTPError as missing:
        if missing.code != 404:
            raise
    return registry("experiments/create", {"name": name})["experiment_id"]


def pairs(values):
    return [{"key": key, "value": str(value)} for key, value in values.items()]


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def origin(found):
    # Where the object stands in the environment file, and what its data comes from directly: \`beamstack-iac lineage\` follows these names.
    annotations = found["metadata"].get("annotations", {})
    return {name: annotations[name] for name in ("beamstack-iac/source", "beamstack-iac/upstream") if name in annotations}


def has_ended(found, *types):
    conditions = found.get("status", {}).get("conditions", [])
    return any(one["type"] in types and one["status"] == "True" for one in conditions)
`.trim();

const TAIL = `
def add_version(one, run_id):
    try:
        registry("registered-models/create", {"name": one["model"]})
    except error.HTTPError as failed:
        if "RESOURCE_ALREADY_EXISTS" not in failed.read().decode():
            raise
    body = {"name": one["model"], "source": one["source"], "run_id": run_id, "tags": pairs(one["tags"])}
    return registry("model-versions/create", body)["model_version"]["version"]


found = read_object()
one = result(found)
if one is None:
    print("there is no result")
    sys.exit()
one["tags"] = {**one["tags"], **origin(found)}
into = experiment_of(os.environ["REGISTRY_EXPERIMENT"])
# A run that is not finished is of a job that was cut short.
query = f"tags.\`beamstack.result\` = '{one['key']}' and attributes.status = 'FINISHED'"
if registry("runs/search", {"experiment_ids": [into], "filter": query, "max_results": 1}).get("runs"):
    print(f"{one['name']} is registered")
    sys.exit()
now = int(time.time() * 1000)
tags = {**one["tags"], "beamstack.result": one["key"], "mlflow.runName": one["name"]}
run_id = registry("runs/create", {"experiment_id": into, "start_time": now, "tags": pairs(tags)})["run"]["info"]["run_id"]
metrics = {name: number(text) for name, text in one["metrics"].items()}
values = [{"key": name, "value": value, "timestamp": now, "step": 0} for name, value in metrics.items() if value is not None]
registry("runs/log-batch", {"run_id": run_id, "metrics": values, "params": pairs(one["params"])})
if one.get("model"):
    print(f"version {add_version(one, run_id)} of {one['model']}")
registry("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": int(time.time() * 1000)})
print(f"registered {one['name']} as run {run_id}")
`.trimStart();
