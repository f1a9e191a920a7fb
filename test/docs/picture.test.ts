/** The picture of the README shows the environment that `npm run up` makes today. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "#lib/core/problem";
import { STAGES } from "#lib/kube/stage";
import { loadEnvironment } from "#stacks/environments";

const PICTURE = join(__dirname, "../../docs/up.svg");

/** What the picture says, a line each. */
function lines(): string[] {
  const texts = readFileSync(PICTURE, "utf8").matchAll(/<text [^>]*>(.*)<\/text>/g);
  return [...texts].map(([, spans = ""]) => [...spans.matchAll(/>([^<]+)</g)].map(([, text]) => text).join("  "));
}

test("with its objects, stages and components", () => {
  const { objects } = unwrap(loadEnvironment("local")).release;
  const shown = lines();

  expect(shown.find((line) => line.startsWith("local is up"))).toMatch(
    new RegExp(`^local is up: ${objects.length} objects, ${objects.length} created in \\d+ s$`),
  );
  for (const stage of STAGES) {
    const ours = objects.filter((object) => object.stage === stage);
    const components = [...new Set(ours.map(({ component }) => component))].sort().join(", ");
    const row = ours.length > 0 ? [`${stage}  ${ours.length}  ${components}`] : [];
    expect(shown.filter((line) => line.startsWith(`${stage}  `))).toEqual(row);
  }
});
