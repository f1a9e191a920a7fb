/** The program of the Job: makes an index by the HTTP API of its store. Python's standard library only. */

/** Exit code when the index exists with another shape: a retry would fail again. */
const REFUSED = 2;

/** Reads `plan.json` beside it. Sends nothing that would change an index with vectors. */
export const CREATE_SCRIPT = `import base64, json, os, pathlib, ssl, sys, time, urllib.error, urllib.request

plan = json.loads(pathlib.Path(__file__).with_name("plan.json").read_text())
context = ssl.create_default_context(cafile=plan["ca"]) if plan.get("ca") else None
headers = {"Content-Type": "application/json"}
if plan.get("user"):
    pair = f'{plan["user"]}:{os.environ["STORE_PASSWORD"]}'
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
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


def send(step, allowed=()):
    status, answer = ask(step["method"], step["path"], step.get("body"))
    if status >= 300 and status not in allowed:
        sys.exit(f'{step["method"]} {step["path"]}: {status} {answer}')


status, found = ask("GET", plan["read"])
if status == 404:
    send(plan["create"])
    status, found = ask("GET", plan["read"])
    print(f'made {plan["index"]}', flush=True)
if status >= 300:
    sys.exit(f'GET {plan["read"]}: {status} {found}')
for each in plan["fixed"]:
    value = found
    for key in each["path"]:
        value = value.get(key) if isinstance(value, dict) else None
    if value != each["value"]:
        print(f'{plan["index"]} exists with {"/".join(each["path"])}: {value}, and not {each["value"]}; raise version to make another index', file=sys.stderr)
        sys.exit(${REFUSED})
send(plan["serve"])
for step in plan["expire"]:
    send(step, allowed=(404,))
print(f'{plan["alias"]} is {plan["served"]}', flush=True)
`;
