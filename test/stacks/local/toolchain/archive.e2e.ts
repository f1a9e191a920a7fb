/** Programs out of release archives that a server on loopback gives: whole, other than pinned, cut off, not at all, slowly. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request as ask, createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { Authority } from "#stacks/local/control-plane/certificate";
import type { ArchiveRecipe } from "#stacks/local/toolchain/archive";
import { digestOf, gives, givesHalf, type LoopbackServer, script, serve, tarball } from "./archive-server";

const FIXTURES = join(__dirname, "..", "..", "..", "fixtures");
const NODE = ["-r", join(FIXTURES, "typescript.cjs"), join(FIXTURES, "fetch-program.ts")];
const PATIENCE = { answerMs: 2000, stallMs: 2000 };

let home: string;
let content: Buffer;
const servers: LoopbackServer[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "beamstack-iac-archive-"));
  content = tarball(home, ["release/bin/hello", "release/bin/other"]);
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(home, { recursive: true, force: true });
});

async function server(listener: RequestListener): Promise<LoopbackServer> {
  const started = await serve(listener);
  servers.push(started);
  return started;
}

function recipe(url: string, archive: Partial<ArchiveRecipe["archive"]> = {}): ArchiveRecipe {
  return {
    name: "hello",
    programs: ["hello"],
    archive: { url: "https://example.com/hello.tar.gz", digest: digestOf(content), source: "test", folder: "release/bin", ...archive },
    from: new URL("/releases/hello.tar.gz", url),
    patience: PATIENCE,
  };
}

interface Outcome {
  readonly stdout: string;
  readonly lines: readonly string[];
  readonly code: number | null;
}

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
const NO_PROXIES = Object.fromEntries(PROXIES.map((name) => [name, undefined]));

/** Fetches in another process, with a cache of its own. */
function start(wanted: ArchiveRecipe, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [...NODE, JSON.stringify(wanted)], {
    env: { ...process.env, ...NO_PROXIES, XDG_CACHE_HOME: join(home, "cache"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function outcome(child: ChildProcess, onLine: (line: string) => void = () => {}): Promise<Outcome> {
  const lines: string[] = [];
  let stdout = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  if (child.stderr)
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
  return new Promise((resolve) => child.once("close", (code) => resolve({ stdout, lines, code })));
}

function fetched(wanted: ArchiveRecipe, env?: NodeJS.ProcessEnv): Promise<Outcome> {
  return outcome(start(wanted, env));
}

/** Everything in the cache but locks. */
function cached(): string[] {
  const root = join(home, "cache", "beamstack-iac");
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.startsWith("locks"))
    .map((path) => path.replace(/^hello-release-[0-9a-f]{16}/, "hello"))
    .sort();
}

function says(folder: string, program = "hello"): string {
  return spawnSync(join(folder, program), { encoding: "utf8" }).stdout.trim();
}

test("our programs are taken out of the archive, nothing else is kept, and nothing is downloaded twice", async () => {
  const { url, asked } = await server(gives(content));

  const first = await fetched(recipe(url));
  const second = await fetched(recipe(url));

  expect(says(first.stdout)).toBe("release/bin/hello");
  expect(first.lines[0]).toBe(`hello: download ... (${url}/releases/hello.tar.gz)`);
  expect(first.lines.at(-1)).toMatch(/^hello: download done in /);
  expect(second).toEqual({ stdout: first.stdout, lines: [], code: 0 });
  expect(cached()).toEqual(["hello", "hello/hello"]);
  expect(asked).toEqual(["/releases/hello.tar.gz"]);
});

test("a whole folder is taken where the programs look for their neighbours", async () => {
  const { url } = await server(gives(content));

  await fetched(recipe(url, { takes: "folder" }));

  expect(cached()).toEqual(["hello", "hello/hello", "hello/other"]);
});

test("a release may be the program itself, and its digest a SHA-512", async () => {
  const program = script("bare");
  const { url } = await server(gives(program));

  const { stdout } = await fetched(recipe(url, { folder: undefined, digest: digestOf(program, "sha512") }));

  expect(says(stdout)).toBe("bare");
});

test("a file with another digest is refused, with both digests and a way out, and nothing of it is kept", async () => {
  const other = tarball(mkdtempSync(join(home, "other-")), ["release/bin/hello"]);
  const { url } = await server(gives(other));

  const { code, lines } = await fetched(recipe(url));

  expect(code).toBe(1);
  expect(lines.at(-1)).toBe(
    `${url}/releases/hello.tar.gz has the digest ${digestOf(other)}, pinned is ${digestOf(content)}; ` +
      "find out what changes the file (a proxy, a mirror); to build from source instead, set BEAMSTACK_IAC_TOOLCHAIN_MIRROR=off",
  );
  expect(cached()).toEqual([]);
});

test("a download that is cut off is not used, and what came is said", async () => {
  content = randomBytes(2_000_000);
  const { url } = await server(givesHalf(content, (cut) => cut()));

  const { stdout, lines } = await fetched(recipe(url));

  expect(stdout).toMatch(/^unavailable: the download from 127\.0\.0\.1:\d+ ended after \d\.\d of 2\.0 MB: /);
  expect(lines.at(-1)).toMatch(/^hello: download failed after .* \(the download from 127\.0\.0\.1:\d+ ended after /);
  expect(cached()).toEqual([]);
});

test("a download of unknown length that is cut off is not used either", async () => {
  content = randomBytes(2_000_000);
  const { url } = await server((_request, response) => {
    response.write(content.subarray(0, 1_000_000), () => response.destroy());
  });

  expect((await fetched(recipe(url))).stdout).toMatch(/^unavailable: .* ended after \d\.\d MB: /);
  expect(cached()).toEqual([]);
});

test.each([404, 403, 500])("an answer %i is said", async (status) => {
  const { url } = await server((_request, response) => {
    response.statusCode = status;
    response.end("no");
  });

  expect((await fetched(recipe(url))).stdout).toBe(`unavailable: ${new URL(url).host} answers ${status}`);
  expect(cached()).toEqual([]);
});

test("a host that does not answer is said", async () => {
  const { url, close } = await serve(gives(content));
  await close();

  expect((await fetched(recipe(url))).stdout).toMatch(/^unavailable: 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
});

test("a download that stalls is given up", async () => {
  content = randomBytes(2_000_000);
  const { url } = await server(givesHalf(content, () => {}));

  expect((await fetched(recipe(url))).stdout).toMatch(/^unavailable: .* ended after \d\.\d of 2\.0 MB: nothing arrived for 2 s$/);
});

test("a slow download is waited for as long as something arrives, and says how far it is", async () => {
  const { url } = await server((_request, response) => {
    response.setHeader("content-length", content.length);
    const sent = { bytes: 0 };
    const timer = setInterval(() => {
      const next = Math.min(content.length, sent.bytes + Math.ceil(content.length / 12));
      response.write(content.subarray(sent.bytes, next));
      sent.bytes = next;
      if (next < content.length) return;
      clearInterval(timer);
      response.end();
    }, 500);
  });

  const { stdout, lines } = await fetched(recipe(url));

  expect(says(stdout)).toBe("release/bin/hello");
  expect(lines[1]).toMatch(/^hello: download still runs, 4\.\d s \(0\.0 of 0\.0 MB\)$/);
});

test.each(["SIGKILL", "SIGINT"] as const)(
  "a download ended by %s leaves nothing that is used, and the next run is whole",
  async (signal) => {
    let whole = false;
    const { url } = await server((request, response) => (whole ? gives(content) : givesHalf(content, () => {}))(request, response));
    const child = start({ ...recipe(url), patience: { answerMs: 2000, stallMs: 30_000 } });

    const cut = await outcome(child, (line) => {
      if (line.includes("still runs") && child.pid !== undefined) process.kill(-child.pid, signal);
    });
    expect(cut.stdout).toBe("");
    expect(cached()).toEqual(["hello.draft", "hello.draft/archive"]);
    whole = true;
    const next = await fetched(recipe(url));

    expect(says(next.stdout)).toBe("release/bin/hello");
    expect(cached()).toEqual(["hello", "hello/hello"]);
  },
);

test("two processes that want the same download it once; the second says whom it waits for", async () => {
  let finish: (() => void) | undefined;
  const { url, asked } = await server(
    givesHalf(content, (_cut, rest) => {
      finish = rest;
    }),
  );
  const first = start(recipe(url));
  let second: Promise<Outcome> | undefined;

  const one = await outcome(first, (line) => {
    if (line.startsWith("hello: download ...")) second = outcome(start(recipe(url)), () => finish?.());
  });
  const two = await second;

  expect(two?.stdout).toBe(one.stdout);
  expect(two?.lines).toEqual([`hello: wait still runs, 0.0 s (process ${first.pid} is at work on it)`]);
  expect(asked).toHaveLength(1);
});

test("redirects are followed, as GitHub answers with them", async () => {
  const store = await server(gives(content));
  const { url } = await server((_request, response) => response.writeHead(302, { location: `${store.url}/stored?token=x` }).end());

  expect(says((await fetched(recipe(url))).stdout)).toBe("release/bin/hello");
  expect(store.asked).toEqual(["/stored?token=x"]);
});

test("user and password of a mirror's address go into a header and are not shown", async () => {
  let authorization: string | undefined;
  const { url } = await server((request, response) => {
    authorization = request.headers.authorization;
    gives(content)(request, response);
  });

  const { lines } = await fetched(recipe(url.replace("//", "//reader:p%40ss@")));

  expect(authorization).toBe(`Basic ${Buffer.from("reader:p@ss").toString("base64")}`);
  expect(lines.join("\n")).not.toContain("reader");
});

test("without tar the archive is of no use, and that is said", async () => {
  const { url } = await server(gives(content));
  const path = mkdtempSync(join(home, "bin-"));
  symlinkSync(process.execPath, join(path, "node"));

  expect((await fetched(recipe(url), { PATH: path })).stdout).toBe("unavailable: there is no tar on PATH to unpack it with");
  expect(cached()).toEqual([]);
});

describe("behind a proxy", () => {
  /** A proxy for CONNECT and for plain requests, with what it was asked for. */
  async function proxy(): Promise<LoopbackServer & { readonly tunnels: string[] }> {
    const tunnels: string[] = [];
    const http = createServer();
    http.on("connect", (request, socket, head) => {
      tunnels.push(request.url ?? "");
      const { hostname, port } = new URL(`http://${request.url}`);
      // Only the proxy knows where the release is: the name that the client asks for does not exist.
      const upstream = connect(Number(port), hostname.endsWith(".invalid") ? "127.0.0.1" : hostname, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.write(head);
        upstream.pipe(socket);
        socket.pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on("error", () => end.destroy());
    });
    const started = await serve((request, response) => {
      const { port, pathname } = new URL(String(request.url));
      ask({ host: "127.0.0.1", port, path: pathname }, (answer) => answer.pipe(response)).end();
    }, http);
    servers.push(started);
    return { ...started, tunnels };
  }

  const byName = (url: string): string => url.replace("127.0.0.1", "releases.invalid");

  test("HTTP_PROXY is asked for the whole address, and not for what NO_PROXY names", async () => {
    const release = await server(gives(content));
    const { url: HTTP_PROXY, asked } = await proxy();
    const wanted = recipe(byName(release.url));

    const around = await fetched(wanted, { HTTP_PROXY, NO_PROXY: "example.com,.invalid" });
    const through = await fetched(wanted, { HTTP_PROXY });

    expect(around.stdout).toMatch(/^unavailable: releases\.invalid:\d+ cannot be reached: .*ENOTFOUND/);
    expect(says(through.stdout)).toBe("release/bin/hello");
    expect(asked).toEqual([wanted.from.href]);
  });

  test("HTTPS_PROXY tunnels, with the user's own certificate authority", async () => {
    const authority = await Authority.create("test authority");
    const { certificate, key } = await authority.server("releases", ["releases.invalid"]);
    const release = await serve(gives(content), createTlsServer({ cert: certificate, key }));
    servers.push(release);
    const { url: HTTPS_PROXY, tunnels } = await proxy();
    const trusted = join(home, "ca.pem");
    writeFileSync(trusted, authority.certificate);
    const wanted = recipe(byName(release.url).replace("http:", "https:"));

    const distrusted = await fetched(wanted, { HTTPS_PROXY });
    const { stdout } = await fetched(wanted, { HTTPS_PROXY, NODE_EXTRA_CA_CERTS: trusted });

    expect(distrusted.stdout).toMatch(/^unavailable: releases\.invalid:\d+ cannot be reached: .*certificate/);
    expect(says(stdout)).toBe("release/bin/hello");
    expect(tunnels).toHaveLength(2);
  });

  /** A proxy that does this with every tunnel that is asked for. */
  async function badProxy(answer: (socket: Duplex) => void): Promise<{ readonly url: string; readonly tunnels: { count: number } }> {
    const tunnels = { count: 0 };
    const http = createServer();
    http.on("connect", (_request, socket) => {
      tunnels.count++;
      answer(socket);
    });
    const started = await serve(() => {}, http);
    servers.push(started);
    return { url: started.url, tunnels };
  }

  test.each<[string, (socket: Duplex) => void, RegExp]>([
    ["refuses", (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"), /403/],
    ["hangs up", (socket) => socket.destroy(), /socket hang up$/],
    ["says nothing", () => {}, /nothing arrived for 2 s$/],
  ])("a proxy that %s is asked once, and what it did is said", async (_what, answer, why) => {
    const { url: HTTPS_PROXY, tunnels } = await badProxy(answer);

    const { stdout } = await fetched(recipe("https://releases.invalid"), { HTTPS_PROXY });

    expect(stdout).toMatch(/^unavailable: releases\.invalid cannot be reached: /);
    expect(stdout).toMatch(why);
    expect(tunnels.count).toBe(1);
  });
});
