/** Bytes that are no UTF-8 have a place. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEnvironment } from "#stacks/environments";
import { readUtf8 } from "#stacks/local/utf8";

const fixture = join(__dirname, "../../fixtures/beam/10-latin1.yaml");
const folder = mkdtempSync(join(tmpdir(), "utf8-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file in Latin-1 is refused with the first place that is no UTF-8", () => {
  expect(readUtf8(fixture)).toEqual({ ok: false, line: 5, column: 36 });
});

test("a replacement character of the file's own is text", () => {
  const file = join(folder, "a.yaml");
  writeFileSync(file, Buffer.concat([Buffer.from("a: \ufffd\n"), Buffer.from([0xfc])]));

  expect(readUtf8(file)).toEqual({ ok: false, line: 2, column: 1 });
});

test("an environment file that is no UTF-8 is refused", () => {
  writeFileSync(join(folder, "bad.ts"), Buffer.from([0x2f, 0x2f, 0xfc]));

  expect(loadEnvironment("bad", { project: { root: folder, environments: folder } })).toMatchObject({
    ok: false,
    problems: [{ id: "environment.not-utf8", path: expect.stringContaining("bad.ts:1:3") }],
  });
});
