import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthCommand } from "#stacks/cli/commands/synth";
import { FakeTerminal } from "../fake-terminal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synth-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const synth = async (terminal: FakeTerminal, ...args: string[]): Promise<FakeTerminal> => {
  await synthCommand(terminal)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: "user" });
  return terminal;
};
const yamlFiles = (): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"));

test("writes one file per object and says how many", async () => {
  const { out, code } = await synth(new FakeTerminal(), "local", "--out", folder, "--json");

  const document = JSON.parse(out);
  expect(code).toBe(0);
  expect(document).toMatchObject({ apiVersion: "beamstack-iac/v1", kind: "Synth", environment: "local", out: folder, unchanged: 0 });
  expect(document.written).toEqual(expect.arrayContaining(yamlFiles()));
  expect(yamlFiles().length).toBeGreaterThan(3);
});

test("a second run writes nothing", async () => {
  await synth(new FakeTerminal(), "local", "--out", folder);

  const { out } = await synth(new FakeTerminal(), "local", "--out", folder);

  expect(out).toMatch(/^0 files written, 0 files removed, \d+ unchanged$/m);
});

test("an unknown environment ends with 2 and names the known ones", async () => {
  const { err, code } = await synth(new FakeTerminal(), "nowhere", "--out", folder);

  expect(code).toBe(2);
  expect(err).toContain("environment.unknown");
  expect(err).toContain("local");
  expect(yamlFiles()).toEqual([]);
});

test("the format is one of those there are", async () => {
  await expect(synth(new FakeTerminal(), "local", "--format", "helm")).rejects.toThrow(/Allowed choices are plain/);
});

test("plain cdk8s synth names the environment in a variable", async () => {
  const { err } = await synth(new FakeTerminal({ env: { BEAMSTACK_IAC_ENVIRONMENT: "nowhere" } }), "--out", folder);

  expect(err).toContain('no environment file "nowhere"');
});
