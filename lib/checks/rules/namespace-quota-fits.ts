/** Pods and claims of a namespace fit its quota: the API server rejects those beyond it one by one, long after the apply. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { exceeds, quantityOf } from "#lib/kube/quantity";
import type { ReleaseChart, ReleaseObject } from "#lib/release/release";
import { copiesOf } from "../copies";
import { mapAt } from "../json-at";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** What one template asks for, all its copies together. */
interface Ask {
  readonly object: ReleaseObject | ReleaseChart;
  readonly at: string;
  readonly amount: number;
}

/** Bounds of a quota that are counted, and how an amount is written. */
const COUNTED: Readonly<
  Record<string, { readonly asks: (view: ReleaseView, namespace: string) => readonly Ask[]; readonly show: (amount: number) => string }>
> = {
  pods: { asks: podAsks, show: (amount) => `${amount} pods` },
  "requests.storage": { asks: storageAsks, show: (amount) => `${Size.mebibytes(Math.ceil(amount / 1024 ** 2))} of volumes` },
};

/** The most that autoscaling may make of them counts. */
export const namespaceQuotaFits: Rule = {
  id: "namespace-quota-fits",
  mirrors: [],
  allowed: "requests within the quota of the namespace",
  fix: "raise the quota of the namespace, or lower the requests",
  find: (view) => view.ofKind("core/ResourceQuota").flatMap((quota) => overdrawn(view, quota)),
};

function overdrawn(view: ReleaseView, { manifest }: ReleaseObject): Finding[] {
  const { namespace = "" } = manifest.metadata;
  const hard = mapAt(mapAt(manifest, "spec"), "hard");
  return Object.entries(COUNTED).flatMap(([bound, { asks, show }]) => {
    const limit = quantityOf(hard[bound]);
    const all = asks(view, namespace);
    const [first] = [...all].sort((a, b) => b.amount - a.amount);
    const total = all.reduce((sum, { amount }) => sum + amount, 0);
    if (limit === undefined || !first || !exceeds(total, limit)) return [];
    const { object, at } = first;
    return [{ object, at, got: `${show(total)} in namespace ${namespace}, most of them`, allowed: `at most ${show(limit)}: its quota` }];
  });
}

function podAsks(view: ReleaseView, namespace: string): Ask[] {
  return view.pods
    .filter(({ object }) => object.manifest.metadata.namespace === namespace)
    .map(({ object, at }) => ({ object, at, amount: copiesOf(view, { object, at }) }));
}

function storageAsks(view: ReleaseView, namespace: string): Ask[] {
  const { objects, helmReleases } = view.release;
  return [
    ...objects
      .filter(({ manifest }) => manifest.metadata.namespace === namespace)
      .flatMap((object) => claimsOf({ view, object }, object.manifest)),
    // What a chart makes of its values is its own, but for claims all of ours use the words of the workloads.
    ...helmReleases.filter((chart) => chart.namespace === namespace).flatMap((object) => claimsBelow({ view, object }, object.values, "")),
  ];
}

function claimsOf(within: Within, manifest: KubeObject): Ask[] {
  if (groupKind(manifest) === "core/PersistentVolumeClaim") return claim(within, manifest, "spec");
  return claimsBelow(within, manifest["spec"], "spec");
}

interface Within {
  readonly view: ReleaseView;
  readonly object: Ask["object"];
}

/** In workloads and custom resources alike, whatever is called `volumeClaimTemplates` holds claims. */
function claimsBelow(within: Within, value: JsonValue | undefined, at: string): Ask[] {
  if (Array.isArray(value)) return value.flatMap((item, position) => claimsBelow(within, item, `${at}[${position}]`));
  if (!isJsonObject(value)) return [];
  if (/\.volumeClaimTemplates?(?:\[\d+\])?$/.test(at)) return claim(within, value, at);
  return Object.keys(value).flatMap((key) => claimsBelow(within, value[key], at === "" ? key : `${at}.${key}`));
}

function claim({ view, object }: Within, template: JsonObject, at: string): Ask[] {
  const storage = quantityOf(valueAt(template, ["spec", "resources", "requests", "storage"]));
  return storage === undefined ? [] : [{ object, at, amount: storage * copiesOf(view, { object, at }) }];
}
