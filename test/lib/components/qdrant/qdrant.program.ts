/**
 * The program that makes an index, against the models and the engine in memory of Qdrant's official client behind Qdrant's REST API. Writers and readers are that
 * client, too. The server itself is in no registry of packages.
 *
 * @exercises qdrant, vector-indexes
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { qdrantIndexPlan } from "#lib/components/qdrant/index-plan";
import type { IndexShape } from "#lib/kube/index-plan";
import { createIndex } from "../../../fixtures/create-index";
import { pythonPackages } from "../../../fixtures/python-packages";

const FIXTURE = join(__dirname, "../../../fixtures/qdrant");
const KEY = "planted-api-key";
const FIRST: IndexShape = {
  ...{ alias: "documents", index: "documents-v1", served: "documents-v1", expired: [] },
  ...{ dimensions: 8, similarity: "cosine", shards: 2, copies: 2 },
};

let python: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  const requirements = readFileSync(join(FIXTURE, "requirements.txt"), "utf8").trim().split("\n");
  python = join(await pythonPackages("qdrant-client", requirements), "python");
}, 1_200_000);

beforeEach(async () => {
  const started = spawn(python, [join(FIXTURE, "server.py"), KEY], { stdio: ["pipe", "pipe", "inherit"] });
  server = started;
  const [port] = await once(started.stdout, "data");
  url = `http://127.0.0.1:${String(port).trim()}`;
});

afterEach(async () => {
  server.stdin?.end();
  if (server.exitCode === null) await once(server, "exit");
});

const make = (shape: IndexShape, key = KEY) => createIndex(shape, { url, key, planOf: qdrantIndexPlan });

function client(action: "write" | "search", collection: string, text: string, ...field: string[]): string {
  const args = [url, KEY, action, collection, `${FIRST.dimensions}`, text, ...field];
  return execFileSync(python, [join(FIXTURE, "client.py"), ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

test("the collection is made once; the client writes it by its name and reads it by the alias", async () => {
  expect(await make(FIRST)).toEqual({ code: 0, stderr: "" });
  expect(client("write", "documents-v1", "apples")).toBe("completed");

  expect(await make(FIRST)).toEqual({ code: 0, stderr: "" });

  expect(client("search", "documents", "a")).toBe("apples");
});

test("readers stay with the served version while the next is written, and old versions go when they are not kept", async () => {
  const second = { ...FIRST, index: "documents-v2" };
  await make(FIRST);
  client("write", "documents-v1", "apples");

  await make(second);
  client("write", "documents-v2", "avocados");
  expect(client("search", "documents", "a")).toBe("apples");
  expect(await make({ ...second, served: "documents-v2", expired: ["documents-v1"] })).toEqual({ code: 0, stderr: "" });

  expect(client("search", "documents", "a")).toBe("avocados");
  expect(() => client("search", "documents-v1", "a")).toThrow(/not found/);
});

test("a vector with a name is written and read by it", async () => {
  expect(await make({ ...FIRST, vectorField: "text" })).toEqual({ code: 0, stderr: "" });

  expect(client("write", "documents-v1", "apples", "text")).toBe("completed");
  expect(client("search", "documents", "a", "text")).toBe("apples");
});

test("another shape and another key are refused, and readers keep what they have", async () => {
  await make(FIRST);
  client("write", "documents-v1", "apples");

  expect(await make({ ...FIRST, dimensions: 16 })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("vectors/size: 8, and not 16"),
  });
  expect(await make({ ...FIRST, similarity: "euclidean" })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Cosine, and not Euclid"),
  });
  expect(await make(FIRST, "another")).toMatchObject({ code: 1, stderr: expect.stringContaining("401") });

  expect(client("search", "documents", "a")).toBe("apples");
});
