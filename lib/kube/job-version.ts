/** Names of Jobs by what they run: a Job's pods cannot change, so that another Job takes its place. */

import type { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import type { HardenedContainer } from "./hardened-container";
import { imageFor } from "./images";
import { type INodePool, placement } from "./node-pool";
import { priorityOf } from "./ownership";
import { environmentVariables } from "./pod-parts";
import { pullSecretsOf } from "./pull-secrets";

/** What a Job's pods are made of. */
interface JobContents {
  readonly containers: readonly HardenedContainer[];
  readonly pool: INodePool | undefined;
  /** What else changes the pods, such as names of mounted Secrets. @default nothing */
  readonly others?: JsonObject;
}

/** Part of a Job's name: eight characters that change with every field of its pods that an input or a new version changes. */
export function jobVersion(scope: Construct, { containers, pool, others = {} }: JobContents): string {
  const processes = containers.map(({ image, command = [], args = [], env = {} }) => ({
    image: imageFor(scope, image),
    program: [...command, ...args],
    env: environmentVariables(env),
  }));
  const pod = { ...placement(pool), priority: priorityOf(scope) ?? null, pullSecrets: [...pullSecretsOf(scope)] };
  return digest({ processes, ...others, pod }).slice(0, 8);
}
