/** A repository of a user's own: the tarball in an empty folder, `init`, and everything that a person does next. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeControlPlane } from "#stacks/local/control-plane/stop";
import { call, compiled, installed, packed } from "../fixtures/installed";

const tarball = packed();
const folder = installed(tarball);
const home = mkdtempSync(join(tmpdir(), "home-"));
const env = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent" };
const command = (...args: string[]): string => call(folder, "npx", ["beamstack-iac", ...args], env);

beforeAll(() => {
  command("init", "--name", "acme");
  call(folder, "npm", ["install", "--prefer-offline"]);
});
afterAll(async () => {
  await removeControlPlane("local", home);
  rmSync(home, { recursive: true, force: true });
});

test("the tarball holds what runs, and neither tests, benchmarks nor sources", () => {
  const { files } = tarball;

  expect(files).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/stacks/cli/main.js", "dist/stacks/index.js"]));
  expect(files.filter((file) => /^dist\/(bench|test|stacks\/(env|import))\/|^dist\/\./.test(file))).toEqual([]);
  expect(files.filter((file) => /\.ts$/.test(file) && !/^dist\/.*\.d\.ts$|\/init\/template\//.test(file))).toEqual([]);
});

test.each([
  ["node16", []],
  ["bundler", ["--module", "preserve", "--moduleResolution", "bundler"]],
  ["node16, its declarations checked", ["--skipLibCheck", "false", "--lib", "es2023,dom"]],
])("its types resolve (%s), and a wrong reference does not compile", (_, options) => {
  const file = join(folder, "env/local.ts");
  const text = readFileSync(file, "utf8");
  expect(compiled(folder, ...options)).toBe("");
  writeFileSync(file, text.replace('runner: "main"', 'runner: "mian"'));

  expect(compiled(folder, ...options)).toMatch(/^env\/local\.ts\(\d+,\d+\): error TS\d+: Type '"mian"' is not assignable to type '"main"'/);

  writeFileSync(file, text);
});

test("npm run check and npm run synth pass, the second synth changes nothing, and no file is compiled", () => {
  expect(call(folder, "npm", ["run", "check"])).toContain("local: valid");
  call(folder, "npm", ["run", "synth"]);

  expect(call(folder, "npm", ["run", "synth"])).toMatch(/^0 files written, 0 files removed/m);
  expect(existsSync(join(folder, "gitops/local"))).toBe(true);
  expect(readdirSync(join(folder, "env"))).toEqual(["local.ts", "pipelines"]);
});

test("up, preview, plain pulumi and destroy work there, from a folder below, too", () => {
  command("up", "local", "--yes");

  expect(call(join(folder, "env"), "npx", ["beamstack-iac", "preview", "local", "--expect-no-changes"], env)).toContain("0 changes");
  const { apiVersion: _, kind: __, ...variables } = JSON.parse(command("local", "env", "local", "--json"));
  const said = call(folder, "pulumi", ["preview", "-s", "local", "--non-interactive", "--expect-no-changes"], { ...env, ...variables });
  expect(said).toMatch(/acme-local/);
  expect(command("destroy", "local", "--yes")).toContain("local destroyed");
  expect(JSON.parse(command("local", "status", "--json")).items).toHaveLength(1);
});
