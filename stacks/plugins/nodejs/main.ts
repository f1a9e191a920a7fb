#!/usr/bin/env node
/** `pulumi-language-nodejs [flags] ENGINE`: serves the language host on a free loopback port and prints the port, as the engine expects. */

import { parseArgs } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Children } from "./children";
import { languageHost } from "./host";
import { LANGUAGE_RUNTIME } from "./service";

/** Interval at which the host checks that its engine is alive. */
const ORPHAN_CHECK_MS = 500;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { tracing: { type: "string" }, root: { type: "string" } },
  });
  const children = new Children();
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const tracing = typeof values.tracing === "string" ? values.tracing : undefined;
  const runModule = process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] || undefined;
  server.addService(LANGUAGE_RUNTIME, languageHost({ engine: positionals[0] ?? "", tracing, runModule }, children));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
  endWithEngine(children);
}

/** The engine interrupts its plugins when it is done; a killed engine cannot, so the host polls it. */
function endWithEngine(children: Children): void {
  const end = (): void => {
    children.stop();
    process.exit(0);
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) end();
  }, ORPHAN_CHECK_MS).unref();
}

main();
