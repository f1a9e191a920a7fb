/** KServe's controllers as a plain process, with the CRDs, configuration, account and webhooks that its charts make of our values. */

import { valueAt } from "#lib/core/json";
import { definitions as routeDefinitions } from "#lib/imports/gateway-api/index";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { applyStrictly } from "../fixtures/apply-release";
import { environmentOf } from "../fixtures/pod-process";
import { accountConfig } from "./account-config";
import { answers } from "./chart-operator";
import { chartObjects, moduleObjects } from "./module-files";
import type { RealOperator } from "./real-operator";
import { calledLocally, freePort, temporaryCertificates, type WebhookServer, webhookServer } from "./webhooks";

const MODULE = { module: "kserve", goModule: "github.com/kserve/kserve" } as const;

/** Module of the kinds of the Gateway API Inference Extension, at the version that KServe is built with. */
const POOLS = { module: "kserve", goModule: "sigs.k8s.io/gateway-api-inference-extension" } as const;

/** How it is built. */
export const KSERVE = { name: "kserve", goPackage: `${MODULE.goModule}/cmd/manager`, module: MODULE.module } as const;

/** The program of the routers of graphs. */
export const ROUTER = { name: "kserve-router", goPackage: `${MODULE.goModule}/cmd/router`, module: MODULE.module } as const;

const CONTROLLER = { name: "kserve-controller-manager", container: "manager", namespace: "kserve" } as const;
/** How the controller of language models with a router is built, and its place in the chart. */
export const KSERVE_LLM = { name: "kserve-llmisvc", goPackage: `${MODULE.goModule}/cmd/llmisvc`, module: MODULE.module } as const;

const LLM_CONTROLLER = { name: "llmisvc-controller-manager", container: "manager", namespace: "kserve" } as const;

/** What the controllers read, and what they may do. The charts' certificates are ours, and their pod is a process. */
const NEEDED = ["ConfigMap", "ClusterStorageContainer", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];

/** What the controllers are for. */
interface KserveReleases {
  /** The release of an embedded control plane, which is applied afterwards. */
  readonly release: Release;
  /** That of a real cluster, with the charts. */
  readonly real: Release;
}

/** Applies the definitions of a release, and starts the controllers; returns when their webhooks answer. */
export async function startKserve(operators: RealOperator, { release, real }: KserveReleases): Promise<void> {
  const { namespace } = CONTROLLER;
  const client = operators.client();
  const definitions = release.objects.map(({ manifest }) => manifest).filter(isOfOthers);
  for (const definition of [...definitions, ...objectsOf(operators, real, "kserve-crd")]) await applyStrictly(client, definition);
  const service = `kserve-webhook-server-service.${namespace}.svc`;
  const server = await webhookServer(operators.folder, { service, authority: "kserve-ca" });
  const objects = objectsOf(operators, real, "kserve-resources");
  const needed = objects.filter(({ kind }) => NEEDED.includes(kind));
  const webhooks = objects.filter(({ kind }) => kind.endsWith("WebhookConfiguration"));
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, { fieldManager: "test" });
  for (const object of [...needed, ...calledLocally(webhooks, server)]) await client.apply(object, { fieldManager: "test" });
  await startController(operators, { program: KSERVE.name, controller: CONTROLLER, objects, server });
  await answers(operators, { name: KSERVE.name, admitted: trialOf(release, "InferenceService") });
}

/** Starts the controller of language models with a router alone, with the configuration of the first one's chart; returns when its webhooks answer. */
export async function startKserveLlm(operators: RealOperator, { release, real }: KserveReleases): Promise<void> {
  const { namespace } = LLM_CONTROLLER;
  const client = operators.client();
  const service = `llmisvc-webhook-server-service.${namespace}.svc`;
  const server = await webhookServer(operators.folder, { service, authority: "kserve-llm-ca" });
  const ofOthers = release.objects.map(({ manifest }) => manifest).filter(isOfOthers);
  const pools = moduleObjects({ ...POOLS, path: "config/crd/bases/inference.networking.k8s.io_inferencepools.yaml" });
  const own = calledLocally(objectsOf(operators, real, "kserve-llmisvc-crd"), server);
  for (const definition of [...ofOthers, ...routeDefinitions(), ...pools, ...own]) await applyStrictly(client, definition);
  const objects = objectsOf(operators, real, "kserve-llmisvc-resources");
  const configuration = objectsOf(operators, real, "kserve-resources").filter(({ kind }) => kind === "ConfigMap");
  const needed = objects.filter(({ kind }) => NEEDED.includes(kind));
  const webhooks = objects.filter(({ kind }) => kind.endsWith("WebhookConfiguration"));
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, { fieldManager: "test" });
  for (const object of [...configuration, ...needed, ...calledLocally(webhooks, server)])
    await client.apply(object, { fieldManager: "test" });
  await startController(operators, { program: KSERVE_LLM.name, controller: LLM_CONTROLLER, objects, server });
  await answers(operators, { name: KSERVE_LLM.name, admitted: trialOf(release, "LLMInferenceService") });
}

/** Is it a CRD that no chart of KServe brings? */
function isOfOthers({ kind, metadata }: KubeObject): boolean {
  return kind === "CustomResourceDefinition" && !metadata.name.endsWith(".serving.kserve.io");
}

interface Started {
  readonly program: string;
  /** Its Deployment in the chart. */
  readonly controller: Readonly<Record<"name" | "container" | "namespace", string>>;
  /** What the chart makes. */
  readonly objects: readonly KubeObject[];
  readonly server: WebhookServer;
}

/** The process of the chart's Deployment, with its variables and as its account. */
async function startController(operators: RealOperator, { program, controller, objects, server }: Started): Promise<void> {
  const { name, container, namespace } = controller;
  const deployment = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  if (!deployment) throw new Error(`the chart has no Deployment ${name}`);
  const account = String(valueAt(deployment, ["spec", "template", "spec", "serviceAccountName"]));
  const KUBECONFIG = await accountConfig(operators, { name: account, namespace });
  const machine = { secrets: {}, replaced: {}, fields: { "metadata.namespace": namespace }, path: "" };
  const probes = await freePort();
  operators.start({
    name: program,
    args: () => [`--webhook-port=${server.port}`, `--health-probe-addr=127.0.0.1:${probes}`, "--metrics-addr=0"],
    env: () => ({ ...environmentOf(deployment, container, machine), ...temporaryCertificates(server), KUBECONFIG }),
  });
}

function trialOf({ objects }: Release, kind: string): KubeObject {
  const found = objects.find(({ manifest }) => manifest.kind === kind)?.manifest;
  if (!found) throw new Error(`the release has no ${kind}`);
  return { ...found, metadata: { ...found.metadata, namespace: "default" } };
}

/** What a chart of the module makes of the release's values for it. */
function objectsOf(operators: RealOperator, { helmReleases }: Release, chart: string): KubeObject[] {
  const found = helmReleases.find((each) => each.chart.name === chart);
  if (!found) throw new Error(`the release has no chart ${chart}`);
  return chartObjects({ ...MODULE, path: `charts/${chart}` }, found, operators.helm);
}
