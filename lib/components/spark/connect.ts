/** A Spark Connect server: Spark sessions for programs elsewhere in the cluster. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, pods } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { formatCores } from "#lib/kube/quantity";
import { resources } from "#lib/kube/resources";
import { SparkAccount } from "./account";
import { allocationOf, gpusOf, imageOf } from "./application";
import { connectProblems } from "./checks";
import { bucketConf, driverPods, driverTarget, metricsConf, networkConf, sparkFlows } from "./flows";
import { divideMemory } from "./memory";
import { sparkPin } from "./pin";
import { LOCAL_DIRECTORY, type PodContext, placedTemplate, podTemplate, WRITABLE_MEBIBYTES } from "./pods";
import { bucketSetOf, featureDependencies } from "./preparation";
import { type SparkConnectProps, type SparkConnectSettings, sparkConnectSchema } from "./schema";

/** Port of the gRPC API. */
const CONNECT_PORT = 15_002;

/** Name of a server. */
export interface SparkConnectPlace {
  /** Name of the server; its Service is `<name>-server`. */
  readonly name: string;
}

/** A Spark Connect server. */
export class SparkConnect extends Construct implements IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  /** Address for clients: `sc://...`. */
  public readonly url: string;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: SparkConnectProps & SparkConnectPlace) {
    super(scope, id);
    const { name, ...given } = props;
    setOwner(this, sparkPin.name);
    const settings = settingsOf(this, sparkConnectSchema, given as SparkConnectProps, {
      checks: (each, path) => connectProblems(name, each, path),
    });
    const { namespace, clients } = settings;
    this.name = name;
    this.namespace = namespace;
    this.url = `sc://${name}-server.${namespace}.svc:${CONNECT_PORT}`;
    const driver = driverPods(connectLabel(name), namespace, "connect-server");
    this.monitoring = { targets: [driverTarget(driver)] };
    if (!isSound(this)) return;
    const buckets = bucketSetOf(settings);
    const account = new SparkAccount(this, "Account", {
      name: `${name}-connect`,
      namespace,
      annotations: { ...settings.serviceAccountAnnotations, ...buckets.annotations },
    });
    const image = imageFor(this, imageOf(settings));
    const own: Pick<PodContext, "label" | "account"> = { label: connectLabel(name), account: account.name };
    const context: PodContext = { ...own, image, buckets, priority: priorityOf(this), language: "jvm" };
    const resource = new ApiObject(this, "Resource", {
      apiVersion: "sparkoperator.k8s.io/v1alpha1",
      kind: "SparkConnect",
      metadata: { name, namespace },
      spec: connectSpec(settings, context),
    });
    resource.node.addDependency(account, ...buckets.dependencies, ...featureDependencies(settings));
    for (const pool of [settings.server.pool, settings.executor.pool]) if (pool) this.node.addDependency(pool);
    allow(this, [
      ...sparkFlows(driver, `${name}-connect`, settings),
      ...clients.map((from) => ({ name: `${from}-to-${name}-connect`, from: pods(from), to: driver, ports: [{ port: CONNECT_PORT }] })),
    ]);
  }
}

/** No application has a name with a dot. */
function connectLabel(name: string): string {
  return `connect.${name}`;
}

/** The kind has fewer fields than an application: sizes of executors are properties, those of the server are in its template. */
function connectSpec(settings: SparkConnectSettings, context: PodContext): JsonObject {
  const { server, executor, version } = settings;
  const heap = divideMemory(server.memory, context.language).heap;
  const worker = divideMemory(executor.memory, context.language);
  return {
    sparkVersion: version,
    image: context.image,
    sparkConf: {
      ...networkConf(),
      ...metricsConf(),
      ...bucketConf(context.buckets, settings),
      "spark.kubernetes.executor.request.cores": formatCores(executor.cpu),
      "spark.executor.memoryOverhead": `${worker.overhead}m`,
      ...settings.conf,
    },
    ...allocationOf(settings),
    server: {
      cores: Math.max(1, Math.floor(server.cpu)),
      memory: `${heap}m`,
      template: sized(podTemplate("driver", settings, server, context), server),
    },
    executor: {
      instances: executor.instances,
      cores: Math.max(1, Math.floor(executor.cpu)),
      memory: `${worker.heap}m`,
      template: placedTemplate(podTemplate("executor", settings, { ...executor, ...gpusOf(executor) }, context), executor),
    },
  };
}

function sized(template: JsonObject, server: SparkConnectSettings["server"]): JsonObject {
  const { cpu, memory, scratch } = server;
  const whole = placedTemplate(template, server);
  const spec = whole["spec"] as JsonObject;
  const containers = (spec["containers"] as JsonObject[]).map((one) => ({
    ...one,
    // The server is a driver in client mode, for which Spark sets no local directory.
    env: [...listOf(one["env"]), { name: "SPARK_LOCAL_DIRS", value: LOCAL_DIRECTORY }],
    // Without it the operator reports Ready before the server listens.
    readinessProbe: { tcpSocket: { port: CONNECT_PORT } },
    resources: resources({ cpu, memory }, { memory, ephemeralStorage: Size.mebibytes(scratch.inMebibytes + WRITABLE_MEBIBYTES) }),
  }));
  return { ...whole, spec: { ...spec, containers } };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
