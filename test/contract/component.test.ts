/** The contract: what holds for every component of the catalog. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkRelease } from "#lib/checks/index";
import { catalog, readinessTable } from "#lib/components/registry";
import { isPinned, parseImage } from "#lib/core/image-ref";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { schemaProblems } from "#lib/core/schema-problems";
import { chartFacts } from "#lib/imports/charts/index";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { unknownValuePaths } from "#lib/kube/chart-values";
import { COMPONENT_LABEL, ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL, STAGE_LABEL } from "#lib/kube/labels";
import { groupKind, groupOf } from "#lib/kube/object";
import type { OperatorMode } from "#lib/kube/operator";
import { podSpecsOf } from "#lib/kube/pod-specs";
import type { Release, ReleaseObject } from "#lib/release/release";
import { entries } from "./entries";

const MODES: readonly OperatorMode[] = ["helm", "simulated"];

describe.each(catalog.map((section) => [section.pin.name, section] as const))("component %s", (name, { pin, schema }) => {
  test("has an entry of its own", () => {
    expect(entries.filter(({ entry }) => entry.pin.name === name)).not.toEqual([]);
  });

  test("says under which licence it is, where its facts were read and which Kubernetes it needs", () => {
    expect(pin.licence).not.toBe("");
    expect(pin.source).not.toBe("");
    expect(pin.kubernetes.min).toMatch(/^1\.\d+$/);
  });

  test("has a README with a sample", () => {
    expect(readFileSync(join(__dirname, "../../lib/components", name, "README.md"), "utf8")).toContain("```ts");
  });

  test("refuses an unknown key of its section", () => {
    expect(schemaProblems(schema, { "an unknown key": "" }, "section")).not.toEqual([]);
  });
});

test("no two components share a key of the environment file", () => {
  const keys = catalog.map(({ key }) => key);

  expect(keys).toEqual([...new Set(keys)]);
});

describe.each(entries.map((any) => [any.entry.title, any] as const))("%s", (_title, any) => {
  const point = (name: string, body: () => void) => {
    const reason = any.entry.skips?.[name];
    if (reason === undefined) test(name, body);
    else test.skip(`${name} (skipped: ${reason})`, body);
  };
  const made = new Map<OperatorMode, Release>();
  const smallest = (mode: OperatorMode): Release => {
    const release = made.get(mode) ?? unwrap(any.release(mode));
    made.set(mode, release);
    return release;
  };
  const objects = (mode: OperatorMode): readonly ReleaseObject[] => smallest(mode).objects;

  point("gives the same bytes twice", () => {
    for (const mode of MODES) expect(JSON.stringify(unwrap(any.release(mode)))).toBe(JSON.stringify(smallest(mode)));
  });

  point("works with the smallest props and has nothing to complain about", () => {
    for (const mode of MODES) expect(any.release(mode)).toMatchObject({ ok: true, warnings: [] });
  });

  describe.each(any.props)("prop %s", (prop) => {
    point(`prop ${prop} changes the output`, () => {
      for (const mode of MODES) expect(unwrap(any.release(mode, prop)).digest).not.toBe(smallest(mode).digest);
    });
  });

  point("the defaults written down are the defaults that hold", () => {
    for (const mode of MODES) expect(unwrap(any.withDefaults(mode)).digest).toBe(smallest(mode).digest);
  });

  point("every object carries its owner's labels", () => {
    for (const object of MODES.flatMap(objects)) {
      const { labels } = object.manifest.metadata;
      expect(labels).toMatchObject({ [MANAGED_BY_LABEL]: MANAGED_BY, [ENVIRONMENT_LABEL]: "contract", [STAGE_LABEL]: object.stage });
      expect(labels?.[COMPONENT_LABEL]).toBe(object.component);
    }
  });

  point("sets no text of a pod to empty, which the API server leaves out", () => {
    const pods = MODES.flatMap(objects).filter(({ manifest }) => isBuiltInGroup(groupOf(manifest.apiVersion)));
    const empty = pods.filter(({ manifest }) => JSON.stringify(podSpecsOf(manifest)).includes(':""'));

    expect(empty.map(({ id }) => id)).toEqual([]);
  });

  point("every image is pinned and known to a pin of the catalog", () => {
    const pinned = new Set<string>(catalog.flatMap(({ pin }) => Object.values(pin.images)).map(repositoryOf));
    for (const { image } of MODES.flatMap((mode) => smallest(mode).images)) {
      const parsed = parseImage(image);
      expect({ image, pinned: parsed !== undefined && isPinned(parsed) }).toEqual({ image, pinned: true });
      expect(pinned).toContain(repositoryOf(image));
    }
  });

  point("every custom kind has a readiness row", () => {
    const custom = MODES.flatMap(objects).filter(({ manifest }) => isCustom(groupOf(manifest.apiVersion)));

    expect(custom.map(({ manifest }) => groupKind(manifest)).filter((kind) => !readinessTable.has(kind))).toEqual([]);
  });

  point("every Helm value exists in the pinned chart", () => {
    for (const { chart, values } of smallest("helm").helmReleases) {
      const facts = chartFacts(chart.facts ?? chart.name);
      expect({ chart: chart.name, version: facts.version }).toEqual({ chart: chart.name, version: chart.version });
      expect(unknownValuePaths(facts, values)).toEqual([]);
    }
  });

  point("every pod, ServiceAccount and chart with pods has the Secrets of the registry", () => {
    const keys = [{ name: "registry-keys" }];
    for (const { objects, helmReleases } of MODES.map((mode) => unwrap(any.withPullSecrets(mode)))) {
      const accounts = objects.flatMap(({ manifest }) => (manifest.kind === "ServiceAccount" ? [manifest["imagePullSecrets"]] : []));
      const pods = objects.flatMap(({ manifest }) => podSpecsOf(manifest).map(({ spec }) => spec["imagePullSecrets"]));
      const charts = helmReleases.filter(({ chart }) => !chart.name.endsWith("-crd"));
      const values = charts.map((one) => valueAt(one.values, one.chart.imagePullSecretsAt ?? ["the pin names no value"]));
      for (const found of [...accounts, ...pods]) expect(found).toEqual(keys);
      expect(values).toEqual(
        charts.map(({ chart }) => (chart.pullSecretsAs ? { name: "registry-keys", names: ["registry-keys"] }[chart.pullSecretsAs] : keys)),
      );
      for (const { chart, values: all } of helmReleases) expect(unknownValuePaths(chartFacts(chart.facts ?? chart.name), all)).toEqual([]);
    }
  });

  point("breaks no rule over finished objects", () => {
    for (const release of MODES.map(smallest)) {
      // Sections and programs create the namespaces of a construct.
      const places = [...release.objects.map(({ manifest }) => manifest.metadata), ...release.helmReleases];
      const files = (release.files ?? []).map(({ secret }) => secret);
      const existingNamespaces = [...places, ...files].flatMap(({ namespace }) => namespace ?? []);
      expect(checkRelease(release, { production: false, pools: [], kinds: any.entry.pin.kinds, existingNamespaces })).toEqual([]);
    }
  });

  point("no password in any text of its props comes out unseen", () => {
    expect(any.leaks()).toEqual([]);
  });

  test.each(any.refusedIds)("refuses what %s forbids", (id) => {
    expect(any.refuse(id).map((problem) => problem.id)).toContain(id);
  });
});

/** Groups of kinds that the API server does not bring itself; kwok's belong to the simulator. */
function isCustom(group: string): boolean {
  return !isBuiltInGroup(group) && group !== "kwok.x-k8s.io";
}

/** An image's repository in whatever registry. */
function repositoryOf(image: string): string {
  return parseImage(image)?.repository ?? image;
}
