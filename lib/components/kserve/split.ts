/** What a traffic split adds to a service: routes, and what a loop needs to lead requests to another version. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { HTTPRouteSpec } from "#lib/imports/gateway-api/index";
import { ROUTE_API } from "#lib/kube/http-route";
import { allow, type PodsEnd, pods } from "#lib/kube/network";
import { type ServedVersions, VERSION_ANNOTATION, type VersionQueries } from "#lib/kube/versioned-service";
import { SERVICE } from "./alerts";
import { PORT } from "./labels";
import type { RuntimeSettings } from "./service-schema";
import type { VersionedModel } from "./split-checks";
import type { SplitSettings } from "./split-schema";

/** Names of a service and of the pods for its newer version. */
export interface SplitPlace {
  readonly name: string;
  readonly namespace: string;
}

/** Name of the service for a newer version. */
export function canaryOf(name: string): string {
  return `${name}-canary`;
}

/** The versions of a service. */
export function servedVersions(
  { name, namespace }: SplitPlace,
  {
    through,
    model,
    runtime,
  }: { readonly through: SplitSettings["through"]; readonly model: VersionedModel; readonly runtime: RuntimeSettings },
): ServedVersions {
  return {
    registry: model.registry,
    model: model.name,
    initial: model.version,
    slots: { stable: slot(name), canary: slot(canaryOf(name)) },
    versionAt: ["spec", "predictor", "annotations", VERSION_ANNOTATION],
    route: {
      apiVersion: ROUTE_API,
      kind: "HTTPRoute",
      metadata: { name: canaryOf(name), namespace },
      spec: {
        ...parentOf(name, through),
        rules: [
          // A longer path counts more than that of the other route, for every gateway.
          { matches: [{ path: { type: "PathPrefix", value: "/v2" } }], backendRefs: [backend(name), backend(canaryOf(name))] },
          // In a mesh, what no rule matches is refused.
          { matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [backend(name)] },
        ],
      } satisfies HTTPRouteSpec,
    },
    queries: queriesOf(runtime.type === "triton" ? TRITON : MLSERVER, `namespace="${namespace}", ${SERVICE}="${canaryOf(name)}"`),
  };
}

/** Source: KServe v0.20.0, pkg/constants/constants.go, PredictorServiceName. */
function slot(name: string) {
  return {
    object: { apiVersion: "serving.kserve.io/v1beta1", resource: "inferenceservices", name },
    deployment: `${name}-predictor`,
    service: name,
  };
}

function backend(name: string) {
  return { group: "", kind: "Service", name, port: 80 };
}

function parentOf(name: string, through: SplitSettings["through"]): Pick<HTTPRouteSpec, "parentRefs" | "hostnames"> {
  switch (through.type) {
    case "mesh":
      return { parentRefs: [{ group: "", kind: "Service", name, port: 80 }] };
    case "gateway": {
      const { listener } = through;
      const parent = { name: through.name, namespace: through.namespace, ...(listener !== undefined && { sectionName: listener }) };
      return { parentRefs: [parent], hostnames: [through.host] };
    }
  }
}

interface Counters {
  readonly answered: string;
  readonly failed: string;
  readonly time: string;
  /** Units of `time` in a second. */
  readonly perSecond: number;
}

/** Sources: MLServer 1.7.1, handlers/dataplane.py, a Summary; Triton, "Metrics". */
const MLSERVER: Counters = {
  answered: "model_infer_request_success_total",
  failed: "model_infer_request_failure_total",
  time: "model_infer_request_duration_sum",
  perSecond: 1,
};
const TRITON: Counters = {
  answered: "nv_inference_request_success",
  failed: "nv_inference_request_failure",
  time: "nv_inference_request_duration_us",
  perSecond: 1e6,
};

function queriesOf({ answered, failed, time, perSecond }: Counters, selector: string): VersionQueries {
  const seconds = grown(`${time}{${selector}}`);
  return {
    answered: grown(`${answered}{${selector}}`),
    failed: grown(`${failed}{${selector}}`),
    seconds: perSecond === 1 ? seconds : `${seconds} / ${perSecond}`,
  };
}

/** What a counter has grown by. A series that is new in the window counts with its value: `increase` starts at its first sample, which may be large. */
function grown(series: string): string {
  return `sum((increase(${series}[$window]) and ${series} offset $window) or (${series} unless ${series} offset $window))`;
}

/** Props of a {@link TrafficSplit}. */
export interface TrafficSplitProps extends SplitPlace {
  readonly through: SplitSettings["through"];
  /** Pods of either version that answer requests. */
  readonly pods: readonly PodsEnd[];
}

/** The way from a Gateway to both versions. Its route leads to the one that serves; that of a rollout stands beside it, and belongs to the loop. */
export class TrafficSplit extends Construct {
  public constructor(scope: Construct, id: string, { name, namespace, through, pods: ends }: TrafficSplitProps) {
    super(scope, id);
    if (through.type === "mesh") return;
    const { source } = through;
    const from = pods(source.namespace, source.labels);
    allow(
      this,
      ends.map((to, at) => ({ name: `gateway-to-serving.${at === 0 ? name : canaryOf(name)}`, from, to, ports: [{ port: PORT }] })),
    );
    const spec: HTTPRouteSpec = {
      ...parentOf(name, through),
      rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [backend(name)] }],
    };
    new ApiObject(this, "Route", { apiVersion: ROUTE_API, kind: "HTTPRoute", metadata: { name, namespace }, spec });
  }
}
