import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VARIABLES } from "#stacks/cli/variables";

test("every variable of this package is documented, and no other", () => {
  const files = readdirSync("stacks", { recursive: true, withFileTypes: true }).filter((entry) => /\.ts$/.test(entry.name));
  const text = files
    .filter(({ name }) => name !== "variables.ts")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
  const used = [...new Set(text.match(/BEAMSTACK_IAC_[A-Z_]+/g))].sort();

  expect(
    VARIABLES.map(({ name }) => name)
      .filter((name) => name.startsWith("BEAMSTACK_IAC_"))
      .sort(),
  ).toEqual(used);
});
