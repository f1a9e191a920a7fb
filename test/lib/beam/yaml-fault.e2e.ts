/** What we refuse as no YAML, Beam's own loader refuses too: asked about files that went wrong in all the ways that files go wrong. */

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { importPipeline } from "#lib/beam/import-pipeline";
import { hasJinja } from "#lib/beam/template";
import { obtainBeam } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { CORPUS } from "../../stacks/beam/corpus";

/** One JSON text a line in, one verdict each out. */
const ASK_BEAM = `
import json, sys, yaml
from apache_beam.yaml import yaml_transform
def verdict(text):
    try:
        text = yaml_transform.expand_jinja(text, {}, [])
        return "pipeline" in dict(yaml.load(text, Loader=yaml_transform.SafeLineLoader))
    except Exception:
        return False
print(json.dumps([verdict(json.loads(line)) for line in sys.stdin]))
`;

const PIECES = [
  ..."\t\r\n:-?\"'#[]{},&*!|>%@`=~\\ \u2028\u0085\ufeff",
  ...'\n\n|  |: |- |? | #|{ |&a |*a |!!str |<<: |---\n|...\n|\n---\n|a: b|a: b: c|- a|"x"#c|\n"|"\n|\n|\n>\n|\n{|\n['.split("|"),
];

/** Legal files without Jinja. Those that carry a planted secret are left out: where they cannot be parsed, the secret is refused, whatever Beam reads. */
const files = fc.constantFrom(...Object.values(CORPUS).filter((text) => !hasJinja(text) && !text.includes("canary")));

const change = fc.oneof(
  fc.record({ how: fc.constant("insert" as const), at: fc.nat(), piece: fc.constantFrom(...PIECES) }),
  fc.record({ how: fc.constant("remove" as const), at: fc.nat(), piece: fc.constantFrom("x", "xx", "xxx") }),
  fc.record({ how: fc.constant("indent" as const), at: fc.nat(), piece: fc.constantFrom(" ", "  ", "\t", "    ") }),
  fc.record({ how: fc.constant("outdent" as const), at: fc.nat(), piece: fc.constantFrom("x", "xx", "xxxx") }),
  fc.record({ how: fc.constant("append" as const), at: fc.nat(), piece: fc.constantFrom(...PIECES) }),
  fc.record({ how: fc.constant("drop" as const), at: fc.nat(), piece: fc.constant("") }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(text: string, { how, at, piece }: Change): string {
  const position = at % (text.length + 1);
  if (how === "insert") return text.slice(0, position) + piece + text.slice(position);
  if (how === "remove") return text.slice(0, position) + text.slice(position + piece.length);
  const lines = text.split("\n");
  const line = at % lines.length;
  const own = lines[line] ?? "";
  if (how === "drop") return lines.toSpliced(line, 1).join("\n");
  const next = how === "indent" ? piece + own : how === "append" ? own + piece : own.replace(new RegExp(`^ {0,${piece.length}}`), "");
  return lines.with(line, next).join("\n");
}

const broken = fc
  .tuple(files, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changes.reduce(changed, text))
  .filter((text) => !hasJinja(text));

test("no file that Beam reads is refused", async () => {
  const { python } = await obtainBeam(silent);
  const texts = [...new Set(fc.sample(broken, { numRuns: 6000, seed: 2077 }))];
  const input = texts.map((text) => JSON.stringify(text)).join("\n");
  const taken: boolean[] = JSON.parse(
    execFileSync(python, ["-c", ASK_BEAM], { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }),
  );

  const refused = texts.map((text) => !importPipeline(text).ok);

  expect(texts.filter((_text, at) => taken[at] && refused[at])).toEqual([]);
  // Most of what Beam does not read is found out here, or the test would prove nothing.
  const [unread, found] = [taken.filter((one) => !one).length, refused.filter((one, at) => one && !taken[at]).length];
  expect(found / unread).toBeGreaterThan(0.7);
});
