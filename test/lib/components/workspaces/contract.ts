/** Workspaces in the contract suite. */

import { MlflowServer } from "#lib/components/mlflow/index";
import { ModelStorage } from "#lib/components/model-storage/index";
import { NodePool } from "#lib/components/node-pools/index";
import { PretrainedModel } from "#lib/components/pretrained-models/index";
import { Workspace, type WorkspaceProps, workspaceSchema, workspacesPin } from "#lib/components/workspaces/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IQueue } from "#lib/kube/queue";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { databaseIn, elsewhere, storageIn } from "../mlflow/places";
import { bert } from "../pretrained-models/models";
import { workspaceAlertCases } from "./alert-cases";

const node = { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 1 } } as const;
const pool = new NodePool(elsewhere, "workspaces-pool", { name: "gpus", type: "static", nodes: 2, node });
const queue: IQueue = Object.assign(bucketWith("workspaces-queue"), {
  shares: [{ pool: "gpus", cpu: 8, memory: Size.gibibytes(32), accelerators: 1 }],
  admitsStatefulSets: true,
  enter: () => ({
    labels: { "queue.example.com/name": "queue" },
    statefulSetPodAnnotations: { "queue.example.com/parent": "set" },
    dependency: elsewhere,
  }),
});
const modelRegistry = new MlflowServer(elsewhere, "workspaces-mlflow", {
  name: "runs",
  database: databaseIn(elsewhere, "workspaces-runs"),
  artifacts: storageIn(elsewhere, "workspaces-artifacts"),
  authentication: { type: "none" },
});
const storage = new ModelStorage(elsewhere, "workspaces-storage", { name: "storage", bucket: bucketWith("models") });
const model = new PretrainedModel(elsewhere, "workspaces-model", { ...bert, name: "bert", place: { type: "bucket", storage } });
const jupyter = { type: "jupyterlab" } as const;

const workspace = contractEntry<WorkspaceProps>({
  title: "Workspace",
  pin: workspacesPin,
  schema: workspaceSchema,
  build: (scope, props) => new Workspace(scope, "Subject", { ...props, name: "subject" }),
  smallest: { editor: jupyter, token: secretRef("workspace", "token") },
  variants: {
    namespace: { namespace: "team-a" },
    editor: { editor: { type: "code-server" } },
    token: { token: secretRef("others", "token") },
    stopAfter: { stopAfter: Duration.hours(1) },
    members: { members: { users: ["alice@example.com"] } },
    cpu: { cpu: 4 },
    memory: { memory: Size.gibibytes(16) },
    scratch: { scratch: Size.gibibytes(20) },
    home: { home: { size: Size.gibibytes(50), storageClass: "ssd" } },
    accelerators: { accelerators: 1, pool, editor: { ...jupyter, framework: "pytorch-cuda" } },
    pool: { pool },
    queue: { queue },
    env: { env: { WANDB_MODE: "offline" } },
    buckets: { buckets: [bucketWith("data")] },
    models: { models: [model] },
    modelRegistry: { modelRegistry },
    outsidePorts: { outsidePorts: [443] },
  },
  refused: {
    "spec.wrong-value": { cpu: 0 },
    "workspaces.no-accelerators": { accelerators: 1 },
    "workspaces.framework-without-cuda": { accelerators: 1, pool },
    "workspaces.stops-too-soon": { stopAfter: Duration.seconds(60) },
    "workspaces.exceeds-queue": { queue, cpu: 12 },
    "workspaces.queue-without-stateful-sets": { queue: Object.assign(bucketWith("jobs-only"), { ...queue, admitsStatefulSets: false }) },
    "workspaces.buckets-differ": { buckets: [bucketWith("data"), bucketWith("others", { location: { endpoint: "http://other:9000" } })] },
    "workspaces.reserved-variable": { buckets: [bucketWith("data")], env: { AWS_REGION: "us-east-1" } },
    "pods.fit-no-machine": { pool, cpu: 32 },
  },
  alerts: workspaceAlertCases,
});

/** What the contract suite tries. */
export const entries = [workspace];
