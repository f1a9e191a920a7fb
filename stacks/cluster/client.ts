/** A thin Kubernetes client: plain JSON objects in and out, one retry policy, server-side apply first. */

import { isJsonObject, type JsonObject, type JsonValue, yamlSafeJson } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { ClusterAccess } from "./access";
import { ConnectionError, errorOf } from "./api-error";
import {
  type ApplyOptions,
  asObject,
  type CallOptions,
  type DeleteOptions,
  type ListPage,
  type ListQuery,
  type ObjectRef,
  refOf,
  type WriteOptions,
} from "./calls";
import { type ApiResource, Discovery, groupVersionPath } from "./discovery";
import { type RetryPolicy, withRetry } from "./retry";
import { type ApiRequest, type ApiStream, Transport, type TransportOptions } from "./transport";
import { type WatchEvent, watchObjects } from "./watch";

/** Kinds of patch; server-side apply has its own method. */
const PATCH_TYPES = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

const PAGE = 500;
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** How a client behaves. */
export interface ClientOptions extends TransportOptions {
  /** @default see {@link RetryPolicy} */
  readonly retry?: RetryPolicy;
}

/** Talks to one API server. */
export class KubeClient {
  private readonly transport: Transport;
  private readonly discovery: Discovery;
  private readonly closing = new AbortController();

  public constructor(
    public readonly access: ClusterAccess,
    private readonly options: ClientOptions = {},
  ) {
    this.transport = new Transport(access, options);
    this.discovery = new Discovery((path, signal) => this.json({ method: "GET", path }, { ...(signal && { signal }) }));
  }

  /** Gets the credentials ready: a plugin may take as long as a person takes to log in. */
  public signIn(): Promise<void> {
    return this.transport.signIn();
  }

  /** Which resource a kind is. @throws NoMatchError */
  public discover(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ApiResource> {
    return this.discovery.resolve(apiVersion, kind, signal);
  }

  /** Forgets what was discovered about a group version, or about all. */
  public rediscover(apiVersion?: string): void {
    this.discovery.forget(apiVersion);
  }

  /** Reads one object. */
  public async get(ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject> {
    return asObject(await this.json({ method: "GET", path: await this.path(ref, ref.name, options) }, options));
  }

  /** Reads a whole collection, page by page. */
  public async list(query: ListQuery, options: CallOptions = {}): Promise<readonly KubeObject[]> {
    return (await this.listAt(query, options)).items;
  }

  /** Reads a whole collection with the version it was read at. */
  public async listAt(query: ListQuery, options: CallOptions = {}): Promise<ListPage> {
    const items: KubeObject[] = [];
    let page: ListPage = { items, resourceVersion: "", next: "" };
    while (page.next !== undefined) {
      page = await this.page(query, page.next, options);
      items.push(...page.items);
    }
    return { items, resourceVersion: page.resourceVersion };
  }

  /** Creates an object; one of this name must not exist. */
  public async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = await this.path(refOf(object), undefined, options);
    return asObject(await this.json({ method: "POST", path, query: writeQuery(options), body: JSON.stringify(object) }, options));
  }

  /** Creates or updates by server-side apply: the fields given become those of the field manager. */
  public async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const path = await this.path(refOf(object), object.metadata.name, options);
    const query = { ...writeQuery(options), force: options.force ?? false };
    // The server reads this one as YAML, whatever it is.
    const request = { method: "PATCH", path, query, body: yamlSafeJson(object), contentType: "application/apply-patch+yaml" } as const;
    return asObject(await this.json(request, options));
  }

  /** Patches an object; `subresource` names a part with its own endpoint, such as `status`. */
  public async patch(
    ref: ObjectRef & { readonly subresource?: string },
    patch: { readonly type: keyof typeof PATCH_TYPES; readonly body: JsonValue },
    options: WriteOptions = {},
  ): Promise<KubeObject> {
    const path = `${await this.path(ref, ref.name, options)}${ref.subresource ? `/${ref.subresource}` : ""}`;
    const request = { method: "PATCH", path, query: writeQuery(options), body: JSON.stringify(patch.body) } as const;
    return asObject(await this.json({ ...request, contentType: PATCH_TYPES[patch.type] }, options));
  }

