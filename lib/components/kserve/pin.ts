/** KServe: charts, images and kinds at the pinned version. */

import type { KubeObject } from "#lib/kube/object";
import type { ChartPin, ComponentPin, OwnedKind } from "#lib/kube/pin";
import { copiesOf, routedCopiesOf } from "./copies";
import { graphLabels, podLabels } from "./labels";
import { graphReadiness, presetReadiness, routedReadiness, serviceReadiness } from "./readiness";
import { pickerAccount, routedDeployment, routedPodLabels } from "./router-names";

const SOURCE = "KServe v0.20.0, charts, pkg/apis/serving/v1beta1 and pkg/controller/v1beta1/inferenceservice";
const REPOSITORY = "oci://ghcr.io/kserve/charts";

/** The CRDs, in a chart of their own. */
export const crdsChart: ChartPin = { name: "kserve-crd", repository: REPOSITORY, version: "v0.20.0" };

/** The same of the controller of language models with a router. */
export const llmCrdsChart: ChartPin = { name: "kserve-llmisvc-crd", repository: REPOSITORY, version: "v0.20.0" };

const SERVICE_KINDS = [
  {
    kind: "serving.kserve.io/InferenceService",
    version: "v1beta1",
    readiness: serviceReadiness,
    /** Pods of each part: KServe labels them with the name of the service. */
    podLabels,
    /** Pods of predictor, canary and transformer at the upper end of their scaling. */
    copiesOf,
    replicasAt: [["spec", "predictor", "minReplicas"]],
  },
  {
    kind: "serving.kserve.io/InferenceGraph",
    version: "v1alpha1",
    readiness: graphReadiness,
    /** Pods of the router. */
    podLabels: ({ metadata: { name } }: KubeObject) => [graphLabels(name)],
    replicasAt: [["spec", "minReplicas"]],
  },
] as const satisfies readonly OwnedKind[];

const LLM_KINDS = [
  {
    kind: "serving.kserve.io/LLMInferenceService",
    version: "v1alpha2",
    readiness: routedReadiness,
    /** Pods of the model, and the endpoint picker's. */
    podLabels: routedPodLabels,
    /** Pods of the model at the upper end of their scaling, and one endpoint picker. */
    copiesOf: routedCopiesOf,
    replicasAt: [["spec", "replicas"]],
    /** The Deployment that an autoscaler of ours has as its target. */
    deploymentOf: ({ metadata: { name } }: KubeObject) => routedDeployment(name),
    /** The endpoint picker watches pods and pool. */
    boundAccounts: ({ metadata: { name } }: KubeObject) => [pickerAccount(name)],
  },
  { kind: "serving.kserve.io/LLMInferenceServiceConfig", version: "v1alpha2", readiness: presetReadiness },
] as const satisfies readonly OwnedKind[];

/** The pins of KServe. */
export const kservePin = {
  name: "kserve",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "kserve-resources",
    repository: REPOSITORY,
    version: "v0.20.0",
    imagePullSecretsAt: ["kserve", "controller", "imagePullSecrets"],
  },
  images: {
    operator: "docker.io/kserve/kserve-controller:v0.20.0",
    llmOperator: "docker.io/kserve/llmisvc-controller:v0.20.0",
    rbacProxy: "quay.io/brancz/kube-rbac-proxy:v0.18.0",
    agent: "docker.io/kserve/agent:v0.20.0",
    router: "docker.io/kserve/router:v0.20.0",
    storage: "docker.io/kserve/storage-initializer:v0.20.0",
    sklearn: "docker.io/kserve/sklearnserver:v0.20.0",
    xgboost: "docker.io/kserve/xgbserver:v0.20.0",
    lightgbm: "docker.io/kserve/lgbserver:v0.20.0",
    mlserver: "docker.io/seldonio/mlserver:1.7.1",
    triton: "nvcr.io/nvidia/tritonserver:25.10-py3",
    torchserve: "docker.io/pytorch/torchserve-kfs:0.9.0",
    huggingface: "docker.io/kserve/huggingfaceserver:v0.20.0",
    huggingfaceGpu: "docker.io/kserve/huggingfaceserver:v0.20.0-gpu",
    vllm: "docker.io/vllm/vllm-openai:v0.33.0",
    // Source: KServe v0.20.0, config/llmisvcconfig/config-llm-scheduler.yaml.
    endpointPicker: "ghcr.io/llm-d/llm-d-router-endpoint-picker:v0.9.0",
    // Fetch models from registries: the client of MLflow, and the program of Kubeflow Model Registry.
    mlflow: "ghcr.io/mlflow/mlflow:v3.17.2-full",
    modelRegistry: "ghcr.io/kubeflow/model-registry/storage-initializer:v0.3.8",
  },
  kinds: [...SERVICE_KINDS, ...LLM_KINDS],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "kserve",
        version: "0.20.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/kserve/kserve", version: "v0.20.0", path: "config/crd/full" },
        only: ["inferencegraphs.serving.kserve.io", "inferenceservices.serving.kserve.io"],
      },
      {
        product: "kserve-llmisvc",
        version: "0.20.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/kserve/kserve", version: "v0.20.0", path: "config/crd/full/llmisvc" },
        versions: ["v1alpha2"],
      },
    ],
    charts: [
      { chart: "kserve-resources", version: "v0.20.0", licence: "Apache-2.0", source: "kserve/kserve v0.20.0, charts/kserve-resources" },
      { chart: "kserve-crd", version: "v0.20.0", licence: "Apache-2.0", source: "kserve/kserve v0.20.0, charts/kserve-crd" },
      {
        chart: "kserve-llmisvc-resources",
        version: "v0.20.0",
        licence: "Apache-2.0",
        source: "kserve/kserve v0.20.0, charts/kserve-llmisvc-resources",
      },
      {
        chart: "kserve-llmisvc-crd",
        version: "v0.20.0",
        licence: "Apache-2.0",
        source: "kserve/kserve v0.20.0, charts/kserve-llmisvc-crd",
      },
    ],
  },
} as const satisfies ComponentPin;

/** Of the controller of services and graphs: its kinds alone. */
export const servicePin = { ...kservePin, kinds: SERVICE_KINDS } satisfies ComponentPin;

/** The pins of the controller of language models with a router. */
export const llmPin = {
  ...kservePin,
  chart: {
    name: "kserve-llmisvc-resources",
    repository: REPOSITORY,
    version: "v0.20.0",
    imagePullSecretsAt: ["kserve", "llmisvc", "controller", "imagePullSecrets"],
    /** Its webhooks admit every LLMInferenceService: their failure policy is Fail. */
    gateReplicasAt: ["kserve", "llmisvc", "controller", "replicas"],
  },
  images: { operator: kservePin.images.llmOperator },
  kinds: LLM_KINDS,
} satisfies ComponentPin;
