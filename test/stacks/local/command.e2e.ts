/** What the built command does before any control plane is there. */

import { execFileSync, spawnSync } from "node:child_process";
import { packageRoot } from "#stacks/local/files";

const ROOT = packageRoot();

test("only what makes certificates loads their library", () => {
  const code = `
    const { Authority } = require("./dist/stacks/local/control-plane/certificate.js");
    require("./dist/stacks/local/control-plane/start.js");
    const loaded = () => Object.keys(require.cache).some((path) => path.includes("@peculiar/x509"));
    const before = loaded();
    Authority.create("test").then(() => console.log(JSON.stringify([before, loaded()])));`;

  expect(JSON.parse(execFileSync(process.execPath, ["--eval", code], { cwd: ROOT, encoding: "utf8" }))).toEqual([false, true]);
});

describe("on Windows", () => {
  const asWindows = (...words: string[]) =>
    spawnSync(
      process.execPath,
      [
        "--eval",
        `Object.defineProperty(process, "platform", { value: "win32" }); process.argv.splice(1, 0, "beamstack-iac"); require("./dist/stacks/cli/main.js")`,
        ...words,
      ],
      { cwd: ROOT, encoding: "utf8" },
    );

  test("every command is refused before it starts anything, with what to do instead", () => {
    const { status, stdout, stderr } = asWindows("up", "local");

    expect(status).toBe(1);
    expect(`${stdout}${stderr}`).toContain("Windows is not supported");
    expect(`${stdout}${stderr}`).toContain("WSL 2");
  });
});