  /** Asks for deletion. @returns the object where it still has to be finalized, `undefined` where it is gone */
  public async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<KubeObject | undefined> {
    const { propagationPolicy, uid, dryRun } = options;
    const body = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      ...(propagationPolicy && { propagationPolicy }),
      ...(uid && { preconditions: { uid } }),
      ...(dryRun && { dryRun: ["All"] }),
    };
    const path = await this.path(ref, ref.name, options);
    const answer = await this.json({ method: "DELETE", path, body: JSON.stringify(body) }, options);
    return isJsonObject(answer) && answer["kind"] !== "Status" ? asObject(answer) : undefined;
  }

  /** Follows a collection: what is there first, then what changes, for as long as the caller reads and the client is open. */
  public watch(query: ListQuery, options: CallOptions & { readonly resourceVersion?: string } = {}): AsyncGenerator<WatchEvent> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.closing.signal]) : this.closing.signal;
    return watchObjects(this, query, { ...options, signal, ...(this.options.retry && { retry: this.options.retry }) });
  }

  /** Opens the raw stream of a watch. */
  public async openWatch(query: ListQuery, resourceVersion: string, signal?: AbortSignal): Promise<ApiStream> {
    const options = signal ? { signal } : {};
    return this.transport.stream({
      method: "GET",
      path: await this.path(query, undefined, options),
      query: { ...selectors(query), watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds: 290 },
      ...options,
    });
  }

  /** The server's version, such as `v1.34.2`. */
  public async version(options: CallOptions = {}): Promise<string> {
    const answer = await this.json({ method: "GET", path: "/version" }, options);
    return isJsonObject(answer) ? String(answer["gitVersion"]) : "";
  }

  /** What tells this cluster from all others: the uid of its first namespace. */
  public async clusterUid(options: CallOptions = {}): Promise<string> {
    const namespace = await this.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }, options);
    return String(namespace.metadata["uid"] ?? "");
  }

  /** Any other request, answered with JSON: reviews, metrics, health. */
  public json(request: ApiRequest, options: CallOptions = {}): Promise<JsonValue> {
    return this.request(request, options, parseAnswer);
  }

  /** Any other request, answered with text: logs. */
  public text(request: ApiRequest, options: CallOptions = {}): Promise<string> {
    return this.request(request, options, (body) => body);
  }

  /** Closes all connections; watches end by throwing. */
  public close(): void {
    this.closing.abort(new ConnectionError("the client is closed", false));
    this.transport.close();
  }

  private request<T>(request: ApiRequest, { signal, retry }: CallOptions, read: (body: string) => T): Promise<T> {
    const attempt = async () => {
      const { status, body, retryAfter } = await this.transport.send({ ...request, ...(signal && { signal }) });
      if (status >= 400) throw errorOf(status, body, retryAfter);
      return read(body);
    };
    return withRetry(attempt, { ...this.options.retry, ...retry }, signal);
  }

  private async page(query: ListQuery, next: string, options: CallOptions): Promise<ListPage> {
    const answer = await this.json(
      {
        method: "GET",
        path: await this.path(query, undefined, options),
        query: { ...selectors(query), limit: PAGE, continue: next || undefined },
        ...(query.metadataOnly && { accept: METADATA_LIST }),
      },
      options,
    );
    return pageOf(answer, query);
  }

  private async path(of: ListQuery, name: string | undefined, { signal }: CallOptions): Promise<string> {
    const { plural, namespaced } = await this.discover(of.apiVersion, of.kind, signal);
    const namespace = namespaced ? (of.namespace ?? (name === undefined ? undefined : "default")) : undefined;
    const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    const item = name === undefined ? "" : `/${encodeURIComponent(name)}`;
    return `${groupVersionPath(of.apiVersion)}${scope}/${plural}${item}`;
  }
}

/** A client for a cluster. */
export function connect(access: ClusterAccess, options: ClientOptions = {}): KubeClient {
  return new KubeClient(access, options);
}

/** A truncated answer is a broken connection, not a refusal: worth another try. */
function parseAnswer(body: string): JsonValue {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ConnectionError("the API server's answer is no JSON", true, { cause: error });
  }
}

function writeQuery({ fieldManager, dryRun, fieldValidation = "Strict" }: WriteOptions) {
  return { fieldManager, dryRun: dryRun ? "All" : undefined, fieldValidation };
}

function selectors({ labelSelector, fieldSelector }: ListQuery) {
  return { labelSelector, fieldSelector };
}

/** Items of a list carry no kind of their own: it is that of the list. */
function pageOf(answer: JsonValue, { apiVersion, kind }: ListQuery): ListPage {
  const list: JsonObject = isJsonObject(answer) ? answer : {};
  const metadata = isJsonObject(list["metadata"]) ? list["metadata"] : {};
  const items = Array.isArray(list["items"]) ? list["items"] : [];
  const next = metadata["continue"];
  return {
    items: items.map((item) => asObject(isJsonObject(item) ? { ...item, apiVersion, kind } : item)),
    resourceVersion: String(metadata["resourceVersion"] ?? ""),
    ...(typeof next === "string" && next !== "" && { next }),
  };
}
