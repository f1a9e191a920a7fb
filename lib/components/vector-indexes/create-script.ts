/** The programs of the Job: an index is made by the HTTP API of its store, with Python's standard library only, or by statements of SQL. */

/** Exit code when the index exists with another shape: a retry would fail again. */
const REFUSED = 2;

/** Reads `plan.json` beside it. Sends nothing that would change an index with vectors. */
export const CREATE_SCRIPT = `import base64, json, os, pathlib, ssl, sys, time, urllib.error, urllib.request

plan = json.loads(pathlib.Path(__file__).with_name("plan.json").read_text())
context = ssl.create_default_context(cafile=plan["ca"]) if plan.get("ca") else None
headers = {"Content-Type": "application/json"}
if plan.get("scheme"):
    pair = f'{os.environ["STORE_USER"]}:{os.environ["STORE_PASSWORD"]}'
    basic = plan["scheme"] == "basic"
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode() if basic else "Bearer " + pair
elif plan.get("keyHeader"):
    headers[plan["keyHeader"]] = os.environ["STORE_KEY"]


def ask(method, path, body=None):
    """Status and answer; a store that starts is asked again."""
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(60):
        request = urllib.request.Request(plan["url"] + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode(errors="replace")
            if refusal.code < 500 and refusal.code != 429:
                return refusal.code, text
            reason = f"{refusal.code} {text[:500]}"
        except (urllib.error.URLError, OSError) as failure:
            reason = str(failure)
        print(f"waiting for the store: {reason}", flush=True)
        time.sleep(float(os.environ.get("PAUSE", "5")))
    sys.exit(f"the store does not answer: {reason}")


def value_at(answer, path):
    for key in path:
        if isinstance(answer, list) and isinstance(key, int) and key < len(answer):
            answer = answer[key]
        else:
            answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def is_so(answer, test):
    return value_at(answer, test["path"]) == test["value"]


def is_missing(status, answer):
    return is_so(answer, plan["missing"]) if "missing" in plan else status == 404


def send(*steps, allowed=()):
    """The answer to the first request that the store takes; None for an index that is missing."""
    for step in steps:
        status, answer = ask(step["method"], step["path"], step.get("body"))
        if status in allowed or status < 300 and ("done" not in plan or is_so(answer, plan["done"])):
            return answer
        if step is plan["read"] and is_missing(status, answer):
            return None
    sys.exit(f'{step["method"]} {step["path"]}: {status} {answer}')


found = send(plan["read"])
if found is None:
    send(plan["create"])
    print(f'made {plan["index"]}', flush=True)
    found = send(plan["read"])
for each in plan["fixed"]:
    if not is_so(found, each):
        path = "/".join(map(str, each["path"]))
        print(f'{plan["index"]} exists with {path}: {value_at(found, each["path"])}, and not {each["value"]}; raise version to make another index', file=sys.stderr)
        sys.exit(${REFUSED})
send(*plan["serve"])
for step in plan["expire"]:
    send(step, allowed=(404,))
print(f'{plan["alias"]} is {plan["served"]}', flush=True)
`;

/** Waits for a server that starts, and runs `create.sql` beside it in one transaction. */
export const SQL_SCRIPT = `for attempt in $(seq 60); do
  pg_isready --quiet && break
  echo "waiting for the server"
  sleep "\${PAUSE:-5}"
done
exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --single-transaction --file="$(dirname "$0")/create.sql"
`;
