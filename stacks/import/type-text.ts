/** The TypeScript type of a structural schema, formatted as this project's formatter does. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import { listOf, objectOf } from "./json-parts";
import { looseType } from "./loose-types";

/** Width of a line of code in this project. */
const WIDTH = 140;

/** Names of shared types, by their {@link objectText}. */
export type NamedTypes = ReadonlyMap<string, string>;

/** Position of a type: the indentation of its line, and the columns that are already used. */
export interface Place {
  readonly indent: string;
  readonly used: number;
  readonly named: NamedTypes;
}

/** Whether the schema has fields of its own that a type must name. */
export function isNamedObject(schema: JsonObject): boolean {
  return Object.keys(objectOf(schema["properties"])).length > 0 && looseType(schema) === undefined;
}

/** The type of an object with fields at the top level: equal texts are equal types. */
export function objectText(schema: JsonObject, named: NamedTypes = new Map()): string {
  return block(schema, { indent: "", used: 0, named });
}

/** The type of a schema; starts with a line break if it begins on the next line. */
export function typeText(schema: JsonObject, place: Place): string {
  const text = bareType(schema, place);
  if (schema["nullable"] !== true) return text;
  if (!text.startsWith("JsonObject & ")) return union([text, "null"], place);
  // An intersection within a union stands in parentheses, on lines of its own.
  const member = bareType(schema, { ...place, indent: `${place.indent}    ` });
  return union([`(${member})`, "null"], { ...place, used: WIDTH });
}

function bareType(schema: JsonObject, place: Place): string {
  if (schema["x-kubernetes-int-or-string"] === true) return "number | string";
  const values = schema["enum"];
  if (Array.isArray(values))
    return union(
      values.map((value) => JSON.stringify(value)),
      place,
    );
  const byType = TYPES[String(schema["type"])];
  if (byType) return byType(schema, place);
  return schema["x-kubernetes-preserve-unknown-fields"] === true ? "JsonObject" : "JsonValue";
}

const TYPES: Readonly<Record<string, (schema: JsonObject, place: Place) => string>> = {
  string: () => "string",
  boolean: () => "boolean",
  integer: () => "number",
  number: () => "number",
  array: arrayType,
  object: objectType,
};

function arrayType(schema: JsonObject, place: Place): string {
  const item = typeText(objectOf(schema["items"]), { ...place, used: place.used + "readonly []".length });
  if (item.startsWith("\n")) return `readonly (${item}\n${place.indent})[]`;
  return isUnion(item) ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function isUnion(text: string): boolean {
  return !text.startsWith("{") && text.includes(" | ");
}

function objectType(schema: JsonObject, place: Place): string {
  const loose = looseType(schema);
  if (loose) return loose;
  if (isNamedObject(schema)) return (place.named.size > 0 && place.named.get(objectText(schema))) || block(schema, place);
  const values = schema["additionalProperties"];
  if (!isJsonObject(values)) return "JsonObject";
  return `{\n${propertyLine("readonly [key: string]:", values, inside(place))}\n${place.indent}}`;
}

function block(schema: JsonObject, place: Place): string {
  const required = listOf(schema["required"]);
  const fields = Object.entries(objectOf(schema["properties"]));
  const lines = fields.map(([name, field]) =>
    fieldLine(name, objectOf(field), { place: inside(place), required: required.includes(name) }),
  );
  const text = `{\n${lines.join("\n")}\n${place.indent}}`;
  return schema["x-kubernetes-preserve-unknown-fields"] === true ? `JsonObject & ${text}` : text;
}

function inside(place: Place): Place {
  return { ...place, indent: `${place.indent}  ` };
}

interface Field {
  readonly place: Place;
  readonly required: boolean;
}

/** A required field with a default is optional: the server sets the default before validation. */
function fieldLine(name: string, schema: JsonObject, field: Field): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  const optional = field.required && schema["default"] === undefined ? "" : "?";
  return propertyLine(`readonly ${key}${optional}:`, schema, field.place);
}

function propertyLine(head: string, schema: JsonObject, place: Place): string {
  const type = typeText(schema, { ...place, used: place.indent.length + head.length + 2 });
  return `${place.indent}${head}${type.startsWith("\n") ? "" : " "}${type};`;
}

/** The members on one line if they fit, else one per line. */
function union(members: readonly string[], place: Place): string {
  const line = members.join(" | ");
  if (members.length < 2 || place.used + line.length <= WIDTH) return line;
  return members.map((member) => `\n${place.indent}  | ${member}`).join("");
}
