/**
 * Keeps properties as plain JSON between the wire and their readers.
 *
 * The classes that `protoc` generates for `google.protobuf.Struct` copy every nested value again at each level above
 * it: seconds for a CRD of thirty levels, for every message that contains it. The bytes on the wire are the same.
 */

import type { BinaryReader, BinaryWriter } from "google-protobuf";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

/** JSON of each struct that was read and never accessed through the generated classes. */
const held = new WeakMap<Struct, JsonObject>();

/** Replaces how this process reads and writes structs. Idempotent. */
export function keepStructsPlain(): void {
  if (Struct.fromJavaScript === hold) return;
  const { fromJavaScript, serializeBinaryToWriter, prototype } = Struct;
  const { toJavaScript, getFieldsMap } = prototype;
  Struct.fromJavaScript = hold;
  Struct.deserializeBinaryFromReader = (struct, reader) => {
    held.set(struct, { ...held.get(struct), ...readFields(reader) });
    return struct;
  };
  Struct.serializeBinaryToWriter = (struct, writer) => {
    const fields = held.get(struct);
    if (fields) writeFields(writer, fields);
    else serializeBinaryToWriter(struct, writer);
  };
  prototype.toJavaScript = function (this: Struct) {
    return (held.get(this) as ReturnType<typeof toJavaScript> | undefined) ?? toJavaScript.call(this);
  };
  // Code that needs the generated classes gets them and may modify them.
  prototype.getFieldsMap = function (this: Struct, ...rest) {
    const fields = held.get(this);
    if (!fields) return getFieldsMap.call(this, ...rest);
    held.delete(this);
    const map = getFieldsMap.call(this);
    getFieldsMap.call(fromJavaScript(fields as Record<string, JavaScriptValue>)).forEach((value, key) => {
      map.set(key, value);
    });
    return map;
  };
}

function hold(fields: Record<string, JavaScriptValue>): Struct {
  const struct = new Struct();
  held.set(struct, fields as JsonObject);
  return struct;
}

/** Field numbers of `Struct`, of the entries of its map, of `Value` and of `ListValue`. Source: google/protobuf/struct.proto. */
const FIELDS = 1;
const ENTRY = { key: 1, value: 2 } as const;
const VALUE = { null: 1, number: 2, text: 3, flag: 4, struct: 5, list: 6 } as const;
const VALUES = 1;

function readFields(reader: BinaryReader): JsonObject {
  const entries: [string, JsonValue][] = [];
  eachField(reader, FIELDS, () => {
    let key = "";
    let value: JsonValue = null;
    while (reader.nextField()) {
      if (reader.getFieldNumber() === ENTRY.key) key = reader.readString();
      else if (reader.getFieldNumber() === ENTRY.value) value = nested(reader, () => readValue(reader));
      else reader.skipField();
    }
    entries.push([key, value]);
  });
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(entries);
}

const READ: Readonly<Record<number, (reader: BinaryReader) => JsonValue>> = {
  [VALUE.number]: (reader) => reader.readDouble(),
  [VALUE.text]: (reader) => reader.readString(),
  [VALUE.flag]: (reader) => reader.readBool(),
  [VALUE.struct]: (reader) => nested(reader, () => readFields(reader)),
  [VALUE.list]: (reader) => nested(reader, () => readList(reader)),
};

function readValue(reader: BinaryReader): JsonValue {
  let value: JsonValue = null;
  while (reader.nextField()) {
    const read = READ[reader.getFieldNumber()];
    if (read) value = read(reader);
    else reader.skipField();
  }
  return value;
}

function readList(reader: BinaryReader): JsonValue[] {
  const values: JsonValue[] = [];
  eachField(reader, VALUES, () => values.push(readValue(reader)));
  return values;
}

/** Calls `read` inside each message in the field `number`. */
function eachField(reader: BinaryReader, number: number, read: () => void): void {
  while (reader.nextField()) {
    if (reader.getFieldNumber() === number) nested(reader, read);
    else reader.skipField();
  }
}

function nested<T>(reader: BinaryReader, read: () => T): T {
  let value: T | undefined;
  reader.readMessage(reader, () => {
    value = read();
  });
  return value as T;
}

/** In the order in which the generated classes write: sorted. */
function writeFields(writer: BinaryWriter, fields: JsonObject): void {
  for (const key of Object.keys(fields).sort()) {
    const value = fields[key];
    writer.writeMessage(FIELDS, fields, () => {
      writer.writeString(ENTRY.key, key);
      writer.writeMessage(ENTRY.value, fields, () => writeValue(writer, value, key));
    });
  }
}

/** @throws TypeError for values that JSON lacks */
function writeValue(writer: BinaryWriter, value: JsonValue | undefined, key: string): void {
  if (value === null) writer.writeEnum(VALUE.null, 0);
  else if (typeof value === "number") writer.writeDouble(VALUE.number, value);
  else if (typeof value === "string") writer.writeString(VALUE.text, value);
  else if (typeof value === "boolean") writer.writeBool(VALUE.flag, value);
  else if (Array.isArray(value)) writer.writeMessage(VALUE.list, value, () => writeList(writer, value, key));
  else if (isJsonObject(value)) writer.writeMessage(VALUE.struct, value, () => writeFields(writer, value));
  else throw new TypeError(`${key} is no JSON: ${typeof value}`);
}

function writeList(writer: BinaryWriter, values: readonly JsonValue[], key: string): void {
  for (const value of values) writer.writeMessage(VALUES, values, () => writeValue(writer, value, key));
}
