/** ARCHITECTURE.md and the machine's layer rules say the same. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Rule {
  readonly name: string;
  readonly from: { readonly path: string };
  readonly to: { readonly pathNot?: string };
}

const ROOT = join(__dirname, "../..");
const { forbidden } = require(join(ROOT, ".dependency-cruiser.js")) as { readonly forbidden: readonly Rule[] };

/** Layer and what it may import, as the page's table has it. */
function documented(): Map<string, string[]> {
  const page = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const [, table = ""] = page.split("| layer | may import |");
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  return new Map(
    rows.map((row) => {
      const [layer = "", ...allowed] = [...row.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
      return [layer, allowed];
    }),
  );
}

/** The same, as the rules have it. */
function enforced(): Map<string, string[]> {
  const rules = forbidden.filter((rule) => rule.name.startsWith("layer-"));
  return new Map(
    rules.map((rule) => {
      const [self = "", ...allowed] = (rule.to.pathNot ?? "").replace(/^\^\(|\)\/$/g, "").split("|");
      return [self, allowed];
    }),
  );
}

test("the table of layers is the set of layer rules", () => {
  expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(enforced()));
});

test("every folder with sources has a row", () => {
  const folders = readdirSync(join(ROOT, "lib")).map((name) => `lib/${name}`);

  expect([...enforced().keys()].sort()).toEqual([...folders, "charts", "stacks"].sort());
});
