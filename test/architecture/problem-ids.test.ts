/** Every kind of problem stands in one source line, and some test makes it appear. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

/** Ids as they are written where a problem is made: `id: "area.rule", path`. */
const written = ["lib", "charts", "stacks"].flatMap((folder) =>
  sources(folder).flatMap((text) => [...text.matchAll(/\bid: "([a-z-]+\.[a-z0-9.-]+)",\s*path/g)].map(([, id = ""]) => id)),
);

test("they are found where they are made", () => {
  expect(written.length).toBeGreaterThan(60);
});

test("no two source lines make a problem of one id", () => {
  expect(written.filter((id, i) => written.indexOf(id) !== i)).toEqual([]);
});

test("every problem appears in a test", () => {
  const tests = sources("test").join("\n");

  expect(written.filter((id) => !tests.includes(id)).sort()).toEqual([]);
});
