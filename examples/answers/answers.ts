/** A component of our own: answers to questions, from the documents of a vector index and by a language model. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  allow,
  HardenedWorkload,
  type IWebInterface,
  OUTSIDE,
  type PodsEnd,
  ref,
  type SecretRef,
  type SettingsOf,
  Size,
  secretRef,
  secretRefSchema,
  section,
  setOwner,
  type WebInterface,
  z,
} from "beamstack-iac";
import { ConfigMap, Probe, Secret, Volume } from "cdk8s-plus-28";
import { Construct } from "constructs";

const image = "docker.io/library/python:3.13.7-slim";
const source = "https://docs.python.org/3.13/library/http.server.html";
const pin = { name: "answers", licence: "Apache-2.0", source, images: { image }, kinds: [], kubernetes: { min: "1.32" } };
const PORT = 8000;
const FOLDER = "/app";

const embeddingsSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A service of KServe, such as one of a sentence transformer. */
    type: z.literal("server"),
    /** The service; its runtime is `huggingface` with the task `text_embedding`. */
    server: ref("modelServer"),
  }),
  z.strictObject({
    /** OpenAI. */
    type: z.literal("openai"),
    /** Its model. */
    model: z.string().min(1),
    /** Key of its API: a Secret in the namespace of the store. */
    key: secretRefSchema,
  }),
]);

const appSchema = z.strictObject({
  /** Index with the documents. */
  index: ref("vectorIndex"),
  /** Language model that answers. */
  model: ref("languageModel"),
  /** What makes vectors of questions: the model that made those of the index. */
  embeddings: embeddingsSchema,
  /** Field of a document with its text. @default "text" */
  textField: z.string().min(1).default("text"),
  /** Field of a document with its address. @default "metadata.url" */
  linkField: z.string().min(1).default("metadata.url"),
  /** Passages that the model gets. @default 4 */
  passages: z.int().min(1).max(20).default(4),
});

const schema = z.record(z.string(), appSchema);
type App = SettingsOf<typeof appSchema>;

declare module "beamstack-iac" {
  interface SectionSchemas {
    /** Applications that answer questions, by name. @default none */
    answers: typeof schema;
  }
}

/** An application. Its route in the section `gateway` needs a sign-in, as it asks nobody who they are. */
class Answers extends Construct implements IWebInterface {
  /** Its page. */
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, name: string, settings: App) {
    super(scope, name);
    const { index, model, embeddings } = settings;
    // Where the Secrets of the store are.
    const { namespace } = index.store;
    const files = new ConfigMap(this, "Files", {
      metadata: { name: `${name}-files`, namespace },
      data: {
        "answers.py": readFileSync(join(__dirname, "app/answers.py"), "utf8"),
        "settings.json": JSON.stringify(settingsOf(settings)),
      },
    });
    const container = {
      image,
      command: ["python", `${FOLDER}/answers.py`],
      env: { PORT: `${PORT}`, PYTHONDONTWRITEBYTECODE: "1", ...secretsOf(settings) },
      ports: { http: PORT },
      requests: { cpu: 0.1, memory: Size.mebibytes(128) },
      limits: { memory: Size.mebibytes(256) },
      readiness: Probe.fromHttpGet("/healthz", { port: PORT }),
      mounts: [
        { path: FOLDER, volume: Volume.fromConfigMap(this, "FilesVolume", files, { name: "files" }), readOnly: true },
        ...caMounts(this, settings),
      ],
    };
    const server = new HardenedWorkload(this, "Server", {
      name,
      namespace,
      kind: { type: "deployment", replicas: 2 },
      service: { ports: { http: 80 } },
      containers: [container],
    });
    server.node.addDependency(index, model, ...(embeddings.type === "server" ? [embeddings.server] : []));
    allow(this, flowsOf(name, settings, server.pods));
    this.webInterface = { service: name, namespace, port: 80, pods: server.pods, ports: [{ port: PORT }], authentication: "none" };
  }
}

/** What the program reads. */
function settingsOf({ index, model, embeddings, ...own }: App) {
  const plan = index.store.indexPlan(index.shape);
  if (plan.type !== "http") return {};
  const { auth, endpoints, ca } = index.store;
  return {
    ...own,
    store: {
      url: endpoints.find(({ protocol }) => protocol === "http")?.url,
      search: plan.search,
      ...(auth.type === "basic" && { scheme: plan.scheme ?? "basic" }),
      ...(auth.type === "api-key" && { keyHeader: plan.keyHeader }),
      ...(ca && { ca: `${FOLDER}-ca/${ca.key}` }),
    },
    model: { url: model.url, name: model.model },
    embeddings:
      embeddings.type === "server"
        ? { url: `${embeddings.server.url}/openai/v1`, model: embeddings.server.modelName }
        : { url: "https://api.openai.com/v1", model: embeddings.model },
  };
}

/** PostgreSQL speaks another protocol. */
function noHttp(store: string) {
  return {
    id: "answers.no-http",
    got: `an index in the store ${store}, which has no HTTP API`,
    allowed: "an index in Elasticsearch, Qdrant or Milvus",
    fix: "name another index",
  };
}

function secretsOf({ index, embeddings }: App): Record<string, string | SecretRef> {
  const { auth } = index.store;
  return {
    ...(auth.type === "basic" && { STORE_USER: auth.user, STORE_PASSWORD: auth.password }),
    ...(auth.type === "api-key" && { STORE_KEY: auth.key }),
    ...(embeddings.type === "openai" && { EMBEDDINGS_KEY: secretRef(embeddings.key.name, embeddings.key.key) }),
  };
}

function caMounts(scope: Construct, { index: { store } }: App) {
  if (!store.ca) return [];
  const secret = Secret.fromSecretName(scope, "Ca", store.ca.name);
  return [{ path: `${FOLDER}-ca`, volume: Volume.fromSecret(scope, "CaVolume", secret, { name: "ca" }), readOnly: true }];
}

function flowsOf(name: string, { index: { store }, model, embeddings }: App, from: PodsEnd) {
  const { server } = { server: undefined, ...embeddings };
  return [
    { name: `${name}-to-store`, from, to: store.pods, ports: store.ports },
    { name: `${name}-to-model`, from, to: model.pods, ports: model.ports },
    server
      ? { name: `${name}-to-embeddings`, from, to: server.pods, ports: server.ports }
      : { name: `${name}-to-embeddings`, from, to: OUTSIDE, ports: [{ port: 443 }] },
  ];
}

/** Applications that answer questions. */
export const answers = section({
  key: "answers",
  stage: "model-serving",
  pin,
  schema,
  lineage: { reads: ["*.index", "*.model", "*.embeddings.server"] },
  build(apps, site) {
    for (const [name, settings] of Object.entries(apps)) {
      const { store, shape } = settings.index;
      if (store.indexPlan(shape).type !== "http") site.report([name, "index"], noHttp(store.name));
      const scope = site.part([name], { namespace: store.namespace });
      setOwner(scope, pin.name);
      new Answers(scope, name, settings);
    }
  },
});
