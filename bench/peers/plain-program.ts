/** A plain Pulumi program: reads the list of objects and creates each with the SDK's class and the default provider. */

import { readFileSync } from "node:fs";
import type { KubeObject } from "#lib/kube/object";
import { providerVersion } from "#stacks/program/provider-version";
import { registerAll } from "./plain-pulumi";

registerAll(JSON.parse(readFileSync(process.env["BENCH_OBJECTS"] ?? "", "utf8")) as KubeObject[], { version: providerVersion() });
