/** Maps kinds to resources with API discovery. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import { isNotFound, NoMatchError } from "./api-error";

/** Name of a kind's resource in API paths. */
export interface ApiResource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Resources of one group version, and the time of the request. */
interface GroupVersion {
  readonly askedAt: number;
  readonly kinds: Promise<ReadonlyMap<string, ApiResource>>;
}

/** Looks up kinds, one request per group version; retries missing kinds, since CRDs may be established later. */
export class Discovery {
  private readonly known = new Map<string, GroupVersion>();
  private clock = 0;

  /** @param read returns the JSON at a path, throws `ApiError` 404 if there is none */
  public constructor(private readonly read: (path: string, signal?: AbortSignal) => Promise<JsonValue>) {}

  /**
   * The resource of a kind.
   *
   * @throws NoMatchError if the server does not serve the kind now
   */
  public async resolve(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ApiResource> {
    const calledAt = ++this.clock;
    const before = this.known.get(apiVersion) ?? this.ask(apiVersion, signal);
    const found = (await this.settled(apiVersion, before)).get(kind);
    if (found) return found;
    // Refresh only a response that is older than this lookup.
    const latest = this.known.get(apiVersion);
    const after = latest && latest.askedAt > calledAt ? latest : this.ask(apiVersion, signal);
    const late = after === before ? undefined : (await this.settled(apiVersion, after)).get(kind);
    if (late) return late;
    throw new NoMatchError(apiVersion, kind);
  }

  /** Drops the cache of one group version, or all of it. */
  public forget(apiVersion?: string): void {
    if (apiVersion === undefined) this.known.clear();
    else this.known.delete(apiVersion);
  }

  private ask(apiVersion: string, signal?: AbortSignal): GroupVersion {
    const entry = { askedAt: ++this.clock, kinds: this.fetch(apiVersion, signal) };
    this.known.set(apiVersion, entry);
    return entry;
  }

  private async settled(apiVersion: string, entry: GroupVersion): Promise<ReadonlyMap<string, ApiResource>> {
    try {
      return await entry.kinds;
    } catch (error) {
      if (this.known.get(apiVersion) === entry) this.known.delete(apiVersion);
      throw error;
    }
  }

  private async fetch(apiVersion: string, signal?: AbortSignal): Promise<ReadonlyMap<string, ApiResource>> {
    try {
      return kindsOf(await this.read(groupVersionPath(apiVersion), signal));
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
  }
}

/** API path of a group version: the legacy group is below `/api`, all others below `/apis`. */
export function groupVersionPath(apiVersion: string): string {
  const root = apiVersion.includes("/") ? "apis" : "api";
  return `/${root}/${apiVersion.split("/").map(encodeURIComponent).join("/")}`;
}

function kindsOf(list: JsonValue): ReadonlyMap<string, ApiResource> {
  const resources = isJsonObject(list) && Array.isArray(list["resources"]) ? list["resources"] : [];
  const kinds = new Map<string, ApiResource>();
  for (const resource of resources) {
    if (!isJsonObject(resource)) continue;
    const { name, kind, namespaced } = resource;
    // A name with a slash is a subresource (`pods/log`), which may share the kind of its parent.
    if (typeof name !== "string" || typeof kind !== "string" || name.includes("/")) continue;
    kinds.set(kind, { plural: name, namespaced: namespaced === true });
  }
  return kinds;
}
