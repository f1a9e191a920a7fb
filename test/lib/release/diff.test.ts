import { diffReleases, fieldDiffs } from "#lib/release/diff";
import { chartOf, namespace, object, releaseWith } from "./fixture";

const deployment = (spec: Record<string, unknown>) => object("Deployment", "app", { namespace: "a", apiVersion: "apps/v1", spec });

test("two equal releases of two environments do not differ", () => {
  const objects = [namespace("a"), deployment({ replicas: 1 })];

  const diff = diffReleases(releaseWith(objects), releaseWith(objects, { environment: "other" }));

  expect(diff).toEqual({ onlyLeft: [], onlyRight: [], changed: [], same: 2 });
});

test("names what only one side has, and on the other the fields that differ, with the line that asked for each", () => {
  const left = releaseWith([namespace("a"), deployment({ replicas: 1, paused: true })]);
  const right = releaseWith([namespace("b"), deployment({ replicas: 2 })]);

  const diff = diffReleases(left, right);

  expect(diff.onlyLeft.map(({ id }) => id)).toEqual(["core/Namespace/a"]);
  expect(diff.onlyRight.map(({ id }) => id)).toEqual(["core/Namespace/b"]);
  expect(diff.changed).toMatchObject([
    {
      id: "apps/Deployment/a/app",
      left: { source: "test" },
      right: { source: "test" },
      fields: [
        { path: "spec.paused", left: true },
        { path: "spec.replicas", left: 1, right: 2 },
      ],
    },
  ]);
});

test("Helm releases differ by version and values", () => {
  const chart = chartOf({ name: "c", namespace: "a", values: { a: 1 } });
  const newer = { ...chart, chart: { ...chart.chart, version: "2.0.0" }, values: { a: 2 } };

  const { changed } = diffReleases(releaseWith([], { charts: [chart] }), releaseWith([], { charts: [newer] }));

  expect(changed[0]?.fields).toEqual([
    { path: "chart.version", left: "1.2.3", right: "2.0.0" },
    { path: "values.a", left: 1, right: 2 },
  ]);
});

test("lists of named things are compared by name, other lists by position", () => {
  const left = {
    env: [
      { name: "a", value: "1" },
      { name: "b", value: "2" },
    ],
    args: ["x", "y"],
  };
  const right = { env: [{ name: "b", value: "3" }], args: ["x"] };

  expect(fieldDiffs(left, right)).toEqual([
    { path: "args[1]", left: "y" },
    { path: "env[a]", left: { name: "a", value: "1" } },
    { path: "env[b].value", left: "2", right: "3" },
  ]);
});

test("lists of named things in another order differ: init containers run in theirs", () => {
  const [first, second] = [{ name: "first" }, { name: "second" }];

  expect(fieldDiffs({ init: [first, second] }, { init: [second, first] })).toEqual([
    { path: "init", left: ["first", "second"], right: ["second", "first"] },
  ]);
});

test("null is a value, absent is not", () => {
  expect(fieldDiffs({ a: null }, {})).toEqual([{ path: "a", left: null }]);
  expect(fieldDiffs({ a: undefined }, {})).toEqual([]);
});

test("the line that asked for an entry is told beside it and is no difference of its own", () => {
  const release = releaseWith([namespace("a")]);
  const [entry] = release.objects;
  const manifest = { ...namespace("a"), metadata: { name: "a", annotations: { "beamstack-iac/source": "elsewhere" } } };
  const moved = {
    ...release,
    objects: entry
      ? [
          {
            ...entry,
            manifest: {
              ...entry.manifest,
              metadata: {
                ...entry.manifest.metadata,
                annotations: { ...entry.manifest.metadata.annotations, ...manifest.metadata.annotations },
              },
            },
          },
        ]
      : [],
  };

  expect(diffReleases(release, moved)).toMatchObject({ changed: [], same: 1 });
});
