/** The command as a shell runs it. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFolders, instanceNamed } from "#stacks/local/control-plane/instance";
import { packageRoot, writePrivate } from "#stacks/local/files";

const home = mkdtempSync(join(tmpdir(), "beamstack-iac-main-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a line of shell says, `beamstack-iac` being the command. */
function shell(line: string) {
  const command = `beamstack-iac() { '${process.execPath}' dist/stacks/cli/main.js "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: packageRoot(),
    env: { ...process.env, BEAMSTACK_IAC_HOME: home },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("a reader that leaves is no failure", () => {
  expect(shell('beamstack-iac diff dev prod | true; exit "${PIPESTATUS[0]}"')).toEqual({ status: 0, stdout: "", stderr: "" });
});

const full = existsSync("/dev/full") ? test : test.skip;
full("a full disk is: one line, no stack (skipped where there is no /dev/full)", () => {
  const { status, stderr } = shell("beamstack-iac diff dev prod > /dev/full");

  expect(status).toBe(1);
  expect(stderr).toBe("error standard output cannot be written: ENOSPC: no space left on device, write\n");
});

test.each(["help synth", "synth --help", "help pipeline render"])("%s tells arguments and options", (words) => {
  const { status, stdout } = shell(`beamstack-iac ${words}`);

  expect(status).toBe(0);
  expect(stdout).toMatch(/Arguments:.*Options:.*--json/s);
});

test.each(["status --json", "synth prod --format none --json", "pipeline render file --secret x --json", "bogus --json"])(
  "a wrong command line is a document for machines: %s",
  (words) => {
    const { status, stdout } = shell(`beamstack-iac ${words}`);

    expect({ status, document: JSON.parse(stdout) }).toMatchObject({ status: 2, document: { kind: "Error", exitCode: 2 } });
  },
);

test.each(["stop", "status"])("local %s of what is neither a control plane nor an environment names those there are", (word) => {
  const { status, stderr } = shell(`beamstack-iac local ${word} lcoal`);

  expect(status).toBe(2);
  expect(stderr).toContain('there is no control plane and no environment "lcoal"; name one of dev, local, prod, staging');
});

test("a control plane that is stopped is named, with what starts it, and nobody waits for it", () => {
  const instance = instanceNamed("local", join(home, "stopped"));
  createFolders(instance);
  writePrivate(instance.kubeconfig, "");

  const { status, stderr } = shell(`BEAMSTACK_IAC_HOME='${join(home, "stopped")}' beamstack-iac status local`);

  expect(status).toBe(1);
  expect(stderr).toContain("the control plane of local is stopped; run beamstack-iac local start local");
});

test.each(["refresh", "destroy"])("%s of a stack that is not there starts nothing", (word) => {
  expect(shell(`beamstack-iac ${word} local --yes`)).toMatchObject({ status: 6 });

  expect(JSON.parse(shell("beamstack-iac local status local --json").stdout)).toMatchObject({ items: [{ state: "absent" }] });
  expect(shell("beamstack-iac local status").stdout).toBe("this project has no control plane\n");
});
