/** One configured provider: its settings, its cluster if it can be reached, and what ends its work. */

import type { JsonObject } from "#lib/core/json";
import { KubeconfigError } from "#stacks/cluster/access";
import { ConnectionError, messageOf, NoMatchError } from "#stacks/cluster/api-error";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { rateLimit } from "#stacks/cluster/rate-limit";
import { gvkOfObject } from "./kube-fields";
import type { Log } from "./log";
import { KnownScopes } from "./scope";
import type { Settings } from "./settings";
import { type Gvk, isPatchToken, parseUrn } from "./token";

/** A cluster, or why there is none. */
export type Reach = { readonly client: KubeClient } | { readonly unreachable: string };

/** How long to look for the cluster. */
const PATIENCE_MS = {
  /** Long enough for one lost packet, short enough not to be felt in a preview without a cluster. */
  glance: 4_000,
  /** For whatever writes to the cluster or drops something from the state: a slow answer is an answer. */
  patient: 60_000,
} as const;

/** How hard to look. */
export type Patience = keyof typeof PATIENCE_MS;

/** What operations work with. */
export class Session {
  /** Namespace of objects that name none. */
  public readonly namespace: string;
  /** Kinds of the program's own definitions. */
  public readonly scopes = new KnownScopes();
  private readonly abort = new AbortController();
  private readonly client: KubeClient | undefined;
  private readonly trouble: string | undefined;
  private readonly probed = new Map<Patience, Promise<Reach>>();
  private told = false;

  public constructor(
    public readonly settings: Settings,
    public readonly log: Log,
    access: ClusterAccessSource,
  ) {
    const found = accessOf(access);
    this.trouble = "trouble" in found ? found.trouble : undefined;
    this.client = "access" in found ? clientOf(found.access, settings) : undefined;
    this.namespace = settings.namespace || this.client?.access.namespace || "default";
  }

  /** Aborted when the engine cancels. */
  public get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Ends everything that is in flight. */
  public cancel(): void {
    this.abort.abort(new Error("cancelled"));
  }

  /** Is there a cluster? Looked for once by a glance, and once more with patience where that found none. */
  public reach(patience: Patience = "patient"): Promise<Reach> {
    const found = this.probed.get(patience) ?? this.probe(patience);
    this.probed.set(patience, found);
    return found;
  }

  /** The cluster's client. @throws where there is no cluster */
  public async cluster(): Promise<KubeClient> {
    const reach = await this.reach();
    if ("client" in reach) return reach.client;
    throw new Error(`configured Kubernetes cluster is unreachable: ${reach.unreachable}`);
  }

  /** The client if there is a cluster; says once that a preview has to do without. */
  public async clusterForPreview(): Promise<KubeClient | undefined> {
    const reach = await this.reach("glance");
    if ("client" in reach) return reach.client;
    if (!this.told) {
      this.told = true;
      this.log.message("warning", "", `Kubernetes cluster is unreachable, so previews compare inputs only: ${reach.unreachable}`);
    }
    return undefined;
  }

  /** Does a kind live in a namespace? `undefined` where nobody can tell yet. */
  public async namespaced(gvk: Gvk): Promise<boolean | undefined> {
    const known = this.scopes.namespaced(gvk);
    if (known !== undefined) return known;
    const reach = await this.reach("glance");
    if (!("client" in reach)) return undefined;
    try {
      return (await reach.client.discover(gvk.apiVersion, gvk.kind, this.signal)).namespaced;
    } catch (error) {
      if (error instanceof NoMatchError) return undefined;
      throw error;
    }
  }

  /** Is the resource a patch of an object that somebody else owns? */
  public isPatch(urn: string, object: JsonObject): boolean {
    return isPatchToken(parseUrn(urn).type, gvkOfObject(object).kind);
  }

  private async probe(patience: Patience): Promise<Reach> {
    if (!this.client) return { unreachable: this.trouble ?? "no kubeconfig" };
    const glance = patience === "patient" ? await this.probed.get("glance") : undefined;
    if (glance && "client" in glance) return glance;
    // Who sets the client's timeout has said how long is too long.
    const limitMs = (this.settings.client.timeoutSeconds || Number.POSITIVE_INFINITY) * 1_000;
    return this.answerOf(this.client, Math.min(PATIENCE_MS[patience], limitMs));
  }

  /** A server that answers is reachable, whatever it answers; one that does not is named with its address. */
  private async answerOf(client: KubeClient, withinMs: number): Promise<Reach> {
    const timer = AbortSignal.timeout(withinMs);
    try {
      await client.version({ signal: AbortSignal.any([this.signal, timer]), retry: { deadlineMs: withinMs / 2 } });
      return { client };
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof KubeconfigError) return { unreachable: error.message };
      if (!(error instanceof ConnectionError) && !timer.aborted) return { client };
      const { server, context } = client.access;
      return { unreachable: `${server} (context ${context}): ${messageOf(error)}` };
    }
  }
}

/** Where access to the cluster comes from; called once, while configuring. */
export type ClusterAccessSource = () => KubeClient["access"];

function accessOf(source: ClusterAccessSource): { readonly access: KubeClient["access"] } | { readonly trouble: string } {
  try {
    return { access: source() };
  } catch (error) {
    // No kubeconfig is no error while configuring: previews and invokes work without a cluster.
    if (error instanceof KubeconfigError) return { trouble: error.message };
    throw error;
  }
}

function clientOf(access: KubeClient["access"], { client }: Settings): KubeClient {
  const { qps, burst, timeoutSeconds } = client;
  return connect(access, {
    userAgent: "pulumi-kubernetes (beamstack-iac)",
    ...(qps !== undefined && qps > 0 && { admit: rateLimit(qps, burst ?? Math.ceil(qps)) }),
    ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1_000 }),
  });
}
