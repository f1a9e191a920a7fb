/** Every rule on imports reports a breach: one of each kind is planted in a tree beside the real one. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly pathNot?: string };
}

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string; readonly to: string }[];
  };
}

const ROOT = join(__dirname, "../..");
const { forbidden } = require(join(ROOT, ".dependency-cruiser.js")) as { readonly forbidden: readonly Rule[] };

/** Folders that a layer may or may not import. */
const layerRules = forbidden.filter(({ name }) => name.startsWith("layer-"));
const layers = layerRules.map(({ from }) => (from.path ?? "").replace(/^\^|\/$/g, ""));
const OUTSIDE = ["test", "bench", "scripts"];

/** A file, what it imports, and the rule that forbids it; none where it is allowed. */
type Plant = readonly [file: string, specifier: string, rule: string | undefined, target: string];

const acrossLayers: readonly Plant[] = layerRules.flatMap(({ name, to }, at) => {
  const layer = layers[at] ?? "";
  const isAllowed = (target: string) => new RegExp(to.pathNot ?? "").test(target);
  return [...layers, ...OUTSIDE].flatMap((folder): Plant[] => {
    const target = `${folder}/target.ts`;
    const file = (how: string) => `${layer}/${how}-${folder.replace("/", "-")}.ts`;
    const rule = isAllowed(target) ? undefined : name;
    const plain = target.replace(/\.ts$/, "");
    const byFolder: Plant = [file("relative"), relative(layer, plain).replace(/^(?!\.)/, "./"), rule, target];
    return OUTSIDE.includes(folder) ? [byFolder] : [byFolder, [file("subpath"), `#${plain}`, rule, target]];
  });
});

const others: readonly Plant[] = [
  ["lib/core/cycle-a.ts", "./cycle-b", "no-cycle", "lib/core/cycle-b.ts"],
  // One cycle is reported once.
  ["lib/core/cycle-b.ts", "#lib/core/cycle-a", undefined, "lib/core/cycle-a.ts"],
  ["stacks/nowhere.ts", "#lib/core/nowhere", "resolvable", "#lib/core/nowhere"],
  ["lib/components/one/sibling.ts", "#lib/components/two/props", "no-sibling-component", "lib/components/two/props.ts"],
  ["lib/components/one/sibling-relative.ts", "../two/props", "no-sibling-component", "lib/components/two/props.ts"],
  ["lib/kube/engine.ts", "@pulumi/pulumi", "only-pure-packages-in-lib", "node_modules/@pulumi/pulumi/index.js"],
  ["charts/engine.ts", "@pulumi/pulumi", "only-pure-packages-in-lib", "node_modules/@pulumi/pulumi/index.js"],
  ["stacks/engine.ts", "@pulumi/pulumi", undefined, "node_modules/@pulumi/pulumi/index.js"],
  ["stacks/cli/engine.ts", "@pulumi/pulumi", "commands-without-sdk", "node_modules/@pulumi/pulumi/index.js"],
  ["stacks/cli/through.ts", "../engine", "commands-without-sdk", "node_modules/@pulumi/pulumi/index.js"],
  ["lib/kube/words.ts", "zod", undefined, "node_modules/zod/index.js"],
  ["lib/core/files.ts", "node:fs", "no-side-effects-in-lib", "fs"],
  ["lib/core/environment.ts", "process", "no-side-effects-in-lib", "process"],
  ["charts/clock.ts", "node:timers/promises", "no-side-effects-in-lib", "timers/promises"],
  ["lib/core/hash.ts", "node:crypto", undefined, "crypto"],
  ["stacks/files.ts", "node:fs", undefined, "fs"],
  ["charts/product.ts", "#lib/components/one/product", "charts-name-no-product", "lib/components/one/product.ts"],
  ["charts/list.ts", "#lib/components/catalog", undefined, "lib/components/catalog.ts"],
];

/** What the clock, the environment, the network and chance are read with; Biome looks at these, which are no imports of a file. */
const GLOBALS = [
  "process.env",
  "Date.now()",
  "new Date()",
  "performance.now()",
  "fetch",
  "setTimeout",
  "setInterval",
  "crypto",
  "Intl",
  "console",
];

const plants = [...acrossLayers, ...others];
const folder = mkdtempSync(join(tmpdir(), "layers-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** What the gate says of the planted tree: the configuration, the `imports` and the compiler settings are the real ones. */
function reported(): string[] {
  for (const file of [".dependency-cruiser.js", "package.json", "tsconfig.json"]) cpSync(join(ROOT, file), join(folder, file));
  for (const [, , , target] of plants) if (/\.[jt]s$/.test(target)) write(target, "export {};\n");
  for (const name of ["@pulumi/pulumi", "zod"]) write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
  symlinkSync(join(ROOT, "node_modules/typescript"), join(folder, "node_modules/typescript"));
  for (const [file, specifier] of plants) write(file, `import type {} from "${specifier}";\nimport "${specifier}";\n`);
  const program = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const folders = ["lib", "charts", "stacks"];
  const output = execFileSync(process.execPath, [program, "--config", ".dependency-cruiser.js", "--output-type", "json", ...folders], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  const { summary } = JSON.parse(output) as Report;
  return [...new Set(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`))].sort();
}

test("the gate reports every planted breach, and nothing that is allowed", () => {
  const expected = plants.flatMap(([file, , rule, target]) => (rule === undefined ? [] : [`${rule}: ${file} -> ${target}`]));

  expect(reported()).toEqual([...new Set(expected)].sort());
});

test("no rule is without a breach", () => {
  const planted = new Set(plants.map(([, , rule]) => rule));

  expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
});

test.each(["lib/core", "charts"])("the linter reports clock, environment, network and chance in %s", (layer) => {
  for (const name of ["biome.json", ".gitignore"]) cpSync(join(ROOT, name), join(folder, name));
  const file = `${layer}/impure.ts`;
  const values = GLOBALS.map((text, at) => `export const value${at} = ${text};\n`);
  write(file, ['import { randomUUID } from "node:crypto";\n', ...values, "export const id = randomUUID();\n"].join(""));

  const program = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = spawnSync(process.execPath, [program, "lint", "--reporter=github", "--max-diagnostics=none", file], {
    cwd: folder,
    encoding: "utf8",
  });

  const lines = [...stdout.matchAll(/title=lint\/style\/noRestricted(?:Globals|Imports),.*?line=(\d+)/g)].map(([, line]) => Number(line));
  expect([...new Set(lines)]).toEqual([1, ...values.map((_, at) => at + 2)]);
});
