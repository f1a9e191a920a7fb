/** Entry of `pulumi up`: compiles stale sources, then runs the program of the stack. */

import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { ensureBuilt } from "./program/built";
import { keepStructsPlain } from "./program/plain-structs";

keepStructsPlain();
// Before the program loads: a stale build must not register any resource.
try {
  ensureBuilt(join(__dirname, "..", ".."));
} catch (thrown) {
  throw new RunError(thrown instanceof Error ? thrown.message : String(thrown));
}
const { runProgram } = require("./program/run") as typeof import("./program/run");

const outputs = runProgram();

/** Name of the environment. */
export const environment = outputs.environment;
/** Digest of the release. */
export const digest = outputs.digest;
/** Number of Kubernetes objects. */
export const objects = outputs.objects;
/** Number of Helm releases. */
export const helmReleases = outputs.helmReleases;
/** Addresses by object id. */
export const endpoints = outputs.endpoints;
