/** Facts of Beam's transforms as the files of `lib/imports/beam`. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { objectOf } from "./json-parts";
import { typeText } from "./type-text";

/** Name and text of each file. */
export function beamFiles(facts: string): ReadonlyMap<string, string> {
  const parsed: JsonValue = JSON.parse(facts);
  const { origin, transforms } = objectOf(parsed);
  return new Map([
    ["transforms.json", facts],
    ["configs.ts", configsModule(String(origin), objectOf(transforms))],
  ]);
}

/** One transform of all its languages. */
interface Transform {
  readonly name: string;
  readonly languages: readonly string[];
  readonly facts: JsonObject;
}

function configsModule(origin: string, transforms: JsonObject): string {
  const all = merged(transforms);
  const entries = all.map(({ name, ...one }) => `  /** ${aboutTransform(one)} */\n  readonly ${name}: ${name}Config;\n`);
  return [
    `/** Configuration of every transform of Beam YAML (${origin}), generated. Never edited. */\n`,
    `import type { JsonObject, JsonValue } from "#lib/core/json";\n`,
    `/** Configurations by transform. */\nexport interface BeamConfigs {\n${entries.join("")}}\n`,
    ...all.map(configType),
  ].join("\n");
}

/** `MapToFields-python` and its siblings are one transform with a field that names the language. */
function merged(transforms: JsonObject): Transform[] {
  const names = [...new Set(Object.keys(transforms).map((name) => name.replace(/-\w+$/, "")))].sort(compareText);
  return names.map((name) => {
    const languages = Object.keys(transforms).flatMap((each) => (each.startsWith(`${name}-`) ? [each.slice(name.length + 1)] : []));
    return { name, languages, facts: objectOf(transforms[languages.length > 0 ? `${name}-generic` : name]) };
  });
}

function aboutTransform({ languages, facts }: Omit<Transform, "name">): string {
  const by = facts["language"] === "java" ? "Expanded by Java" : "Python";
  const input = facts["input"] === undefined ? "" : facts["input"] === true ? "; reads an input" : "; reads no input";
  return `${by}${input}${languages.length > 0 ? `; languages: ${languages.join(", ")}` : ""}.`;
}

function configType({ name, languages, facts }: Transform): string {
  const fields = Object.entries(objectOf(facts["fields"])).map(([field, about]) =>
    fieldText(field, { about: objectOf(about), languages, refined: REFINED.get(`${name}.${field}`) ?? REFINED.get(field) }),
  );
  const known = Object.keys(objectOf(facts["fields"]));
  const passed = (Array.isArray(facts["passed"]) ? facts["passed"].map(String) : []).filter((field) => !known.includes(field));
  const lines = [
    ...fields,
    ...passed.map((field) => `  /** Passed on by Beam. @default Beam's own */\n  readonly ${field}?: JsonValue;\n`),
    ...(isOpen(facts) ? ["  /** Other fields are passed on by Beam. */\n  readonly [field: string]: JsonValue | undefined;\n"] : []),
  ];
  const none = "  /** It has no fields. @default none */\n  readonly none?: never;\n";
  const text = `interface ${name}Config {\n${lines.length > 0 ? lines.join("") : none}}\n`;
  return `/** Configuration of ${name}. */\n${text}`;
}

/** A Java transform whose fields Beam lists has no others that are known. */
function isOpen(facts: JsonObject): boolean {
  return facts["open"] === true && (facts["language"] !== "java" || Object.keys(objectOf(facts["fields"])).length === 0);
}

/** Types that Beam's code takes and its signatures do not tell. Source: Beam 2.77, yaml_combine.py, yaml_mapping.py, yaml_errors.py. */
const REFINED: ReadonlyMap<string, string> = new Map([
  ["Combine.group_by", "string | readonly string[]"],
  ["ExtractWindowingInfo.fields", "JsonObject | readonly string[]"],
  ["MapToFields.drop", "string | readonly string[]"],
  ["error_handling", "JsonObject & { readonly output: string }"],
]);

interface FieldFacts {
  readonly about: JsonObject;
  readonly languages: readonly string[];
  readonly refined: string | undefined;
}

function fieldText(field: string, { about, languages, refined }: FieldFacts): string {
  const optional = about["required"] !== true;
  const fallback = about["default"] === undefined ? "Beam's own" : JSON.stringify(about["default"]);
  const head = `readonly ${field}${optional ? "?" : ""}:`;
  const named = field === "language" && languages.length > 0;
  const told = named ? languages.map((one) => JSON.stringify(one)).join(" | ") : fieldType(objectOf(about["schema"]), head);
  return `  /** ${optional ? `@default ${fallback}` : "Required."} */\n  ${head} ${refined ?? told};\n`;
}

/** What Beam calls an object with no known fields is any object. */
function fieldType(schema: JsonObject, head: string): string {
  const free = schema["type"] === "object" && isJsonObject(schema["additionalProperties"]) && !("type" in schema["additionalProperties"]);
  return free ? "JsonObject" : typeText(schema, { indent: "  ", used: head.length + 4, named: new Map() });
}
