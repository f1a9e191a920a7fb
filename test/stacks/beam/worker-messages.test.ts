/** What user code logged, out of a job server's log. */

import { workerMessages } from "#stacks/beam/worker-messages";

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
