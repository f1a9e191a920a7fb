/** What the real engine shows of a program that refuses to go on after it has registered everything. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { callEngine, type EngineEnd } from "#stacks/engine/engine";
import { obtainToolchain } from "#stacks/local/toolchain/toolchain";
import { languageHostEnvironment, locateLanguageHost } from "#stacks/plugins/locate";
import { withEngine } from "../../fixtures/engine";
import { PLUGINS } from "../../fixtures/plugins";

withEngine();

const ROOT = resolve(__dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "refusal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two objects wait for a third one, which never becomes ready. */
const PROGRAM = `
const { ComponentResource } = require("@pulumi/pulumi");
const { refusal } = require(${JSON.stringify(join(ROOT, "dist/stacks/program/refusal.js"))});
class Thing extends ComponentResource {
  constructor(name, options) {
    super("test:index:Thing", name, {}, options);
    this.registerOutputs({});
  }
}
const first = new Thing("first");
const wait = () => new Promise((_, reject) => setTimeout(() => reject(refusal("first is not ready; look at it")), 500));
const ready = first.urn.apply(() => wait().then(() => first));
for (const name of ["second", "third"]) new Thing(name, { dependsOn: [ready] });
`;

async function engine(...args: string[]): Promise<EngineEnd> {
  const { pulumi } = await obtainToolchain(["pulumi"], () => undefined);
  const variables = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_HOME: join(folder, "home"),
  };
  const env = languageHostEnvironment(locateLanguageHost({ engine: pulumi, env: variables }), variables);
  return callEngine({ project: "refusal", stack: "one", engine: pulumi, plugins: PLUGINS, cwd: folder, env }, args);
}

test("is one message without a stack trace, though two wait for it", async () => {
  writeFileSync(join(folder, "Pulumi.yaml"), "name: refusal\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n");
  writeFileSync(join(folder, "index.js"), PROGRAM);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  expect(await engine("stack", "init", "one")).toMatchObject({ code: 0 });

  const { code, stdout, stderr } = await engine("up", "--yes", "--skip-preview", "--stack", "one");

  const said = (stdout + stderr).slice((stdout + stderr).indexOf("Diagnostics:"));
  expect(code).not.toBe(0);
  expect(said.match(/error: .*/g)).toEqual(["error: first is not ready; look at it"]);
  expect(said).not.toMatch(/\n\s+at .+:\d+:\d+/);
});
