/** A feature store of Feast: servers that the operator runs, and Jobs that apply definitions and load features. */

import { ApiObject } from "cdk8s";
import { ConfigMap } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import { bucketSet } from "#lib/kube/bucket-set";
import { FEATURE_STORE_KEY, type FeatureStoreAccess, type IFeatureStore } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type FlowProps, type PodsEnd, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { feastAlerts, overdueAlerts } from "./alerts";
import { storeProblems } from "./checks";
import { clientConfiguration, jobConfiguration } from "./configuration";
import { addApply, addMaterialize, type JobParts } from "./jobs";
import { OPERATOR_NAME, PORTS, STORE_LABEL, storeLabels } from "./labels";
import { addStoreRole } from "./operator-roles";
import { bucketsOf, serversOf } from "./parts";
import { feastPin } from "./pin";
import { type FeatureStoreProps, featureStoreSchema, type NamedStore } from "./schema";
import { featureStoreSpec, type PodParts, secretName, secretTexts } from "./spec";
import { type Environment, type Store, type StoreName, storesOf } from "./stores";

/** Context of a feature store. */
export interface FeatureStorePlace {
  /** Name of the store. */
  readonly name: string;
  /** The operator, which needs rights in the store's namespace where it is ours. */
  readonly operator: { readonly namespace: string; readonly isForeign: boolean };
  /** Text of the files with definitions, by name. @default none */
  readonly definitions?: Readonly<Record<string, string>>;
}

/** A feature store. */
export class FeastFeatureStore extends Construct implements IFeatureStore, IMonitored {
  public readonly name: string;
  public readonly api = "feast";
  public readonly namespace: string;
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[];
  public readonly monitoring: Monitoring;
  private readonly store: NamedStore;
  private readonly accesses = new Map<string, FeatureStoreAccess>();

  public constructor(scope: Construct, id: string, props: FeatureStoreProps & FeatureStorePlace) {
    super(scope, id);
    const { name, operator, definitions = {}, ...own } = props;
    setOwner(this, feastPin.name);
    const settings = settingsOf(this, featureStoreSchema, own, { checks: (each, path) => storeProblems(name, each, path) });
    const { namespace, pool, materialize, project = name.replaceAll("-", "_") } = settings;
    this.name = name;
    this.namespace = namespace;
    this.store = { ...settings, name, project };
    this.pods = pods(namespace, storeLabels(name));
    this.ports = serversOf(settings)
      .filter((server) => server !== "ui")
      .map((server) => ({ port: PORTS[server] }));
    const stores = storesOf(this.store);
    const parts = this.jobParts(stores, definitions);
    const servers = this.addServers(stores, parts, operator);
    this.addJobs(parts, servers);
    // Node pools are destroyed after their workloads.
    if (pool) this.node.addDependency(pool);
    allow(this, parts.flows(`feast.${name}`, this.pods));
    this.monitoring = {
      targets: [{ name: `feast-${namespace}.${name}`, pods: this.pods, port: PORTS.metrics, podLabels: [STORE_LABEL] }],
      alerts: [feastAlerts, ...(materialize ? [overdueAlerts(this, materialize.overdue)] : [])],
    };
  }

  public enter(namespace: string): FeatureStoreAccess {
    const known = this.accesses.get(namespace);
    if (known) return known;
    const configMap = `${this.name}-feature-store`;
    const dependency = new ConfigMap(this, `Client-${namespace}`, {
      metadata: { name: configMap, namespace },
      data: { [FEATURE_STORE_KEY]: clientConfiguration(this.store) },
    });
    const access = { configMap, dependency };
    this.accesses.set(namespace, access);
    return access;
  }

  private jobParts(stores: Readonly<Record<StoreName, Store>>, definitions: Readonly<Record<string, string>>): JobParts {
    const { store } = this;
    const all = Object.values(stores);
    const buckets = bucketSet(bucketsOf(store), store.namespace);
    const text = jobConfiguration(store, stores);
    const environment: Environment = Object.assign({}, buckets.environment, ...all.map((one) => one.environment));
    return {
      store,
      definitions,
      text,
      configuration: new ConfigMap(this, "Configuration", {
        metadata: { name: `${store.name}-configuration`, namespace: store.namespace },
        data: { [FEATURE_STORE_KEY]: text },
      }),
      image: imageFor(this, store.image ?? feastPin.images.server),
      environment,
      trusts: [...(buckets.trust ? [buckets.trust] : []), ...all.flatMap(({ trust }) => trust ?? [])],
      dependencies: [...buckets.dependencies, ...all.flatMap((one) => one.dependencies)],
      flows: (who, from) => uniqueFlows(all.flatMap((one) => one.flows(who, from))),
    };
  }

  private addServers(stores: Readonly<Record<StoreName, Store>>, parts: PodParts & JobParts, operator: FeatureStorePlace["operator"]) {
    const { name, namespace } = this;
    const metadata = { name, namespace };
    const servers = new ApiObject(this, "Resource", {
      apiVersion: "feast.dev/v1",
      kind: "FeatureStore",
      metadata,
      spec: featureStoreSpec(this.store, stores, parts),
    });
    const data = Object.entries(secretTexts(stores)).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    const secret = new ApiObject(this, "Stores", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretName(name), namespace },
      type: "Opaque",
      data: Object.fromEntries(data),
    });
    servers.node.addDependency(secret, ...parts.dependencies);
    if (!operator.isForeign) {
      const account = { name: OPERATOR_NAME, namespace: operator.namespace };
      servers.node.addDependency(addStoreRole(this, { name: `feast-${name}-operator`, namespace }, account));
    }
    return servers;
  }

  /** Definitions are applied when the registry answers, and loaded when there are some. */
  private addJobs(parts: JobParts, servers: IDependable): void {
    const { repository, materialize, registry } = this.store;
    const jobs = [...(repository ? [addApply(this, parts)] : []), ...(materialize ? [addMaterialize(this, parts, materialize)] : [])];
    const [first, ...others] = jobs;
    first?.node.addDependency(servers);
    for (const job of others) if (first) job.node.addDependency(first);
    if (registry.type !== "ephemeral") return;
    allow(
      this,
      jobs.map((job) => ({ name: `${job.name}-to-registry`, from: job.pods, to: this.pods, ports: [{ port: PORTS.registry }] })),
    );
  }
}

/** One bucket may hold two stores. */
function uniqueFlows(flows: readonly FlowProps[]): FlowProps[] {
  return [...new Map(flows.map((flow) => [flow.name, flow])).values()];
}
