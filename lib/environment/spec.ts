/** The environment file: what a platform team writes, one typed file per environment. */

import { z } from "zod";
import { labelNameSchema, subdomainNameSchema } from "#lib/core/schema";
import { networkSchema } from "#lib/kube/network-settings";
import type { OperatorMode } from "#lib/kube/operator";
import type { Given, SettingsOf } from "#lib/kube/props";
import type { Role } from "#lib/kube/roles";

const clusterSchema = z.discriminatedUnion("type", [
  /** The embedded control plane on this machine, with simulated nodes. */
  z.strictObject({ type: z.literal("embedded") }),
  /** A cluster that exists: a context of a kubeconfig. */
  z.strictObject({
    type: z.literal("context"),
    /** Name of the context. */
    context: z.string().min(1),
    /** Path of the kubeconfig. @default `KUBECONFIG`, else `~/.kube/config` */
    kubeconfig: z.string().min(1).optional(),
  }),
  /** The cluster that the program runs in, as the service account of its pod. */
  z.strictObject({ type: z.literal("in-cluster") }),
]);

/** A registry host with an optional path prefix. */
const registrySchema = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*(:\d{1,5})?(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/, {
  error: "a registry host, such as registry.example.com/mirror",
});

/** Keys of every environment file that belong to no section. */
export const coreSchema = z.strictObject({
  /** Name of the environment, of its Pulumi stack and of the label that marks its objects; the same as the name of the file. */
  name: labelNameSchema,
  /** Where the environment runs. */
  cluster: clusterSchema,
  /** How operators are installed; `simulated` needs an embedded cluster. @default "simulated" on an embedded cluster, else "helm" */
  operators: z.enum(["helm", "simulated"]).optional(),
  /** Enforces the production rules: replicas, disruption budgets, durable storage, GPU quotas. @default false */
  production: z.boolean().default(false),
  /** Registry mirror for every image: a host, with an optional path prefix. @default each image's own registry */
  imageRegistry: registrySchema.optional(),
  /** Facts of the cluster's network. @default DNS in kube-system, NetworkPolicies, webhooks that the API server reaches in the pod network */
  network: networkSchema.prefault({}),
  /** First part of the names of cluster-wide objects: priority classes, and the namespace of node pool records. Environments on one cluster need different prefixes. @default "beamstack" */
  prefix: labelNameSchema.max(40).default("beamstack"),
  /** Secrets with the keys of private registries, for every pod and ServiceAccount; they must exist in each namespace of the environment. @default none */
  imagePullSecrets: z.array(subdomainNameSchema).min(1).optional(),
});

/** Core keys of an environment, defaults filled in. */
export type Core = SettingsOf<typeof coreSchema> & {
  readonly operators: OperatorMode;
  /** Is it brought up on an embedded control plane in place of its own cluster? @default false */
  readonly rehearsal?: boolean;
};

/** Schema of each section of the environment file, by key. A component adds its own with `declare module`. */
export interface SectionSchemas extends Record<never, never> {}

/** Where names are declared: path in the environment file, and the role that its keys play. A component adds its own with `declare module`. */
export interface DeclaredAt extends Record<never, never> {}

type NamesAt<D, Path> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof D
    ? NamesAt<D[Head], Rest>
    : never
  : Path extends keyof D
    ? keyof D[Path] & string
    : never;

/** The names that an environment declares, as `role:name`. */
type NamesOf<D> = { [Path in keyof DeclaredAt]: `${DeclaredAt[Path] & Role}:${NamesAt<D, Path>}` }[keyof DeclaredAt];

/** One environment. `N` is the names declared in it, as `role:name`: a reference to any other name does not compile. */
export type EnvironmentSpec<N extends string = string> = Given<typeof coreSchema, N> & {
  readonly [Key in keyof Pick<SectionSchemas, keyof SectionSchemas>]?: Given<SectionSchemas[Key], N>;
};

/** Lets the compiler infer the declared names; it constrains nothing, so that unknown keys are still errors. */
type Inferred<D> = [D] extends [never] ? D : unknown;

/** Returns the environment unchanged. It checks types only: an undeclared name does not compile. */
export function defineEnvironment<const D>(spec: EnvironmentSpec<NamesOf<D>> & Inferred<D>): EnvironmentSpec {
  return spec as EnvironmentSpec;
}
