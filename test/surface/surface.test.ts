/**
 * Four surfaces that people and programs rely on, against those of the last release in `docs/surface`. A change must be named in the changelog's
 * unreleased section; `npm run surface` writes the texts anew when a release is made.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../fixtures/command";
import { commandLineSurface } from "./command-line";
import { changes, type OwnedSurface, readSurface, type Surface, surfaceText, unnamed } from "./entry";
import { environmentSurface } from "./environment";
import { treeSurface } from "./tree";
import { typesSurface } from "./types";

const alone = (entries: Surface): OwnedSurface => ({ entries, sections: new Map() });

const SURFACES: Readonly<Record<string, () => OwnedSurface>> = {
  "command-line": () => alone(commandLineSurface()),
  environment: () => alone(environmentSurface()),
  tree: treeSurface,
  types: typesSurface,
};

const CHANGELOG = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");

test.each(Object.entries(SURFACES))(
  "the changelog names every change of the surface %s since the last release",
  (name, surface) => {
    const path = join(ROOT, "docs/surface", `${name}.txt`);
    const now = surface();
    expect(now.entries.size).toBeGreaterThan(10);
    if (process.env["SURFACE"] === "write") writeFileSync(path, surfaceText(now.entries));

    const missing = unnamed(changes(readSurface(readFileSync(path, "utf8")), now), CHANGELOG);

    // Name each in backticks in a bullet that begins with **New or, where it is gone, **Breaking.
    expect(missing).toEqual([]);
  },
  120_000,
);

describe("a change", () => {
  const before = readSurface("synth\n  [environment]\nsynth --out\n  --out <folder>\n");
  const after = new Map([
    ["synth", "<environment>"],
    ["synth --format", "--format <format>"],
  ]);
  const found = changes(before, alone(after));
  const log = (text: string): string =>
    `# Changelog\n\n## Unreleased\n\n- **Other.** \`synth\` is faster.\n${text}\n## 1.0.0\n\n- **New**: \`synth\`\n`;

  test("of any kind is seen", () => {
    expect(found).toEqual([
      { name: "synth", how: "changed" },
      { name: "synth --format", how: "added" },
      { name: "synth --out", how: "removed" },
    ]);
  });

  test("that no bullet of the unreleased section names is reported", () => {
    expect(unnamed(found, log(""))).toEqual(found);
  });

  test("that is new may be named as either; what is gone only as breaking", () => {
    expect(unnamed(found, log("- **New**: `synth`\n  in other words.\n")).map(({ name }) => name)).toEqual(["synth --out"]);
    expect(unnamed(found, log("- **Breaking: other files.** `synth` writes them.\n"))).toEqual([]);
  });

  test("is named by its whole name, not by a part of a word", () => {
    expect(unnamed(found, log("- **Breaking**: `synth --ou`\n"))).toHaveLength(3);
  });

  test("that a component adds is named by its section", () => {
    const added = changes(before, { entries: new Map([...before, ["Queue", "class"]]), sections: new Map([["Queue", "kueue"]]) });

    expect(unnamed(added, log(""))).toEqual([{ name: "Queue", how: "added", section: "kueue" }]);
    expect(unnamed(added, log("- **New**: `kueue`\n"))).toEqual([]);
  });

  test("survives being written and read", () => {
    expect(readSurface(surfaceText(after))).toEqual(after);
  });
});
