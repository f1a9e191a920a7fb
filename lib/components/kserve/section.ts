/** Section `kserve` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { type Site, section } from "#lib/environment/section";
import { definitions as routeDefinitions } from "#lib/imports/gateway-api/index";
import { definitions } from "#lib/imports/kserve/index";
import { definitions as llmDefinitions } from "#lib/imports/kserve-llmisvc/index";
import { httpRouteKind } from "#lib/kube/http-route";
import { ManagedKinds } from "#lib/kube/managed-kinds";
import { operatorMode } from "#lib/kube/operator";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { InferenceGraph } from "./graph";
import { InferenceService } from "./inference-service";
import { LanguageModel } from "./llm";
import { KserveLlmOperator } from "./llm-operator";
import type { LlmSettings } from "./llm-schema";
import { KserveOperator } from "./operator";
import { kservePin } from "./pin";
import { type RoutedHost, sharedHostProblems } from "./router-checks";
import { RouterPresets } from "./router-presets";
import { kserveSectionSchema } from "./schema";
import type { InferenceServiceSettings } from "./service-schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** KServe: models behind HTTP endpoints, predictive ones and language models. Requires `certManager`. @default not installed */
    kserve: typeof kserveSectionSchema;
  }
  interface DeclaredAt {
    "kserve.services": "modelServer";
    "kserve.llms": "languageModel";
  }
}

const HOME = { namespace: "kserve" } as const;

/** Source: KServe v0.20.0, inferencegraph/raw_ig.go, createInferenceGraphPodSpec. */
const ROUTER = { level: "baseline", reason: "KServe gives the router of an inference graph no seccomp profile" } as const;

/** KServe. */
export const kserve = section({
  key: "kserve",
  stage: "model-serving",
  pin: kservePin,
  crds: () => [...definitions(), ...llmDefinitions()],
  schema: kserveSectionSchema,
  chartExample: { llmOperator: {} },
  declares: { modelServer: "services", languageModel: "llms" },
  uses: ["certificateIssuer", "eventScaler", "monitoring", "podGroups", "webRoutes"],
  foreign: ({ operator: { existing }, services, llms }) => [
    ...foreignOperator(existing, HOME),
    ...sourcesOf(services, llms).map(({ path, namespace }) => ({ namespace, path: [...path, "through", "source"] })),
  ],
  lineage: {
    reads: ["services.*.model", "services.*.canary.model", "llms.*.model"]
      .flatMap((model) => [`${model}.storage`, `${model}.registry`, `${model}.model`])
      .concat("llms.*.adapters.*.storage", "services.*.featureStore"),
  },
  build({ operator: own, llmOperator, services, llms, graphs }, site) {
    const { home, scope } = operatorPart(site, own.existing, HOME);
    const [certificateIssuer] = site.all("certificateIssuer").values();
    const place = certificateIssuer && { certificateIssuer };
    const { operator } = new KserveOperator(scope, "Operator", { ...own, ...place });
    operator.node.addDependency(home);
    if (llmOperator || routed(llms).length > 0) {
      const { existing } = own;
      const second = operatorPart(site, existing, { ...HOME, path: ["llmOperator"] });
      new KserveLlmOperator(second.scope, "Operator", { ...llmOperator, existing, ...place, after: operator });
    }
    addRoutes(services, llms, site);
    const made = addServices(services, site);
    addModels({ services, llms }, site);
    for (const [name, settings] of Object.entries(graphs)) {
      const { namespace } = settings;
      site.namespace(namespace, ["graphs", name], { podSecurity: ROUTER });
      const part = site.part(["graphs", name], { namespace, priority: "beamstack-serving" });
      openTo(site, ["graphs", name], settings.callers);
      new InferenceGraph(part, "Graph", { ...settings, name, services: made });
    }
  },
});

type Services = Readonly<Record<string, InferenceServiceSettings>>;
type Models = Readonly<Record<string, LlmSettings>>;

function addServices(services: Services, site: Site): Map<string, InferenceService> {
  const made = new Map<string, InferenceService>();
  for (const [name, settings] of Object.entries(services)) {
    const part = site.part(["services", name], { namespace: settings.namespace, priority: "beamstack-serving" });
    openTo(site, ["services", name], settings.callers);
    const service = new InferenceService(part, "Service", { ...settings, name });
    made.set(name, service);
    site.give("modelServer", name, service);
  }
  return made;
}

function addModels({ services, llms }: { readonly services: Services; readonly llms: Models }, site: Site): void {
  const [scaler] = site.offers("monitoring") ? site.all("eventScaler").values() : [];
  const [podGroups] = site.all("podGroups").values();
  const presets = routed(llms).length > 0 ? new RouterPresets(site.part(["llms"]), "Presets") : undefined;
  const hosts: RoutedHost[] = [];
  for (const [name, settings] of Object.entries(llms)) {
    const part = site.part(["llms", name], { namespace: settings.namespace, priority: "beamstack-serving" });
    openTo(site, ["llms", name], settings.callers);
    const model = new LanguageModel(part, "Service", { ...settings, name, scaler, podGroups, presets });
    const path = ownerOf(model).source;
    site.give("languageModel", name, model);
    if (settings.namespace === services[name]?.namespace) addProblems(model, [sameName(name, path)]);
    if (!settings.router) continue;
    const host = { path, through: settings.router.through };
    addProblems(model, sharedHostProblems(host, hosts));
    hosts.push(host);
  }
}

/** Models with a router, by name. */
function routed(llms: Models) {
  return Object.entries(llms).flatMap(([name, { router }]) => (router ? [{ name, router }] : []));
}

/** Namespaces of the data planes that lead requests to services and models, by the path of what says so. */
function sourcesOf(services: Services, llms: Models): { readonly path: readonly string[]; readonly namespace: string }[] {
  const splits = Object.entries(services).flatMap(([name, { trafficSplit }]) =>
    trafficSplit?.through.type === "gateway"
      ? [{ path: ["services", name, "trafficSplit"], namespace: trafficSplit.through.source.namespace }]
      : [],
  );
  const routers = routed(llms).map(({ name, router }) => ({
    path: ["llms", name, "router"],
    namespace: router.through.source.namespace,
  }));
  return [...splits, ...routers];
}

/** The kind of routes, unless the section gateway has it, and the namespaces that requests come from. */
function addRoutes(services: Services, llms: Models, site: Site): void {
  // Of somebody else; an embedded control plane does not have them.
  if (operatorMode(site.chart) === "simulated")
    for (const { path, namespace } of sourcesOf(services, llms)) site.namespace(namespace, path);
  if (!Object.values(services).some(({ trafficSplit }) => trafficSplit)) return;
  if (!site.offers("webRoutes"))
    new ManagedKinds(site.part(["services"]), "Routes", { pin: { ...kservePin, kinds: [httpRouteKind] }, definitions: routeDefinitions });
}

/** Callers need a way out of their namespaces. */
function openTo(site: Site, path: readonly string[], callers: readonly string[]): void {
  for (const caller of callers) site.namespace(caller, [...path, "callers"]);
}

/** Both are InferenceServices. */
function sameName(name: string, path: string) {
  return {
    id: "kserve.same-name",
    path,
    got: `${name}, the name of a predictive service of the same namespace`,
    allowed: "names that differ",
    fix: "rename one of them, or move it to another namespace",
  };
}
