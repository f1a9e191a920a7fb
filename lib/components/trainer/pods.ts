/** Pods of a training job, at Pod Security level "restricted". */

import type { IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { bucketUri } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { featureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { registryEnvironment } from "#lib/kube/model-registry";
import { type INodePool, placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { pretrainedModelClient } from "#lib/kube/pretrained-model";
import { resources } from "#lib/kube/resources";
import { reportingPod } from "#lib/kube/trial-job";
import { hasLauncher } from "./frameworks";
import { JOB_LABEL, NODE } from "./labels";
import type { TrainJobSettings } from "./schema";

/** What pods take from their job. */
export interface PodContext {
  /** Name of the job in the environment. */
  readonly name: string;
  readonly settings: TrainJobSettings;
  readonly image: string;
  readonly account: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly buckets: BucketSet;
  readonly priority: string | undefined;
  /** Labels of the pods besides those of every job. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** May the program report metrics to a search? @default false */
  readonly reports?: boolean;
}

/** All buckets of a job, each once. */
export function bucketsOf({ buckets, checkpoints, output, initialModel }: TrainJobSettings): TrainJobSettings["buckets"] {
  const storages = [checkpoints?.storage, output?.storage, initialModel?.storage];
  return [...new Set([...buckets, ...storages.flatMap((storage) => storage ?? [])])];
}

/** What a job waits for besides its buckets and its account. */
export function needsOf({ namespace, pool, modelRegistry, initialModel, featureStore }: TrainJobSettings): IDependable[] {
  const entered = [initialModel, featureStore].map((one) => one?.enter(namespace).dependency);
  return [pool, modelRegistry, featureStore, ...entered].flatMap((one) => one ?? []);
}

/** Environment variables of the program, by name. */
export function variablesOf(name: string, settings: TrainJobSettings) {
  const { checkpoints, output, modelRegistry, env, namespace, framework } = settings;
  return {
    // Caches of libraries, which look up the name of their user: the image need not know it. MPI finds its keys in the user's own home.
    ...(!hasLauncher(framework.type) && { HOME: "/tmp", USER: "trainer" }),
    ...bucketSet(bucketsOf(settings), namespace).environment,
    ...foldersOf(name, { checkpoints, output }),
    ...modelVariables(settings),
    ...(modelRegistry && registryEnvironment(modelRegistry)),
    ...featuresOf(settings)?.environment,
    ...env,
  };
}

function modelVariables({ initialModel, namespace }: TrainJobSettings): Record<string, string> {
  if (!initialModel) return {};
  const { uri, path } = pretrainedModelClient(initialModel, namespace);
  return { INITIAL_MODEL_URI: uri, ...(path !== undefined && { INITIAL_MODEL_PATH: path }) };
}

/** How the configuration of the feature store gets into pods. */
function featuresOf({ featureStore, namespace }: TrainJobSettings) {
  return featureStore && featureStoreMount(featureStore.enter(namespace));
}

/** What pods mount of the initial model. */
function modelMounts({ initialModel, namespace }: TrainJobSettings) {
  return initialModel ? pretrainedModelClient(initialModel, namespace) : { volumes: [], volumeMounts: [] };
}

/** URIs of the folders of a job, by variable. */
export function foldersOf(name: string, { checkpoints, output }: Pick<TrainJobSettings, "checkpoints" | "output">): Record<string, string> {
  return {
    ...(checkpoints && { CHECKPOINT_URI: bucketUri(checkpoints.storage.location, checkpoints.path ?? `checkpoints/${name}`) }),
    ...(output && { MODEL_STORAGE_URI: bucketUri(output.storage.location, output.path ?? name) }),
  };
}

/** The resource of RDMA interfaces in a pool. */
function rdmaOf(pool: INodePool | undefined): { readonly resource: string; readonly count: number } | undefined {
  return pool?.shapes.map(({ rdma }) => rdma).find((one) => one !== undefined);
}

/** The template of a node, or of the launcher, which is a node, too. */
export function podTemplate(context: PodContext, container: JsonObject): JsonObject {
  const { settings, buckets, priority, name, account } = context;
  const model = modelMounts(settings);
  const features = featuresOf(settings);
  const spec = {
    // All nodes are started again together: a single one would not be let into the group.
    restartPolicy: "Never",
    serviceAccountName: account,
    automountServiceAccountToken: false,
    ...(priority !== undefined && { priorityClassName: priority }),
    securityContext: restrictedPodSecurity(settings.user),
    ...placement(settings.pool),
    ...nearby(name, settings),
    containers: [
      {
        name: NODE,
        image: context.image,
        imagePullPolicy: "IfNotPresent",
        env: environmentVariables(variablesOf(name, settings)),
        resources: resourcesOf(settings),
        securityContext: restrictedContainerSecurity(),
        ...(settings.metricsPort !== undefined && {
          ports: [{ name: "metrics", containerPort: settings.metricsPort, protocol: "TCP" }],
        }),
        volumeMounts: [
          { name: "tmp", mountPath: "/tmp" },
          ...(buckets.trust ? [{ ...buckets.trust.mount }] : []),
          ...model.volumeMounts,
          ...(features ? [features.mount] : []),
        ],
        ...container,
      },
    ],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: `${settings.scratch}` } },
      ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : []),
      ...model.volumes,
      ...(features ? [features.volume] : []),
    ],
  };
  return {
    metadata: { labels: { [COMPONENT_LABEL]: "trainer", [JOB_LABEL]: name, ...context.labels, ...identityLabels(context.annotations) } },
    spec: context.reports ? reportingPod(spec, {}) : spec,
  };
}

function resourcesOf({ cpu, memory, scratch, accelerators, rdma, pool }: TrainJobSettings): JsonObject {
  const gpu = pool?.capacity.resource;
  const network = rdmaOf(pool);
  return resources({
    cpu,
    memory,
    ephemeralStorage: scratch,
    extended: {
      ...(accelerators > 0 && gpu !== undefined && { [gpu]: accelerators }),
      ...(rdma > 0 && network && { [network.resource]: rdma }),
    },
  });
}

function nearby(name: string, { near }: TrainJobSettings): JsonObject {
  if (near === undefined) return {};
  const term = { labelSelector: { matchLabels: { [JOB_LABEL]: name } }, topologyKey: near };
  return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}
