import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { type StreamUpgrades, streamUpgrades } from "#stacks/beam/stream-upgrades";
import { ApiError } from "#stacks/cluster/api-error";
import { releaseWith } from "../../lib/release/fixture";
import { FakeCluster } from "./fake-cluster";
import { live } from "./live";

const SAVEPOINT = "s3://flink/savepoints/1";

/** The release that declares a stream with state. */
function declaring(pipeline: Parameters<typeof live>[1] = {}): Release {
  return releaseWith(live("clicks", { upgrade: "savepoint", ...pipeline }));
}

function jobOf(release: Release): string | undefined {
  return release.objects.find(({ manifest }) => manifest.kind === "Job")?.manifest.metadata.name;
}

/** What a submitter keeps of the version that has proved to run. */
function stateOf(current: { readonly job: string; readonly sdk: string }, rest: Readonly<Record<string, string>> = {}): KubeObject {
  const data = { "state.json": JSON.stringify({ current: { ...current, argv: [], files: {} }, ...rest }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "clicks-state", namespace: "flink" }, data };
}

function judged(release: Release, ...state: readonly KubeObject[]): Promise<StreamUpgrades> {
  return streamUpgrades(release, new FakeCluster(state));
}

test("the next version of a stream goes on from a savepoint of the last", async () => {
  const release = declaring();

  const { problems, notes } = await judged(release, stateOf({ job: "clicks-00000000", sdk: "2.77.0" }));

  expect(problems).toEqual([]);
  expect(notes).toEqual([`pipeline clicks: ${jobOf(release)} goes on from a savepoint that clicks-00000000 leaves`]);
});

test("a stream that was stopped goes on from the savepoint that it has left", async () => {
  const state = stateOf({ job: "clicks-00000000", sdk: "2.77.0" }, { status: "STOPPED", savepoint: SAVEPOINT });

  expect((await judged(declaring(), state)).notes).toEqual([expect.stringMatching(/goes on from s3:\/\/flink\/savepoints\/1$/)]);
});

test("state of another SDK is refused with both ways out", async () => {
  const { problems, notes } = await judged(declaring(), stateOf({ job: "clicks-00000000", sdk: "2.76.0" }));

  expect(problems).toEqual([
    {
      id: "beam.state-of-other-sdk",
      path: "test.stateReset",
      got: "state of Beam 2.76.0, which clicks-00000000 keeps on the cluster, for a version with Beam 2.77.0",
      allowed: "Beam 2.76.0, as no other reads it",
      fix: 'set stateReset to "2.77.0" to start without the state, after a last savepoint, name a pipeline in bootstrap that has filled what it begins with, or keep Beam 2.76.0',
    },
  ]);
  expect(notes).toEqual([]);
});

test.each([
  ["a last savepoint is taken", {}, "clicks-00000000 leaves a last savepoint"],
  [
    "the last savepoint is named where the stream was stopped",
    { status: "STOPPED", savepoint: SAVEPOINT },
    `its last savepoint is ${SAVEPOINT}`,
  ],
])("with stateReset it starts without state, and %s", async (_what, rest, said) => {
  const release = declaring({ stateReset: "2.77.0" });

  const { problems, notes } = await judged(release, stateOf({ job: "clicks-00000000", sdk: "2.76.0" }, rest));

  expect(problems).toEqual([]);
  expect(notes).toEqual([`pipeline clicks: ${jobOf(release)} starts without the state of Beam 2.76.0, as stateReset says; ${said}`]);
});

test("nothing is said of a stream that does not change, of one without state, and of pipelines that keep none", async () => {
  const release = declaring();
  const nothing = { problems: [], notes: [] };

  expect(await judged(release, stateOf({ job: String(jobOf(release)), sdk: "2.77.0" }))).toEqual(nothing);
  expect(await judged(release)).toEqual(nothing);
  const empty = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "clicks-state", namespace: "flink" } };
  expect(await judged(release, empty)).toEqual(nothing);
  expect(await judged(release, { ...empty, data: { "state.json": "{" } })).toEqual(nothing);
  expect(await judged(releaseWith(live("clicks")), stateOf({ job: "clicks-00000000", sdk: "2.76.0" }))).toEqual(nothing);
});

test("state that may not be read is left to the submitter; what else is wrong ends the run", async () => {
  const failing = (status: number) => ({ get: () => Promise.reject(new ApiError(status, "Reason", "told by the API server")) });

  expect(await streamUpgrades(declaring(), failing(403))).toEqual({ problems: [], notes: [] });
  await expect(streamUpgrades(declaring(), failing(500))).rejects.toThrow("told by the API server");
});

test("the state is that of the stream's own namespace", async () => {
  const elsewhere = stateOf({ job: "clicks-00000000", sdk: "2.76.0" });

  const found = await judged(declaring(), { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: "other" } });

  expect(found).toEqual({ problems: [], notes: [] });
});
