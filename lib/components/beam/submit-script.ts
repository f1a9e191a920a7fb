/** The submitter's program: Python, as text, because it is a key of the pipeline's ConfigMap. */

/**
 * Why not `python -m apache_beam.yaml.main`: secrets must reach Jinja without being an argument, an environment variable or display data in
 * Flink; the result of a job is known to Flink only; and a job must not be orphaned or submitted twice.
 * Exit codes: 0 the job reached its outcome, 1 the pipeline failed, 2 Beam rejected the file, 143 terminated.
 */
export const SUBMIT_SCRIPT = String.raw`"""Submits a Beam YAML pipeline to Flink and ends as the Flink job ends."""
import hashlib
import http.client
import json
import logging
import os
import re
import signal
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request

# Files of the pipeline stand beside this one, whatever the working directory is.
HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = json.load(open(os.path.join(HERE, "settings.json")))
# A run outside of a pod: the file as its user has it, beside which Beam looks for what it includes.
ORIGINAL = os.environ.get("BEAMSTACK_PIPELINE_FILE")
# A run on Beam's own runner: there is no Flink to ask.
WITHOUT_FLINK = os.environ.get("BEAMSTACK_WITHOUT_FLINK") == "1"
# Seconds between two questions, and how often a Flink that is away is asked.
PAUSE, PATIENCE = 2, 30
ACTIVE = {"INITIALIZING", "CREATED", "RUNNING", "RESTARTING", "RECONCILING", "FAILING", "CANCELLING", "SUSPENDED"}
BROKEN = {"FAILED", "CANCELED"}
hidden = []


def say(text):
    print("beamstack: " + redact(text), file=sys.stderr, flush=True)


def redact(text):
    for secret in hidden:
        text = text.replace(secret, "***")
    return text


class Redact(logging.Filter):
    def filter(self, record):
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)))
        return True


def flag(argv, name):
    return next((arg.split("=", 1)[1] for arg in argv if arg.startswith("--" + name + "=")), None)


def quoted(text):
    """The text between YAML double quotes: ASCII only, so that no parser reads it as anything else."""
    def escape(char):
        code = ord(char)
        if char in '"\\':
            return "\\" + char
        return char if 32 <= code < 127 else "\\U%08x" % code if code > 0xFFFF else "\\u%04x" % code
    return "".join(escape(char) for char in text)


def forms(value):
    """A secret as errors and logs may show it: stripped, in quotes of YAML, Python or JSON, line by line."""
    lines = [line.strip() for line in value.splitlines()]
    return {value, value.strip(), quoted(value), repr(value)[1:-1], json.dumps(value)[1:-1], *lines}


def jinja_variables():
    variables = dict(SETTINGS["variables"])
    for name, secret in SETTINGS["secrets"].items():
        with open(os.path.join(HERE, secret["file"]), encoding="utf-8", newline="") as file:
            value = file.read()
        hidden.extend(form for form in forms(value) if len(form) > 3)
        variables[name] = quoted(value) if secret["quoted"] else value
    hidden.sort(key=len, reverse=True)
    return variables


class Flink:
    def __init__(self, address, job_name):
        self.url = ("" if "//" in address else "http://") + address
        self.name = job_name
        self.base = job_name.rsplit("-", 1)[0]
        self.answered = False

    def call(self, path, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise OSError("Flink answers " + path + " with " + str(error.code) + ": " + error.read().decode(errors="replace")[:2000])
        except http.client.HTTPException as error:
            raise OSError("Flink breaks off " + path + ": " + repr(error))

    def jobs(self):
        """All jobs, newest first; None where Flink does not answer."""
        try:
            jobs = sorted(self.call("/v1/jobs/overview")["jobs"], key=lambda job: -job["start-time"])
        except (OSError, ValueError):
            return None
        self.answered = True
        return jobs

    def jobs_for_sure(self):
        """All jobs, newest first. A Flink that is away for a moment is waited for: what it runs must not be started twice."""
        if WITHOUT_FLINK:
            return []
        for _ in range(PATIENCE):
            jobs = self.jobs()
            if jobs is not None:
                return jobs
            time.sleep(PAUSE)
        raise OSError("Flink does not answer at " + self.url)

    def job(self, after=0):
        """This version's newest job; state UNREACHABLE where Flink does not answer, None where there is no such job."""
        jobs = self.jobs()
        if jobs is None:
            return {"jid": None, "state": "UNREACHABLE"}
        return next((job for job in jobs if job["name"] == self.name and job["start-time"] >= after), None)

    def versions(self):
        """Jobs of every version of this pipeline, newest first, ended ones too."""
        version = re.compile(re.escape(self.base) + "-[0-9a-f]{8}")
        return [job for job in self.jobs_for_sure() if version.fullmatch(job["name"])]

    def older(self):
        return [job for job in self.versions() if job["state"] in ACTIVE and job["name"] != self.name]

    def left(self):
        """State that the newest ended version has left: its savepoint, its last checkpoint that was kept, or what it had started from."""
        for job in self.versions():
            latest = self.call("/v1/jobs/" + job["jid"] + "/checkpoints").get("latest") or {}
            # A job that came to its end has thrown its checkpoints away.
            for kind in ("savepoint",) if job["state"] == "FINISHED" else ("savepoint", "completed", "restored"):
                state = latest.get(kind) or {}
                # A checkpoint in the JobManager's memory has no URI.
                if not state.get("discarded") and re.match("[a-z][a-z0-9+.-]*:", state.get("external_path") or ""):
                    return job, state["external_path"]
        return None, None

    def cancel(self, job):
        self.call("/v1/jobs/" + job["jid"] + "?mode=cancel", "PATCH")

    def stop(self, job):
        """Stops with a savepoint, returns where it is."""
        # The same request from a second try finds the savepoint of the first.
        trigger = hashlib.md5((job["jid"] + self.name).encode()).hexdigest()
        trigger = self.call("/v1/jobs/" + job["jid"] + "/stop", "POST", {"drain": False, "triggerId": trigger})["request-id"]
        misses = 0
        while True:
            try:
                answer = self.call("/v1/jobs/" + job["jid"] + "/savepoints/" + trigger)
                misses = 0
                if answer["status"]["id"] == "COMPLETED":
                    break
            except OSError:
                misses += 1
                if misses > PATIENCE:
                    raise
            time.sleep(1)
        if "location" not in answer["operation"]:
            raise RuntimeError("no savepoint of " + job["name"] + ": " + json.dumps(answer["operation"])[:2000])
        return answer["operation"]["location"]

    def reason(self, job):
        """The first failure in the job's history. Beam's Python client reads a field that Flink 2 no longer sends."""
        try:
            entries = self.call("/v1/jobs/" + job["jid"] + "/exceptions")["exceptionHistory"]["entries"]
            return entries[0]["stacktrace"] if entries else ""
        except (OSError, ValueError, KeyError):
            return ""


def replace_older(flink, argv):
    """
    Ends what older versions of this pipeline still run; says whether the new one goes on from their state. With savepoints, what an
    earlier try of this version has already stopped counts as well, and both count more than a savepoint that is given.
    """
    if WITHOUT_FLINK:
        return False
    savepoint = None
    for job in flink.older():
        if SETTINGS["upgrade"] == "savepoint" and savepoint is None:
            say("stopping " + job["name"] + " with a savepoint")
            savepoint = flink.stop(job)
            say("stopped " + job["name"] + " with savepoint " + savepoint)
        else:
            flink.cancel(job)
            say("cancelled " + job["name"] + ", an older version")
    if SETTINGS["upgrade"] == "savepoint" and savepoint is None:
        job, savepoint = flink.left()
        say("going on from what " + job["name"] + " has left: " + savepoint if job else "Flink knows no state of an earlier version")
    if savepoint is None or flag(argv, "savepoint_path") == savepoint:
        return False
    argv[:] = [arg for arg in argv if not arg.startswith("--savepoint_path=")] + ["--savepoint_path=" + savepoint]
    return True


def watch(flink, began, on_running):
    """Tells of each new state; ends the process once a job that is only wanted running runs."""
    last = None
    while True:
        job = flink.job(began) or {"state": "not there yet"}
        if job["state"] != last:
            last = job["state"]
            say("flink job " + flink.name + ": " + last)
        if on_running and last == "RUNNING" and running(flink, job):
            say("pipeline " + flink.name + " is running")
            os._exit(0)
        time.sleep(PAUSE)


def running(flink, job):
    try:
        return all(vertex["status"] == "RUNNING" for vertex in flink.call("/v1/jobs/" + job["jid"])["vertices"])
    except (OSError, ValueError):
        return False


def forced(options, argv):
    """Options in the file win over arguments in Beam; where a pipeline runs is not the file's to say."""
    from apache_beam.options import pipeline_options as known
    views = {
        known.StandardOptions: ("runner",),
        known.FlinkRunnerOptions: ("flink_master",),
        known.PortableOptions: ("job_endpoint", "environment_type", "environment_config"),
        known.GoogleCloudOptions: ("job_name",),
    }
    for view, names in views.items():
        for name in names:
            if flag(argv, name) is not None:
                setattr(options.view_as(view), name, flag(argv, name))
    if not SETTINGS["artifacts"]:
        # A list of the submitter's packages would be staged where no worker can read it.
        options.view_as(known.DebugOptions).add_experiment("disable_logging_submission_environment")
    return options


def run(argv):
    import apache_beam as beam
    from apache_beam.yaml import main

    if ORIGINAL:
        with open(os.path.join(HERE, "pipeline.yaml"), encoding="utf-8", newline="") as file:
            rendered = file.read()
        main._pipeline_spec_from_args = lambda _known: rendered
        argv = [arg for arg in argv if not arg.startswith("--yaml_pipeline_file=")] + ["--yaml_pipeline_file=" + ORIGINAL]
    variables = "--jinja_variables=" + json.dumps(jinja_variables())
    options, construct, display = main.build_pipeline_components_from_argv(argv + [variables])
    # The rendered file and the variables hold secrets, and display data is shown by Flink.
    display = {"yaml_jinja_template": display["yaml_jinja_template"]}
    pipeline = beam.Pipeline(options=forced(options, argv), display_data=display)
    construct(pipeline)
    return pipeline


def follow(flink, began):
    """The job's last state. Flink may be away for a minute; where it never answered, nobody waits for it."""
    if WITHOUT_FLINK:
        return None
    job, misses = flink.job(began), 0
    while job and (job["state"] in ACTIVE or (job["state"] == "UNREACHABLE" and flink.answered and misses < PATIENCE)):
        misses = 0 if job["state"] in ACTIVE else misses + 1
        time.sleep(PAUSE)
        job = flink.job(began)
    return job


def ended(flink, began, text):
    """Flink's word counts, and Beam's where Flink has none: a client that lost its job server has not lost its job."""
    job = follow(flink, began)
    state = job["state"] if job else None
    if state == "FINISHED" or (not text and state not in BROKEN):
        if text:
            say(text[-4000:])
        say("pipeline " + flink.name + " finished")
        return 0
    reason = flink.reason(job) if job and job["jid"] else ""
    for part in (text, reason):
        if part:
            say(part[-4000:])
    found = re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception): .*", text + "\n" + reason, re.MULTILINE)
    say("pipeline " + flink.name + " failed" + (": " + found[-1][:500] if found else ""))
    return 1


def attach(flink):
    """An earlier try of this Job may have left its job running: it is watched, not started again."""
    job = next((job for job in flink.jobs_for_sure() if job["name"] == flink.name), None)
    if job and job["state"] in {"CANCELLING", "FAILING"}:
        # What an evicted pod asked to end has not been run.
        job = follow(flink, 0)
    if job is None or job["state"] not in ACTIVE:
        return None
    say("flink job " + flink.name + " runs already")
    threading.Thread(target=watch, args=(flink, 0, SETTINGS["outcome"] == "running"), daemon=True).start()
    job = follow(flink, 0)
    if job is None or job["state"] == "UNREACHABLE":
        say("nobody saw how " + flink.name + " ended: Flink no longer knows it, or does not answer")
        return 1
    return ended(flink, 0, "")


def submit(flink, argv):
    try:
        pipeline = run(argv)
    except Exception:
        text = traceback.format_exc()
        say(text)
        say("Beam refuses the pipeline: " + text.strip().splitlines()[-1])
        return 2
    try:
        if replace_older(flink, argv):
            pipeline = run(argv)
    except (OSError, RuntimeError) as error:
        say("an older version of " + flink.base + " cannot be replaced: " + str(error))
        return 1
    began = int(time.time() * 1000) - 60_000
    if not WITHOUT_FLINK:
        threading.Thread(target=watch, args=(flink, began, SETTINGS["outcome"] == "running"), daemon=True).start()
    text = ""
    try:
        pipeline.run().wait_until_finish()
    except Exception as error:
        text = str(error) or type(error).__name__
    return ended(flink, began, text)


def main():
    argv = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    logging.getLogger().handlers[0].addFilter(Redact())
    flink = Flink(flag(argv, "flink_master") or "", flag(argv, "job_name"))

    def stop(_signal, _frame):
        job = flink.job() if SETTINGS["outcome"] == "finished" and not WITHOUT_FLINK else None
        try:
            if job and job["jid"] and job["state"] in ACTIVE:
                flink.cancel(job)
        except OSError as error:
            say(str(error))
        say("told to stop")
        os._exit(143)

    signal.signal(signal.SIGTERM, stop)
    try:
        code = attach(flink)
    except OSError as error:
        say(str(error))
        code = 1
    code = submit(flink, argv) if code is None else code
    sys.stdout.flush()
    # Beam's own threads would keep a finished process alive.
    os._exit(code)


main()
`;
