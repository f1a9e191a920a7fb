/** Pod templates of the scheduler, the workers and the runner of a job. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { bucketUri } from "#lib/kube/bucket-clients";
import type { BucketSet } from "#lib/kube/bucket-set";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { componentLabels, INSTANCE_LABEL } from "./labels";
import type { CommonSettings, DaskJobSettings, PodSettings, WorkersSettings } from "./schema";

/** Ports. Those of the worker are random without a choice, and no network policy could name them. */
export const PORTS = { scheduler: 8786, schedulerHttp: 8787, workerHttp: 8788, worker: 8789, nanny: 8790 } as const;

/** Any user but root works: Dask's image lets everybody read its packages. */
const USER = 1000;

/** Where pods write. */
const SCRATCH = "/tmp";

/** Part of a worker's memory for its tasks; the rest is for the nanny beside it. Dask stops a worker at 95 % of this limit. */
const WORKER_SHARE = 0.9;

/** Dask's own routes, and the API by which the operator asks for the number of workers and retires some. Source: distributed 2026.3.0, distributed.yaml. */
const ROUTES = ["scheduler.prometheus", "scheduler.info", "scheduler.json", "scheduler.api", "health", "proxy", "statics"].map(
  (name) => `distributed.http.${name}`,
);

/** What pods take from their cluster or job. */
export interface PodContext {
  /** Value of {@link INSTANCE_LABEL}. */
  readonly instance: string;
  readonly account: string;
  readonly image: string;
  /** Name of the priority class. */
  readonly priority: string | undefined;
  readonly common: CommonSettings;
  readonly buckets: BucketSet;
}

/** The scheduler, and the Service by which workers and the operator find it. */
export function schedulerTemplate(context: PodContext, cluster: string): JsonObject {
  return {
    ...template(context, context.common.scheduler, {
      name: "scheduler",
      args: ["dask", "scheduler", "--host", "0.0.0.0", "--port", `${PORTS.scheduler}`, "--dashboard-address", `:${PORTS.schedulerHttp}`],
      env: { DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES: JSON.stringify(ROUTES) },
      ports: [port("tcp-comm", PORTS.scheduler), port("http-dashboard", PORTS.schedulerHttp)],
      ...probes(),
    }),
    service: {
      type: "ClusterIP",
      selector: { "dask.org/cluster-name": cluster, "dask.org/component": "scheduler" },
      ports: [servicePort("tcp-comm", PORTS.scheduler), servicePort("http-dashboard", PORTS.schedulerHttp)],
    },
  };
}

/** A group of workers. The operator adds the name of the worker and the address of its scheduler to the environment. */
export function workerTemplate(context: PodContext, workers: WorkersSettings): JsonObject {
  const { accelerators, cpu, pool, threads = Math.max(1, Math.floor(cpu)) } = workers;
  const limit = Size.mebibytes(Math.floor(workers.memory.inMebibytes * WORKER_SHARE));
  return {
    replicas: workers.replicas,
    ...template(context, workers, {
      name: "worker",
      args: [
        ...["dask", "worker", "--name", "$(DASK_WORKER_NAME)", "--nworkers", "1", "--nthreads", `${threads}`],
        ...["--worker-port", `${PORTS.worker}`, "--nanny-port", `${PORTS.nanny}`, "--dashboard-address", `:${PORTS.workerHttp}`],
        ...["--memory-limit", `${limit.bytes}`, "--local-directory", SCRATCH],
      ],
      ports: [port("http-dashboard", PORTS.workerHttp), port("tcp-worker", PORTS.worker), port("tcp-nanny", PORTS.nanny)],
      ...(accelerators > 0 && { extended: { [pool?.capacity.resource ?? "nvidia.com/gpu"]: accelerators } }),
      spec: { topologySpreadConstraints: spread(componentLabels(context.instance, "worker")) },
    }),
  };
}

/** The runner of a job. */
export function runnerTemplate(context: PodContext, { command, runner, restart, deadline }: DaskJobSettings): JsonObject {
  return template(context, runner, {
    name: "runner",
    args: [...command],
    ports: [],
    spec: {
      restartPolicy: restart === "never" ? "Never" : "OnFailure",
      ...(deadline && { activeDeadlineSeconds: deadline.seconds }),
    },
  });
}

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly ports: readonly JsonObject[];
  /** @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** @default none */
  readonly extended?: Readonly<Record<string, number>>;
  /** @default none */
  readonly readinessProbe?: JsonObject;
  /** @default none */
  readonly livenessProbe?: JsonObject;
  /** Further fields of the pod. @default none */
  readonly spec?: JsonObject;
}

function template(context: PodContext, pod: PodSettings, container: Container): JsonObject {
  const { common, buckets, priority } = context;
  const { env, extended, spec = {}, ...own } = container;
  const { cpu, memory, scratch, pool } = pod;
  return {
    metadata: { labels: { [INSTANCE_LABEL]: context.instance, ...identityLabels(common.serviceAccountAnnotations) } },
    spec: {
      serviceAccountName: context.account,
      automountServiceAccountToken: false,
      ...(priority && { priorityClassName: priority }),
      securityContext: restrictedPodSecurity(USER),
      ...placement(pool),
      ...spec,
      containers: [
        {
          ...own,
          image: context.image,
          imagePullPolicy: "IfNotPresent",
          env: environmentVariables({ HOME: SCRATCH, ...env, ...buckets.environment, ...uriVariables(common.buckets), ...common.env }),
          resources: resources({ cpu, memory, ephemeralStorage: scratch, ...(extended && { extended }) }),
          securityContext: restrictedContainerSecurity(),
          volumeMounts: [{ name: "scratch", mountPath: SCRATCH }, ...(buckets.trust ? [{ ...buckets.trust.mount }] : [])],
        },
      ],
      volumes: [{ name: "scratch", emptyDir: { sizeLimit: `${scratch}` } }, ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : [])],
    },
  };
}

/** `BUCKET_URI_<NAME>`, so that code needs no address of its own. */
export function uriVariables(buckets: CommonSettings["buckets"]): Record<string, string> {
  return Object.fromEntries(
    buckets.map(({ name, location }) => [`BUCKET_URI_${name.toUpperCase().replaceAll("-", "_")}`, bucketUri(location)]),
  );
}

/** The names of ports: the definition takes texts where Kubernetes takes numbers, too. */
function probes() {
  const httpGet = { path: "/health", port: "http-dashboard" };
  return {
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 5 },
    livenessProbe: { httpGet, initialDelaySeconds: 15, periodSeconds: 20, timeoutSeconds: 10 },
  };
}

function port(name: string, containerPort: number): JsonObject {
  return { name, containerPort, protocol: "TCP" };
}

function servicePort(name: string, number: number): JsonObject {
  return { name, protocol: "TCP", port: number, targetPort: name };
}
