/** A service: applications of Ray Serve on a Ray cluster of their own. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { stringify } from "yaml";
import type { JsonObject } from "#lib/core/json";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { rayClusterSpec } from "./cluster-spec";
import { callerFlows, INSTANCE_LABEL } from "./flows";
import { type RayNamePlace, RayNodes } from "./nodes";
import { rayPin } from "./pin";
import { runtimeEnv } from "./runtime-env";
import { type RayServiceProps, type RayServiceSettings, rayServiceSchema } from "./schema";
import { rayServiceProblems } from "./service-checks";

/** A service. */
export class RayService extends Construct {
  /** Name of the RayService. */
  public readonly name: string;
  public readonly namespace: string;
  /** Address of its applications inside the cluster. */
  public readonly url: string;

  public constructor(scope: Construct, id: string, props: RayServiceProps & RayNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayServiceSchema, own, { checks: (each, path) => rayServiceProblems(name, each, path) });
    const { namespace, faultTolerance, callers, queue } = settings;
    this.name = name;
    this.namespace = namespace;
    this.url = `http://${name}-serve-svc.${namespace}:8000`;
    const nodes = new RayNodes(this, "Nodes", {
      name,
      kind: "rayservice",
      settings,
      operator,
      faultTolerance,
      flows: (place) => callerFlows(place, callers, ["serve"]),
    });
    const entry = queue?.enter(namespace);
    const service = new ApiObject(this, "Resource", {
      apiVersion: "ray.io/v1",
      kind: "RayService",
      metadata: { name, namespace, labels: { ...entry?.labels } },
      spec: { ...serviceSpec(settings), rayClusterConfig: rayClusterSpec(nodes.context, faultTolerance) },
    });
    service.node.addDependency(nodes, ...(entry ? [entry.dependency] : []));
    this.addDisruptionBudget(settings);
  }

  /** The owner of the pods has no count of replicas, so that the budget must use `minAvailable`; for one pod it would only block the drain of its node. */
  private addDisruptionBudget({ workers, namespace }: RayServiceSettings): void {
    const kept = Object.values(workers).reduce((sum, { replicas, hosts }) => sum + replicas * hosts, -1);
    if (kept < 1) return;
    new k8s.KubePodDisruptionBudget(this, "DisruptionBudget", {
      metadata: { name: `${this.name}-svc-workers`, namespace },
      spec: {
        minAvailable: k8s.IntOrString.fromNumber(kept),
        selector: { matchLabels: { [INSTANCE_LABEL]: `rayservice-${this.name}`, "ray.io/node-type": "worker" } },
      },
    });
  }
}

const UPGRADE = { "new-cluster": "NewCluster", none: "None" } as const;

function serviceSpec({ applications, upgrade, deletionDelay, head }: RayServiceSettings): JsonObject {
  return {
    serveConfigV2: stringify({ applications: Object.entries(applications).map(application) }, { sortMapEntries: true }),
    upgradeStrategy: { type: UPGRADE[upgrade] },
    rayClusterDeletionDelaySeconds: deletionDelay.seconds,
    // A head without tasks has no replicas to answer with.
    excludeHeadPodFromServeSvc: !head.runsTasks,
  };
}

function application([name, settings]: [string, RayServiceSettings["applications"][string]]): JsonObject {
  const { importPath, routePrefix, args, deployments } = settings;
  const environment = runtimeEnv(settings.runtimeEnv);
  return {
    name,
    import_path: importPath,
    route_prefix: routePrefix,
    ...(environment && { runtime_env: environment }),
    ...(Object.keys(args).length > 0 && { args: { ...args } }),
    ...(deployments.length > 0 && { deployments: deployments.map((deployment) => ({ ...deployment })) }),
  };
}
