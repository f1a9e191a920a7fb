/** Beamstack as one Pulumi component: an environment inside anybody's program. */

import { Provider } from "@pulumi/kubernetes/provider";
import { ComponentResource, type ComponentResourceOptions, log, type ProviderResource, RunError } from "@pulumi/pulumi";
import { synthesize } from "#charts/synthesize";
import { formatProblem, type Problem, type Result } from "#lib/core/problem";
import { resolve } from "#lib/environment/resolve";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { applyRelease } from "./apply";
import { type ClusterChoice, clusterOf } from "./program/cluster";
import { endpointsOf } from "./program/endpoints";
import { refuseForeignObjects } from "./program/preflight";
import { providerVersion } from "./program/provider-version";

/** What to bring up. */
export interface BeamstackArgs {
  readonly environment: EnvironmentSpec;
  /** Text of every file that the environment names, by the path as written. @default no files */
  readonly files?: ReadonlyMap<string, string>;
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
  public constructor(name: string, { environment, files = new Map(), provider }: BeamstackArgs, options?: ComponentResourceOptions) {
    const resolved = valueOrEnd(resolve(environment, { files }));
    const release = valueOrEnd(synthesize(resolved.value));
    tellWarnings([...resolved.warnings, ...release.warnings]);
    // No inputs: the engine would keep a second copy of every object in the component's state.
    super("beamstack-iac:index:Beamstack", name, {}, options);
    this.outputs = outputsOf(release.value);
    this.registered = this.register(release.value, { provider, cluster: clusterOf(resolved.value) });
  }

  private async register(release: Release, { provider, cluster }: Wiring): Promise<void> {
    applyRelease(release, { provider: provider ?? (await this.ownProvider(release, cluster)), parent: this });
    this.registerOutputs({ ...this.outputs });
  }

  private async ownProvider(release: Release, cluster: ClusterChoice): Promise<ProviderResource> {
    await refuseForeignObjects(release, cluster);
    const { kubeconfig, context, identifier } = cluster;
    // The look has refused what others own: an object that exists is one of a killed run. Versions below 4.29 know no other way.
    const settings = { kubeconfig, context, clusterIdentifier: identifier, upsertExistingObjects: true };
    return new Provider("cluster", settings, { parent: this, version: providerVersion() });
  }
}

interface Wiring {
  readonly provider?: ProviderResource;
  readonly cluster: ClusterChoice;
}

/** Errors end the program in one message and without a stack. */
function valueOrEnd<T>(result: Result<T>): Extract<Result<T>, { readonly ok: true }> {
  if (!result.ok) throw new RunError(result.problems.map(formatProblem).join("\n"));
  return result;
}

/** Each once: what the environment was warned of, its release may repeat. */
function tellWarnings(warnings: readonly Problem[]): void {
  for (const text of new Set(warnings.map(formatProblem))) void log.warn(text.replace(/^warning /, ""));
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
