/** The release of a construct tree, checked with every rule: for programs that build their own charts. */

import type { App } from "cdk8s";
import type { RuleException } from "#lib/checks/context";
import { checkedRelease } from "#lib/checks/index";
import { ownedKinds } from "#lib/components/registry";
import type { Result } from "#lib/core/problem";
import { foreignNamespacesOf } from "#lib/kube/foreign";
import { imageRegistryOf } from "#lib/kube/images";
import { isNodePool } from "#lib/kube/node-pool";
import { isQueue } from "#lib/kube/queue";
import type { Release } from "#lib/release/release";
import { type SynthesisOptions, synthesize } from "./synthesize";

/** Options of {@link releaseOf}. */
export interface ReleaseOptions extends SynthesisOptions {
  /** Enforces the production rules: replicas, disruption budgets, durable storage, GPU quotas. @default false */
  readonly production?: boolean;
  /** Violations of rules that are accepted, each with its reason. @default none */
  readonly exceptions?: readonly RuleException[];
  /** Namespaces that exist on the cluster and are not part of the release. @default none: the release contains every namespace of its objects */
  readonly existingNamespaces?: readonly string[];
}

/**
 * The release of a construct tree, or all its problems: those of constructs, and of rules over the finished objects.
 *
 * @param app root of the tree
 * @param environment name of the environment, a label of every object
 */
export function releaseOf(app: App, environment: string, options: ReleaseOptions = {}): Result<Release> {
  const result = synthesize(app, environment, options);
  if (!result.ok) return result;
  const { production = false, existingNamespaces = [], exceptions = [], kinds = [] } = options;
  const imageRegistry = imageRegistryOf(app);
  return checkedRelease(result.value, {
    production,
    exceptions,
    existingNamespaces: [...existingNamespaces, ...foreignNamespacesOf(app)],
    pools: app.node.findAll().filter(isNodePool),
    queues: app.node.findAll().filter(isQueue),
    kinds: [...ownedKinds, ...kinds],
    ...(imageRegistry !== undefined && { imageRegistry }),
  });
}
