/** Beamstack as one Pulumi component: an environment inside anybody's program. */

import { Provider } from "@pulumi/kubernetes/provider";
import { ComponentResource, type ComponentResourceOptions, log, type ProviderResource, ResourceHook } from "@pulumi/pulumi";
import { createPlatform, type Platform, type Resolved } from "#charts/platform";
import { formatProblem, type Result } from "#lib/core/problem";
import type { Core, EnvironmentSpec } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { type ApplyOptions, applyRelease } from "./apply";
import { KubeconfigError } from "./cluster/access";
import { connect, type KubeClient } from "./cluster/client";
import { loadKubeconfig } from "./cluster/kubeconfig";
import { referencesSeen } from "./program/admission";
import { type ClusterChoice, clusterOf } from "./program/cluster";
import { endpointsOf } from "./program/endpoints";
import { refuseForeignObject } from "./program/ownership";
import { refuseForeignObjects } from "./program/preflight";
import { providerVersion } from "./program/provider-version";
import { refusal } from "./program/refusal";

/**
 * The provider reads KUBECONFIG itself, as kubectl does. Told nothing, the SDK hands it the variable's text as the path of one file, and
 * the provider looks for what that file names in its own working folder.
 */
const AS_KUBECTL = "";

/** What to bring up. */
export interface BeamstackArgs {
  /** An environment as it is written, or one that was resolved already. */
  readonly environment: EnvironmentSpec | Resolved;
  /** Text of every file that the environment names, by the path as written; not for one that was resolved already. @default no files */
  readonly files?: ReadonlyMap<string, string>;
  /** Sections, defaults and patches; not for an environment that was resolved already. @default every component of this package */
  readonly platform?: Platform;
  /**
   * Provider to apply with; what happens to objects that exist already is then its decision.
   *
   * @default one for the environment's cluster that takes over objects of this environment, after a look that nobody else's are among them
   */
  readonly provider?: ProviderResource;
}

/** What a {@link Beamstack} tells of itself. */
export interface BeamstackOutputs {
  readonly environment: string;
  /** Digest of the release. */
  readonly digest: string;
  readonly objects: number;
  readonly helmReleases: number;
  /** Addresses by object id. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

/** Every object of an environment, as children of this one resource. */
export class Beamstack extends ComponentResource {
  /** Known as soon as the constructor returns: a synth asks nobody. */
  public readonly outputs: BeamstackOutputs;
  /** Done when every resource is registered; the program waits for it by itself. */
  public readonly registered: Promise<void>;

  /** @throws RunError with every problem of the environment */
  public constructor(
    name: string,
    { environment, files, platform = createPlatform(), provider }: BeamstackArgs,
    options?: ComponentResourceOptions,
  ) {
    const resolved = "release" in environment ? environment : valueOrEnd(platform.resolve(environment, { files }));
    const { release } = resolved;
    for (const warning of release.problems) void log.warn(formatProblem(warning).replace(/^warning /, ""));
    // No inputs: the engine would keep a second copy of every object in the component's state.
    super("beamstack-iac:index:Beamstack", name, {}, options);
    this.outputs = outputsOf(release);
    this.registered = this.register(release, { provider, environment: resolved.environment });
  }

  private async register(release: Release, { provider, environment }: Wiring): Promise<void> {
    // What happens to existing objects is the decision of a provider that was given.
    const own: ApplyOptions = provider ? { provider } : await this.ownApply(release, clusterOrEnd(environment));
    applyRelease(release, { ...own, parent: this });
    this.registerOutputs({ ...this.outputs });
  }

  private async ownApply(release: Release, cluster: ClusterChoice): Promise<ApplyOptions> {
    await refuseForeignObjects(release, cluster);
    const { kubeconfig, context, identifier } = cluster;
    // The look has refused what others own: an object that exists is one of a killed run. Versions below 4.29 know no other way.
    const settings = { kubeconfig: kubeconfig ?? AS_KUBECTL, context, clusterIdentifier: identifier, upsertExistingObjects: true };
    const made = new Provider("cluster", settings, { parent: this, version: providerVersion() });
    return { provider: made, cluster, beforeCreate: creationCheck(release, cluster) };
  }
}

/** A run takes minutes: an object that others create meanwhile is found here. What the operator does not see yet is waited for. */
function creationCheck({ objects, environment }: Release, { kubeconfig, context }: ClusterChoice): ResourceHook {
  const manifests = new Map(objects.map(({ id, manifest }) => [id, manifest]));
  let client: KubeClient | undefined;
  return new ResourceHook("beamstack-iac:creation", async ({ name }) => {
    const manifest = manifests.get(name);
    if (!manifest) return;
    // Only now: a preview needs no cluster.
    client ??= connect(loadKubeconfig(kubeconfig, { context }), { retry: { deadlineMs: 0 } });
    await refuseForeignObject(manifest, environment, client);
    await referencesSeen(manifest, client);
  });
}

interface Wiring {
  readonly provider?: ProviderResource;
  readonly environment: Pick<Core, "name" | "cluster">;
}

/** A pod's cluster is known inside a pod only. */
function clusterOrEnd(environment: Wiring["environment"]): ClusterChoice {
  try {
    return clusterOf(environment);
  } catch (thrown) {
    throw thrown instanceof KubeconfigError ? refusal(thrown.message) : thrown;
  }
}

/** Errors end the program in one message and without a stack. */
function valueOrEnd<T>(result: Result<T>): T {
  if (!result.ok) throw refusal(result.problems.map(formatProblem).join("\n"));
  return result.value;
}

function outputsOf(release: Release): BeamstackOutputs {
  return {
    environment: release.environment,
    digest: release.digest,
    objects: release.objects.length,
    helmReleases: release.helmReleases.length,
    endpoints: endpointsOf(release),
  };
}
