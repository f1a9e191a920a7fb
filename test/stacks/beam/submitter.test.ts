/** A submitter outside of its pod: only addresses change, and its files are where the pod would have them. */

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackCommand, secretItems, writeVolume } from "#stacks/beam/submitter";

const job = {
  spec: {
    template: {
      spec: {
        containers: [
          {
            command: ["python", "submit.py"],
            args: [
              "--flink_master=main-rest.flink:8081",
              "--job_endpoint=localhost:8099",
              "--environment_config=localhost:50000",
              "--job_name=x-1",
            ],
          },
        ],
        volumes: [
          {
            projected: {
              sources: [{ configMap: { name: "x-1" } }, { secret: { name: "openai", items: [{ key: "key", path: "secrets/0" }] } }],
            },
          },
        ],
      },
    },
  },
};

test("the command line keeps everything but the addresses", () => {
  expect(loopbackCommand(job, { flinkPort: 1, jobServerPort: 2, workerPoolPort: 3 })).toEqual([
    "python",
    "submit.py",
    "--flink_master=localhost:1",
    "--job_endpoint=localhost:2",
    "--environment_config=localhost:3",
    "--job_name=x-1",
  ]);
});

test("secrets are files that only their owner reads", () => {
  const folder = mkdtempSync(join(tmpdir(), "submitter-"));
  try {
    writeVolume({ job, configMap: { data: { "pipeline.yaml": "pipeline: {}\n" } } }, folder, (secret, key) => `${secret}/${key}`);

    expect(secretItems(job)).toEqual([{ secret: "openai", key: "key", path: "secrets/0" }]);
    expect(readFileSync(join(folder, "secrets/0"), "utf8")).toBe("openai/key");
    expect(statSync(join(folder, "secrets/0")).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, "pipeline.yaml"), "utf8")).toBe("pipeline: {}\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
