/** The program that makes an index, run by Python against a server on loopback that answers as Qdrant does, and as Milvus does. */

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { milvusIndexPlan } from "#lib/components/milvus/index-plan";
import { qdrantIndexPlan } from "#lib/components/qdrant/index-plan";
import type { HttpIndexPlan, IndexShape } from "#lib/kube/index-plan";
import { createIndex } from "../../../fixtures/create-index";

const SHAPE: IndexShape = {
  alias: "documents",
  index: "documents-v2",
  served: "documents-v2",
  expired: ["documents-v1"],
  dimensions: 384,
  similarity: "cosine",
  shards: 1,
  copies: 1,
};

let server: Server;
let requests: string[];
let collections: Map<string, unknown>;
/** Requests that the server refuses because it starts. */
let starting: number;

beforeEach(async () => {
  requests = [];
  collections = new Map();
  starting = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const { url = "", method = "", headers } = request;
      const isMilvus = url.startsWith("/v2/vectordb/");
      const [status, body] = isMilvus ? [200, milvus(url, headers, text)] : answer(`${method} ${url}`, headers["api-key"], text);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

function answer(line: string, key: unknown, body: string): readonly [number, unknown] {
  if (starting-- > 0) return [503, { status: "starting" }];
  if (key !== "the key") return [401, { status: "unauthorized" }];
  requests.push(line);
  const [method, path = ""] = line.split(" ");
  if (path === "/collections/aliases") return [200, { result: true }];
  if (method === "PUT") collections.set(path, JSON.parse(body));
  if (method === "DELETE") return [collections.delete(path) ? 200 : 404, {}];
  const params = collections.get(path);
  return params ? [200, { result: { config: { params } } }] : [404, { status: { error: "doesn't exist" } }];
}

/** Source: Milvus 2.6, RESTful API reference v2: every answer has status 200, and a code. */
function milvus(url: string, { authorization }: IncomingHttpHeaders, body: string): unknown {
  if (authorization !== "Bearer root:the key") return { code: 1800, message: "user hasn't authenticated" };
  const path = url.slice("/v2/vectordb/".length);
  requests.push(path);
  const asked = JSON.parse(body) as MilvusRequest;
  const { collectionName, aliasName = "" } = asked;
  switch (path) {
    case "collections/describe":
      return collections.has(collectionName) ? { code: 0, data: collections.get(collectionName) } : { code: 100, message: "not found" };
    case "collections/create":
      collections.set(collectionName, described(asked));
      return { code: 0, data: {} };
    case "collections/drop":
      collections.delete(collectionName);
      return { code: 0, data: {} };
    default:
      if (path === "aliases/alter" && !collections.has(aliasName)) return { code: 1600, message: "alias not found" };
      collections.set(aliasName, collectionName);
      return { code: 0, data: {} };
  }
}

interface MilvusRequest {
  readonly collectionName: string;
  readonly aliasName?: string;
  readonly schema?: { readonly fields: readonly { readonly fieldName: string; readonly elementTypeParams: object }[] };
  readonly indexParams?: unknown;
  readonly params?: { readonly shardsNum: number };
}

function described({ schema, indexParams, params }: MilvusRequest): unknown {
  const fields = schema?.fields.map(({ fieldName, elementTypeParams }) => ({
    name: fieldName,
    params: Object.entries(elementTypeParams).map(([key, value]: [string, unknown]) => ({ key, value })),
  }));
  return { fields, indexes: indexParams, shardsNum: params?.shardsNum };
}

function run(shape: IndexShape, key = "the key", planOf: (shape: IndexShape) => HttpIndexPlan = qdrantIndexPlan) {
  const { port } = server.address() as AddressInfo;
  return createIndex(shape, { url: `http://127.0.0.1:${port}`, key, planOf });
}

test("makes the index once, waits for a store that starts, and changes nothing when it runs again", async () => {
  starting = 2;

  expect(await run(SHAPE)).toEqual({ code: 0, stderr: "" });
  expect(await run(SHAPE)).toEqual({ code: 0, stderr: "" });

  expect(requests.filter((line) => line.startsWith("PUT"))).toEqual(["PUT /collections/documents-v2"]);
  expect(requests.filter((line) => line.startsWith("DELETE"))).toHaveLength(2);
});

test("refuses an index of other dimensions before it moves the alias or deletes anything", async () => {
  await run(SHAPE);
  requests = [];

  const { code, stderr } = await run({ ...SHAPE, dimensions: 768 });

  expect(code).toBe(2);
  expect(stderr).toContain("vectors/size: 384, and not 768");
  expect(requests).toEqual(["GET /collections/documents-v2"]);
});

test("fails with the store's answer where the key is wrong", async () => {
  expect(await run(SHAPE, "another")).toMatchObject({ code: 1, stderr: expect.stringContaining("401") });
});

test("makes a collection of Milvus once, and creates the alias before it is altered", async () => {
  const shape = { ...SHAPE, alias: "documents", index: "documents_v2", served: "documents_v2", expired: ["documents_v1"] };

  expect(await run(shape, "the key", milvusIndexPlan)).toEqual({ code: 0, stderr: "" });
  expect(await run(shape, "the key", milvusIndexPlan)).toEqual({ code: 0, stderr: "" });

  const first = [
    "collections/describe",
    "collections/create",
    "collections/describe",
    "aliases/alter",
    "aliases/create",
    "collections/drop",
  ];
  expect(requests).toEqual([...first, "collections/describe", "aliases/alter", "collections/drop"]);
  expect(await run({ ...shape, dimensions: 768 }, "the key", milvusIndexPlan)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("384"),
  });
  expect(await run(shape, "wrong", milvusIndexPlan)).toMatchObject({ code: 1, stderr: expect.stringContaining("authenticated") });
});
