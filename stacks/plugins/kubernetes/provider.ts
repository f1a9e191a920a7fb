/** The provider: hands each call of the engine to its operation. */

import type { JsonObject } from "#lib/core/json";
import { accessOf } from "./access-of";
import type { HelmReleases } from "./helm/release";
import { textAt } from "./kube-fields";
import type { Log } from "./log";
import { check } from "./operations/check";
import { checkConfig, diffConfig } from "./operations/config";
import { create } from "./operations/create";
import { remove } from "./operations/delete";
import { diff } from "./operations/diff";
import { read } from "./operations/read";
import { update } from "./operations/update";
import type {
  CheckAnswer,
  CheckCall,
  CreateCall,
  DeleteCall,
  DiffAnswer,
  DiffCall,
  ReadAnswer,
  ReadCall,
  ResourceAnswer,
  UpdateCall,
} from "./requests";
import { Session } from "./session";
import { readSettings } from "./settings";
import { isHelmRelease, parseUrn } from "./token";

/** The version of the SDK, and of the official provider, whose rules these are. */
export const VERSION = "4.34.2";

/** One provider, configured once. */
export class KubernetesProvider {
  private configured: Session | undefined;
  private helmReleases: Promise<HelmReleases> | undefined;

  public constructor(
    private readonly log: Log,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Refuses configuration that cannot be honoured. */
  public checkConfig(call: CheckCall): CheckAnswer {
    return checkConfig(call, this.env);
  }

  /** What a change of the configuration means. */
  public diffConfig(call: DiffCall): DiffAnswer {
    return diffConfig(call, (config) =>
      accessOf(textAt(config, "kubeconfig"), { context: textAt(config, "context"), cluster: textAt(config, "cluster") }),
    );
  }

  /** Takes the configuration. The cluster is not asked before it is needed. */
  public configure(variables: ReadonlyMap<string, string>): void {
    const settings = readSettings(variables, this.env);
    this.configured = new Session(settings, this.log, () => accessOf(settings.kubeconfig, settings.choice));
  }

  /** Completes and checks inputs. */
  public async check(call: CheckCall): Promise<CheckAnswer> {
    const releases = await this.releases(call.urn);
    return releases ? releases.check(call) : check(this.session, call);
  }

  /** Compares a state with inputs. */
  public async diff(call: DiffCall): Promise<DiffAnswer> {
    const releases = await this.releases(call.urn);
    return releases ? releases.diff(call) : diff(this.session, call);
  }

  /** Makes a resource. */
  public async create(call: CreateCall): Promise<ResourceAnswer> {
    const releases = await this.releases(call.urn);
    return releases ? releases.create(call) : create(this.session, call);
  }

  /** Reads a resource. */
  public async read(call: ReadCall): Promise<ReadAnswer> {
    const releases = await this.releases(call.urn);
    return releases ? releases.read(call) : read(this.session, call);
  }

  /** Changes a resource. */
  public async update(call: UpdateCall): Promise<ResourceAnswer> {
    const releases = await this.releases(call.urn);
    return releases ? releases.update(call) : update(this.session, call);
  }

  /** Deletes a resource. */
  public async delete(call: DeleteCall): Promise<void> {
    const releases = await this.releases(call.urn);
    return releases ? releases.delete(call) : remove(this.session, call);
  }

  /** Answers a function of the SDK. */
  public invoke(token: string, _args: JsonObject): never {
    throw new Error(`${token} is not supported by this provider; install the official kubernetes provider to use it`);
  }

  /** Ends everything in flight; what was written keeps its state. */
  public cancel(): void {
    this.configured?.cancel();
  }

  /** What deals with Helm releases, where the resource is one. Loaded when the first one comes. */
  private async releases(urn: string): Promise<HelmReleases | undefined> {
    if (!isHelmRelease(parseUrn(urn).type)) return undefined;
    this.helmReleases ??= import("#stacks/plugins/kubernetes/helm/release").then((helm) => new helm.HelmReleases(this.session, this.env));
    return this.helmReleases;
  }

  private get session(): Session {
    if (!this.configured) throw new Error("the provider has not been configured");
    return this.configured;
  }
}
