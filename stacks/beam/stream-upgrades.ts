/** What becomes of the state of streams whose next version is applied, judged from what their submitters keep on the cluster. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type Problem, sortProblems } from "#lib/core/problem";
import type { Release, ReleaseObject } from "#lib/release/release";
import { isForbidden, unlessGone } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { pipelineOf, pipelineSettings } from "./live-pipelines";

/** Streams whose version changes. */
export interface StreamUpgrades {
  /** One for each stream whose next version could not read its state. */
  readonly problems: readonly Problem[];
  /** From what each of the others goes on. */
  readonly notes: readonly string[];
}

/** Looks at the state of each stream of the release. A stream that has none starts anew, and one that may not be read is left to its submitter. */
export async function streamUpgrades(release: Release, client: Pick<KubeClient, "get">): Promise<StreamUpgrades> {
  const files = new Map(
    release.objects.flatMap(({ manifest: { kind, metadata, data } }) =>
      kind === "ConfigMap" ? [[`${metadata.namespace}/${metadata.name}`, data]] : [],
    ),
  );
  const wanted = release.objects.flatMap((object) => nextVersion(object, files) ?? []);
  const found = await Promise.all(wanted.map(async (next) => ({ next, last: await lastVersion(client, next) })));
  const changed = found.flatMap(({ next, last }) => (last && last.job !== next.job ? [{ next, last }] : []));
  const lost = ({ next, last }: Upgrade) => last.sdk !== next.sdk && next.stateReset !== next.sdk;
  return {
    problems: sortProblems(changed.filter(lost).map(otherSdk)),
    notes: changed.filter((upgrade) => !lost(upgrade)).map(noteOn),
  };
}

/** The version of a stream that the release declares. */
interface NextVersion {
  readonly name: string;
  readonly namespace: string | undefined;
  /** Where the environment file declares it. */
  readonly source: string;
  readonly job: string;
  readonly sdk: string;
  readonly stateReset: JsonValue | undefined;
  /** Name of the ConfigMap with its state. */
  readonly state: string;
}

/** The version whose state there is. */
interface LastVersion {
  readonly job: string;
  readonly sdk: string;
  /** Its savepoint, if it was stopped. */
  readonly left: string | undefined;
}

interface Upgrade {
  readonly next: NextVersion;
  readonly last: LastVersion;
}

/** The stream of a submitter's Job; `undefined` for any other object. Its files are in a ConfigMap of the same name. */
function nextVersion({ manifest, source }: ReleaseObject, files: ReadonlyMap<string, JsonValue | undefined>): NextVersion | undefined {
  const name = pipelineOf(manifest);
  const { name: job, namespace } = manifest.metadata;
  const data = files.get(`${namespace}/${job}`);
  if (name === undefined || !isJsonObject(data)) return undefined;
  const { state, sdk, stateReset } = pipelineSettings({ files: data });
  if (typeof state !== "string" || typeof sdk !== "string") return undefined;
  return { name, namespace, source, job, sdk, stateReset, state };
}

async function lastVersion(client: Pick<KubeClient, "get">, { state, namespace }: NextVersion): Promise<LastVersion | undefined> {
  try {
    const kept = await unlessGone(client.get({ apiVersion: "v1", kind: "ConfigMap", name: state, namespace }));
    const { current, status, savepoint } = parsed(valueAt(kept, ["data", "state.json"]));
    const [job, sdk] = [valueAt(current, ["job"]), valueAt(current, ["sdk"])];
    if (typeof job !== "string" || typeof sdk !== "string") return undefined;
    return { job, sdk, left: status === "STOPPED" && typeof savepoint === "string" ? savepoint : undefined };
  } catch (thrown) {
    if (isForbidden(thrown)) return undefined;
    throw thrown;
  }
}

/** Like the submitter: what cannot be understood is no state. */
function parsed(text: JsonValue | undefined): JsonObject {
  try {
    const state: unknown = JSON.parse(String(text));
    return isJsonObject(state) ? state : {};
  } catch {
    return {};
  }
}

function otherSdk({ next, last }: Upgrade): Problem {
  return {
    id: "beam.state-of-other-sdk",
    path: `${next.source}.stateReset`,
    got: `state of Beam ${last.sdk}, which ${last.job} keeps on the cluster, for a version with Beam ${next.sdk}`,
    allowed: `Beam ${last.sdk}, as no other reads it`,
    fix: `set stateReset to "${next.sdk}" to start without the state, after a last savepoint, name a pipeline in bootstrap that has filled what it begins with, or keep Beam ${last.sdk}`,
  };
}

function noteOn({ next, last }: Upgrade): string {
  const begin = `pipeline ${next.name}: ${next.job}`;
  if (last.sdk !== next.sdk)
    return `${begin} starts without the state of Beam ${last.sdk}, as stateReset says; ${last.left === undefined ? `${last.job} leaves a last savepoint` : `its last savepoint is ${last.left}`}`;
  return `${begin} goes on from ${last.left ?? `a savepoint that ${last.job} leaves`}`;
}
