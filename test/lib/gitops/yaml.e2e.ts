/** The parsers of Go (kubectl's) and Python read our YAML back as the same values. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { JsonValue } from "#lib/core/json";
import { toYaml } from "#lib/gitops/yaml";
import { tree } from "./arbitrary";
import { awkward } from "./awkward";

const folder = mkdtempSync(join(tmpdir(), "yaml-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PYYAML = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1], encoding='utf-8')), sys.stdout)";

const parsers = [
  {
    name: "PyYAML",
    probe: ["python3", "-c", "import yaml"],
    read: (file: string) => execFileSync("python3", ["-c", PYYAML, file], { encoding: "utf8" }),
  },
  {
    name: "kubectl",
    probe: ["kubectl", "version", "--client"],
    // An empty patch of an object of an unknown kind: kubectl reads and prints it, and asks no server.
    read: (file: string) =>
      execFileSync("kubectl", ["patch", "--local", "--type=merge", "-p", "{}", "-o", "json", "-f", file], { encoding: "utf8" }),
  },
] as const;

describe.each(parsers)("$name", ({ name, probe: [program, ...args], read }) => {
  const present = spawnSync(program, args).status === 0;
  const when = present ? test : (title: string) => test.skip(`${title} (skipped: no ${name} on this machine)`, () => {});

  const roundTrip = (value: JsonValue): void => {
    const file = join(folder, "object.yaml");
    const object = { apiVersion: "example.com/v1", kind: "Tree", metadata: { name: "x" }, value };
    writeFileSync(file, toYaml(object));
    expect(JSON.parse(read(file))).toEqual(object);
  };

  when("reads every awkward text back, as value, item and key", () => {
    roundTrip(awkward.map((value) => ({ value, items: [value, [value]], [value]: { [value]: value } })));
  });

  when("reads every tree back", () => {
    fc.assert(fc.property(fc.array(tree, { minLength: 20, maxLength: 40 }), roundTrip), { numRuns: 10 });
  });
});
