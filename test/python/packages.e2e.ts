/** The Python packages of this repository: format, lint, types and tests, with pinned tools and the pinned Beam. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { obtainBeam } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { pythonPackages } from "../fixtures/python-packages";

const ROOT = join(__dirname, "../..");
let tools: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const requirements = readFileSync(join(__dirname, "requirements.txt"), "utf8").trim().split("\n");
  tools = await pythonPackages("python-tools", requirements);
  const { bin } = await obtainBeam(silent);
  const lib = join(bin, "../lib");
  const [python = ""] = readdirSync(lib);
  env = { ...process.env, PYTHONPATH: join(lib, python, "site-packages"), PYTHONDONTWRITEBYTECODE: "1" };
});

describe.each(["submitter", "transforms", "examples/answers/app"])("%s", (folder) => {
  test.each([
    ["is formatted", ["ruff", "format", "--check", "."]],
    ["has no lint", ["ruff", "check", "."]],
    ["has its types", ["mypy"]],
    ["passes its tests", ["pytest", "-q", "-p", "no:cacheprovider"]],
  ])("%s", (_what, command) => {
    const { status, stdout, stderr } = spawnSync(join(tools, "python"), ["-m", ...command], {
      cwd: join(ROOT, folder),
      env,
      encoding: "utf8",
    });

    expect({ status, output: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
  });
});
