/** Release archives of our own making, and a server on loopback that gives them, well or badly. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { dirname, join } from "node:path";

/** A `tar.gz` with these files, each a script that prints its own name. */
export function tarball(folder: string, files: readonly string[]): Buffer {
  const root = join(folder, "packed");
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), script(file));
    chmodSync(join(root, file), 0o755);
  }
  const path = join(folder, "packed.tar.gz");
  spawnSync("tar", ["-czf", path, "-C", root, ...new Set(files.map((file) => file.split("/")[0] ?? ""))]);
  return readFileSync(path);
}

/** A program that prints this. */
export function script(says: string): string {
  return `#!/bin/sh\necho ${says}\n`;
}

/** The digest as a release's row has it. */
export function digestOf(content: Buffer | string, algorithm: "sha256" | "sha512" = "sha256"): `sha256:${string}` | `sha512:${string}` {
  return `${algorithm}:${createHash(algorithm).update(content).digest("hex")}`;
}

/** A server on loopback with every path that was asked of it. */
export interface LoopbackServer {
  readonly url: string;
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/** Serves on a free port of loopback. */
export async function serve(listener: RequestListener, server: Server = createServer()): Promise<LoopbackServer> {
  const asked: string[] = [];
  // Tunnels are no longer the server's own to close.
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  server.on("request", (request, response) => {
    asked.push(request.url ?? "");
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** Gives the content whole. */
export const gives =
  (content: Buffer | string): RequestListener =>
  (_request, response) => {
    response.setHeader("content-length", Buffer.byteLength(content));
    response.end(content);
  };

/** Gives half of the content with the length of all of it, then does what `then` says. */
export const givesHalf =
  (content: Buffer, then: (end: () => void, rest: () => void) => void): RequestListener =>
  (_request, response) => {
    const half = Math.floor(content.length / 2);
    response.setHeader("content-length", content.length);
    response.write(content.subarray(0, half), () =>
      then(
        () => response.destroy(),
        () => response.end(content.subarray(half)),
      ),
    );
  };
