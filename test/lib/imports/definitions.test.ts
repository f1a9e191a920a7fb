import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestText } from "#lib/core/digest";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { Definition } from "#lib/imports/definition";
import { PRODUCTS } from "#stacks/import/sources";

const IMPORTS = join(__dirname, "../../../lib/imports");

interface Imported {
  readonly definitions: () => readonly Definition[];
}

const products: Readonly<Record<string, () => readonly Definition[]>> = Object.fromEntries(
  PRODUCTS.map(({ product }) => [product, (require(join(IMPORTS, product, "index")) as Imported).definitions]),
);

test("the digests of the instance types are those of what was written", () => {
  const folder = join(IMPORTS, "instance-types");
  const { outputs } = JSON.parse(readFileSync(join(folder, "origin.json"), "utf8")) as {
    readonly outputs: Readonly<Record<string, string>>;
  };

  expect(outputs).toEqual(
    Object.fromEntries(Object.keys(outputs).map((name) => [name, digestText(readFileSync(join(folder, name), "utf8"))])),
  );
});

describe.each(Object.keys(products))("%s", (product) => {
  const all = products[product]?.() ?? [];
  const origin: JsonObject = JSON.parse(readFileSync(join(IMPORTS, product, "origin.json"), "utf8"));

  test("records the version and the digest of everything read and written", () => {
    const source = PRODUCTS.find((one) => one.product === product);
    const files = readdirSync(join(IMPORTS, product)).filter((name) => name !== "origin.json");

    expect(origin["version"]).toBe(source?.version);
    expect(Object.keys(origin["inputs"] ?? {})).toEqual(all.map((definition) => definition.metadata.name));
    expect(origin["outputs"]).toEqual(
      Object.fromEntries(files.map((name) => [name, digestText(readFileSync(join(IMPORTS, product, name), "utf8"))])),
    );
  });

  test("holds facts and no prose", () => {
    const prose = all.flatMap((definition) => sentences(definition, definition.metadata.name));

    expect(prose).toEqual([]);
  });

  test("keeps a definition a line, so that a change shows what changed", () => {
    const lines = readFileSync(join(IMPORTS, product, "crds.json"), "utf8")
      .trim()
      .split("\n");

    expect(lines.slice(1, -1).map((line) => JSON.parse(line.replace(/,$/, "")).metadata.name)).toEqual(
      all.map((definition) => definition.metadata.name),
    );
  });

  test("has types without comments but those that say which part of which kind they are", () => {
    const text = readFileSync(join(IMPORTS, product, "types.ts"), "utf8");
    const comments = text.split("\n").filter((line) => /\/\*|\*\/|\/\//.test(line));

    expect(
      comments.filter(
        (line) => !/^\/\*\* (Types of [\w. -]+ Generated|`\w+` of [\w, ./-]+\. |A part of several types: `\w+`\. )/.test(line),
      ),
    ).toEqual([]);
    // CRDs that keep every field have no types.
    expect(comments.length).toBeGreaterThan(all.some(hasFields) ? 1 : 0);
  });
});

test("nothing but imports lies in the folder", () => {
  // Pods of charts, one file for each.
  const charts = "pods";
  const folders = readdirSync(IMPORTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const unknown = folders
    .map(({ name }) => name)
    .filter((name) => name !== charts && !Object.hasOwn(products, name) && !existsSync(join(IMPORTS, name, "index.ts")));

  expect(unknown).toEqual([]);
});

/** Texts that read like sentences: several words that are no CEL rule and no allowed value, and every key that holds text for people. */
function sentences(value: JsonValue | undefined, path: string): string[] {
  if (typeof value === "string") return isProse(value) && !/\.(rule|enum\[\d+\])$/.test(path) ? [`${path}: ${value}`] : [];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue, index) => sentences(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  // The server stores the default of a field, whatever it says.
  const fields = Object.entries(value).filter(([key]) => key !== "default" || path.endsWith(".properties"));
  return fields.flatMap(([key, item]) => [...(isProseKey(key, item) ? [`${path}.${key}`] : []), ...sentences(item, `${path}.${key}`)]);
}

function hasFields(definition: Definition): boolean {
  const schema = ["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec", "properties"];
  return valueAt(definition, schema) !== undefined;
}

function isProse(text: string): boolean {
  return /[a-z]+ [a-z]+ [a-z]+/i.test(text);
}

/** As a keyword of a schema these hold text; as the name of a field they hold a schema. */
function isProseKey(key: string, value: JsonValue | undefined): boolean {
  return ["description", "title", "example", "message", "deprecationWarning"].includes(key) && typeof value === "string";
}
