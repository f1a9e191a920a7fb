/** A real API server behind a fault proxy, a provider, and objects with a new name for each test. */

import { readFileSync } from "node:fs";
import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { parseKubeconfig } from "#stacks/cluster/kubeconfig";
import { managedFields } from "#stacks/plugins/kubernetes/operations/manage";
import type { FieldChange } from "#stacks/plugins/kubernetes/requests";
import { withControlPlane } from "../../../fixtures/control-plane";
import { FaultProxy } from "./fault-proxy";
import { Harness, type Resource } from "./harness";

/** Token of a ConfigMap. */
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

type Labels = Readonly<Record<string, string>>;

/** What a test works with. */
export class World {
  /** Counts the tests: part of every name. */
  public serial = 0;
  private behind: { readonly proxy: FaultProxy; readonly client: KubeClient } | undefined;
  private current: Harness | undefined;

  /** The proxy between provider and server. */
  public get proxy(): FaultProxy {
    return this.running.proxy;
  }

  /** Straight to the server. */
  public get client(): KubeClient {
    return this.running.client;
  }

  /** The provider of this test. */
  public get harness(): Harness {
    this.current ??= new Harness(this.proxy.kubeconfig);
    return this.current;
  }

  /** Configures the provider of this test anew. */
  public configure(settings: Labels): void {
    this.current = new Harness(this.proxy.kubeconfig, settings);
  }

  /** Starts before the first test. */
  public async start(kubeconfig: string): Promise<void> {
    const access = parseKubeconfig(readFileSync(kubeconfig, "utf8"));
    this.behind = { proxy: await FaultProxy.start(access), client: connect(access) };
  }

  /** Ends after the last test. */
  public async stop(): Promise<void> {
    this.behind?.client.close();
    await this.behind?.proxy.stop();
  }

  /** Makes everything new for the next test. */
  public next(): void {
    this.proxy.clear();
    this.current = undefined;
    this.serial += 1;
  }

  /** Metadata of the test's object. */
  public named(labels: Labels = {}) {
    return { name: `object-${this.serial}`, namespace: "default", ...(Object.keys(labels).length > 0 && { labels }) };
  }

  /** The test's object on the server. */
  public live(kind = "ConfigMap", apiVersion = "v1"): Promise<KubeObject> {
    return this.client.get({ apiVersion, kind, name: `object-${this.serial}`, namespace: "default" });
  }

  /** The test's ConfigMap, made by the provider. */
  public async made(data: JsonObject = { a: "1" }, labels: Labels = {}): Promise<Resource> {
    const resource = this.harness.resource(CONFIG_MAP, "it");
    await resource.create({ metadata: this.named(labels), data });
    return resource;
  }

  /** What the provider asked of the server, looking around aside. */
  public writes(): readonly string[] {
    return this.proxy.calls.filter((call) => !/^GET \/(version|apis?\/)/.test(call));
  }

  private get running() {
    if (!this.behind) throw new Error("the world is there inside tests only");
    return this.behind;
  }
}

/** A world for one test file. */
export function withWorld(): World {
  const controlPlane = withControlPlane();
  const world = new World();
  beforeAll(() => world.start(controlPlane.kubeconfig));
  afterAll(() => world.stop());
  beforeEach(() => world.next());
  return world;
}

/** Who manages fields of an object: `manager/operation`. */
export function managers(object: KubeObject): readonly string[] {
  return managedFields(object).map(({ manager, operation }) => `${manager}/${operation}`);
}

/** A diff as lines. */
export function paths(fields: ReadonlyMap<string, FieldChange>): readonly string[] {
  return [...fields].map(([path, { kind, replace }]) => `${kind} ${path}${replace ? " (replace)" : ""}`).sort();
}

/** A definition of the kind `Late` with a status. */
export function definition(group: string, scope: "Cluster" | "Namespaced"): KubeObject {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `lates.${group}` },
    spec: {
      group,
      scope,
      names: { kind: "Late", plural: "lates" },
      versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}
