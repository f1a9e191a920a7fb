import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureBuilt } from "#stacks/program/built";

const PACKAGE = join(__dirname, "..", "..", "..");

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "beamstack-iac-built-"));
  for (const folder of ["lib", "charts", "stacks"]) mkdirSync(join(root, folder));
  for (const file of ["tsconfig.json", "tsconfig.build.json", "package.json"])
    writeFileSync(join(root, file), readFileSync(join(PACKAGE, file)));
  symlinkSync(join(PACKAGE, "node_modules"), join(root, "node_modules"));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** As if it had been written an hour ago. */
function age(path: string): void {
  const then = Date.now() / 1000 - 3600;
  utimesSync(join(root, path), then, then);
}

describe("a program", () => {
  test("is compiled where it never was, types and data gone through", () => {
    write("lib/core/a.ts", 'import type { B } from "./b";\nexport const a: B = { n: 1 };\n');
    write("lib/core/b.ts", "export interface B {\n  readonly n: number;\n}\n");
    write("lib/imports/c.json", '{ "c": 1 }\n');
    expect(ensureBuilt(root)).toBe("rebuilt");
    expect(read("dist/lib/core/a.js")).toContain("exports.a = { n: 1 };");
    expect(read("dist/lib/core/a.js")).not.toContain("require(");
    expect(JSON.parse(read("dist/lib/imports/c.json"))).toEqual({ c: 1 });
    expect(ensureBuilt(root)).toBe("up-to-date");
  });

  test("is compiled again where a source was put back from an older copy", () => {
    write("stacks/numbers.ts", "export const replicas = 3;\n");
    age("stacks/numbers.ts");
    ensureBuilt(root);
    renameSync(join(root, "stacks/numbers.ts"), join(root, "numbers.ts.bak"));
    write("stacks/numbers.ts", "export const replicas = 9;\n");
    ensureBuilt(root);
    expect(read("dist/stacks/numbers.js")).toContain("9");

    renameSync(join(root, "numbers.ts.bak"), join(root, "stacks/numbers.ts"));

    expect(ensureBuilt(root)).toBe("rebuilt");
    expect(read("dist/stacks/numbers.js")).toContain("3");
    expect(ensureBuilt(root)).toBe("up-to-date");
  });

  test("is compiled again where a source changed, and only that", () => {
    write("lib/a.ts", "export const a = 1;\n");
    write("stacks/b.ts", "export const b = 1;\n");
    for (const path of ["lib/a.ts", "stacks/b.ts"]) age(path);
    ensureBuilt(root);
    const marked = `${read("dist/stacks/b.js")}// left alone\n`;
    write("dist/stacks/b.js", marked);
    write("lib/a.ts", "export const a = 2;\n");
    expect(ensureBuilt(root)).toBe("rebuilt");
    expect(read("dist/lib/a.js")).toContain("exports.a = 2;");
    expect(read("dist/stacks/b.js")).toBe(marked);
  });

  test("that may be run may be run afterwards", () => {
    write("stacks/cli/main.ts", "#!/usr/bin/env node\n");
    ensureBuilt(root);
    chmodSync(join(root, "dist/stacks/cli/main.js"), 0o755);
    age("dist/stacks/cli/main.js");
    expect(ensureBuilt(root)).toBe("rebuilt");
    expect(statSync(join(root, "dist/stacks/cli/main.js")).mode & 0o777).toBe(0o755);
  });

  test("that is malformed is an error with the place, and nothing is written", () => {
    write("lib/a.ts", "export const a = 1;\n");
    write("lib/b.ts", "export const b = 1;\nexport const = 2;\n");
    expect(() => ensureBuilt(root)).toThrow("lib/b.ts:2:14: ");
    expect(existsSync(join(root, "dist"))).toBe(false);
  });

  test("does not wait for an environment file, whatever is wrong with it", () => {
    write("stacks/env/broken.ts", "export default {\n");
    expect(ensureBuilt(root)).toBe("up-to-date");
  });

  test("without a compiler says what to do", () => {
    write("lib/a.ts", "export const a = 1;\n");
    rmSync(join(root, "node_modules"));
    expect(() => ensureBuilt(root)).toThrow("run npm ci");
  });
});

test("an installed package has no sources, and is up to date", () => {
  rmSync(join(root, "tsconfig.build.json"));
  write("lib/a.ts", "export const a = 1;\n");
  expect(ensureBuilt(root)).toBe("up-to-date");
});
