/** Streams that begin with what another pipeline has filled. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";

const chain = "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}\n";
const STREAM = { definition: `${chain}options: {streaming: true}\n`, upgrade: "savepoint", bootstrap: "fill" };

function resolved(pipelines: Readonly<Record<string, object>>) {
  const all = Object.entries(pipelines).map(([name, one]) => [name, { definition: chain, runner: "main", ...one }]);
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    flink: { clusters: { main: { storage: { type: "s3", uri: "s3://state/flink" } } } },
    pipelines: Object.fromEntries(all),
  };
  return createPlatform({ sections: catalog }).resolve(spec as never);
}

const problems = (pipelines: Readonly<Record<string, object>>) => {
  const result = resolved(pipelines);
  return result.ok ? [] : result.problems.map(({ id, path }) => [id, path]);
};

test("a stream starts after its bootstrap has finished, and may then start without state of another SDK", () => {
  const { release } = unwrap(resolved({ clicks: STREAM, fill: {} }));
  const find = (kind: string, name: string) =>
    release.objects.find(({ manifest }) => manifest.kind === kind && new RegExp(`^${name}-[0-9a-f]{8}$`).test(manifest.metadata.name));

  const [stream, fill] = [find("Job", "clicks"), find("Job", "fill")];
  expect(release.edges).toContainEqual(expect.objectContaining({ from: stream?.id, to: fill?.id }));
  const settings = String(valueAt(find("ConfigMap", "clicks")?.manifest, ["data", "settings.json"]));
  expect(JSON.parse(settings)).toMatchObject({ sdk: "2.77.0", stateReset: "2.77.0" });
});

test.each<[string, Readonly<Record<string, object>>, readonly (readonly [string, string])[]]>([
  [
    "an unknown name",
    { clicks: { ...STREAM, bootstrap: "fil" }, fill: {} },
    [["pipelines.unknown-bootstrap", "pipelines.clicks.bootstrap"]],
  ],
  [
    "a pipeline that has a bootstrap itself",
    { clicks: STREAM, fill: STREAM },
    [
      ["pipelines.unknown-bootstrap", "pipelines.clicks.bootstrap"],
      ["pipelines.unknown-bootstrap", "pipelines.fill.bootstrap"],
    ],
  ],
  ["a stream", { clicks: STREAM, fill: { ...STREAM, bootstrap: undefined } }, [["beam.endless-bootstrap", "pipelines.clicks.bootstrap"]]],
  [
    "a pipeline on a schedule",
    { clicks: STREAM, fill: { schedule: { cron: "@daily" } } },
    [["beam.scheduled-bootstrap", "pipelines.clicks.bootstrap"]],
  ],
  [
    "a pipeline without state",
    { clicks: { ...STREAM, upgrade: "stateless" }, fill: {} },
    [["beam.nothing-to-bootstrap", "pipelines.clicks.bootstrap"]],
  ],
  [
    "stateReset beside it",
    { clicks: { ...STREAM, stateReset: "2.77.0" }, fill: {} },
    [["beam.bootstrap-and-reset", "pipelines.clicks.bootstrap"]],
  ],
])("refuses %s", (_, pipelines, expected) => {
  expect(problems(pipelines)).toEqual(expected);
});
