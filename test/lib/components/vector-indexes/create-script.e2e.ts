/** The program that makes an index, run by Python against a server on loopback that answers as Qdrant does. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { qdrantIndexPlan } from "#lib/components/qdrant/index-plan";
import { CREATE_SCRIPT } from "#lib/components/vector-indexes/create-script";
import type { IndexShape } from "#lib/kube/index-plan";

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
      const [status, body] = answer(`${request.method} ${request.url}`, request.headers["api-key"], Buffer.concat(chunks).toString());
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

function run(shape: IndexShape, key = "the key"): Promise<{ readonly code: number; readonly stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-index-"));
  const { port } = server.address() as AddressInfo;
  const { alias, index, served } = shape;
  writeFileSync(
    join(folder, "plan.json"),
    JSON.stringify({ url: `http://127.0.0.1:${port}`, alias, index, served, ...qdrantIndexPlan(shape) }),
  );
  writeFileSync(join(folder, "create.py"), CREATE_SCRIPT);
  const env = { ...process.env, STORE_KEY: key, PAUSE: "0.05" };
  return new Promise((resolve) => {
    execFile("python3", [join(folder, "create.py")], { env, timeout: 60_000 }, (error, _stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stderr });
    });
  });
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
