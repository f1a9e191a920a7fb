/** A plain Pulumi program of the same objects with a mocked engine: measures the program alone. */

import { runtime } from "@pulumi/pulumi";
import { objectSet } from "../object-set";
import { registerAll } from "./plain-pulumi";

async function main(): Promise<void> {
  await runtime.setMocks({
    newResource: (args) => ({ id: args.name, state: args.inputs }),
    call: (args) => args.inputs,
  });
  registerAll(objectSet(Number(process.argv[2])));
}

void main();
