/** The prop `resources` of a part of an operator: what its pods ask for, where the defaults are too little. */

import { z } from "zod";
import { sizeSchema } from "#lib/core/schema";
import type { Size } from "#lib/core/size";
import { type Amounts, type Requests, resources } from "./resources";

const coresSchema = z.number().min(0.01).max(128);

const amountsSchema = z.strictObject({
  /** CPU cores. @default that of the component */
  cpu: coresSchema.optional(),
  /** Memory. @default that of the component */
  memory: sizeSchema.optional(),
});

/** Requests and limits of each pod of a part. */
export const partResourcesSchema = z
  .strictObject({
    /** What each pod asks for. @default that of the component */
    requests: amountsSchema.optional(),
    /** What each pod may use at most; never less than its requests. @default that of the component, or the requests where these are more */
    limits: amountsSchema.optional(),
  })
  .refine(
    ({ requests = {}, limits = {} }) => !isAbove(requests.cpu, limits.cpu) && !isAbove(requests.memory?.bytes, limits.memory?.bytes),
    {
      error: "limits of at least the requests",
    },
  );

/** Requests and limits of a part. */
export type PartResources = z.output<typeof partResourcesSchema>;

function isAbove(request: number | undefined, limit: number | undefined): boolean {
  return request !== undefined && limit !== undefined && request > limit;
}

/** Defaults of a part. */
export interface PartDefaults {
  readonly requests: Requests;
  readonly limits: Amounts;
}

/** `resources` of a container: the defaults, with what the prop changes. */
export function partResources(given: PartResources | undefined, defaults: PartDefaults): ReturnType<typeof resources> {
  const { requests, limits } = partAmounts(given, defaults);
  return resources(requests, limits);
}

/** What {@link partResources} writes. */
export function partAmounts(given: PartResources | undefined, { requests, limits }: PartDefaults): PartDefaults {
  const asked = {
    cpu: given?.requests?.cpu ?? least(requests.cpu, given?.limits?.cpu),
    memory: given?.requests?.memory ?? smaller(requests.memory, given?.limits?.memory),
  };
  const cpu = given?.limits?.cpu ?? (limits.cpu === undefined ? undefined : Math.max(limits.cpu, asked.cpu));
  return {
    requests: asked,
    limits: { ...(cpu !== undefined && { cpu }), memory: given?.limits?.memory ?? larger(limits.memory, asked.memory) },
  };
}

function least(amount: number, limit: number | undefined): number {
  return Math.min(amount, limit ?? amount);
}

function smaller(a: Size, b: Size | undefined): Size {
  return b !== undefined && b.bytes < a.bytes ? b : a;
}

function larger(a: Size, b: Size): Size {
  return a.bytes < b.bytes ? b : a;
}
