/** What user code logged, out of the log of a job server. */

import { prismMessages, workerMessages } from "#stacks/beam/worker-messages";

const entry = (message: string, place: string): string =>
  `INFO:root:severity: INFO\ntimestamp {\n  seconds: 1\n}\nmessage: ${message}\ninstruction_id: "bundle_2"\nlog_location: "${place}"\nthread: "Thread-14"\n\n`;

test("takes what pipelines log and leaves out what Beam says of itself", () => {
  const log = [
    entry('"{\\"element\\": 1}"', "/x/apache_beam/yaml/yaml_provider.py:1"),
    entry('"Data channel established."', "/x/apache_beam/runners/worker/data_plane.py:9"),
    entry('"mine \\303\\244"', "/app/mine.py:3"),
  ].join("");

  expect(workerMessages(log)).toEqual(['{"element": 1}', '"mine \\303\\244"']);
});

test("takes the same out of Prism's log, above debug", () => {
  const said = (msg: string, location?: string, level = "INFO") =>
    JSON.stringify({ time: "2026-01-01T00:00:00Z", level, msg, ...(location !== undefined && { sdk: { transformID: "t", location } }) });
  const log = [
    said("Serving JobManagement"),
    said('[SDK] {"element": 1}', "/x/apache_beam/yaml/yaml_provider.py:1"),
    said("[SDK] Data channel established.", "/x/apache_beam/runners/worker/data_plane.py:9"),
    said("[SDK] detail", "/app/mine.py:2", "DEBUG"),
    said("[SDK] finer", "/app/mine.py:2", "DEBUG-4"),
    said("[SDK] mine \u00e4", "/app/mine.py:3", "WARN"),
    said('[SDK] INFO:root:{"element": 1}', "", "ERROR"),
    "panic: unable to start sdk worker",
  ].join("\n");

  expect(prismMessages(log)).toEqual(['{"element": 1}', "mine \u00e4"]);
});
