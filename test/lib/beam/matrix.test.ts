/** The version matrix: what is legal, and how an illegal pair is told. */

import { type BeamOnFlink, beamSdkImage, jobServerImage, pairProblems, sparkJobServerImage } from "#lib/beam/matrix";

test("a legal combination has no problem", () => {
  expect(pairProblems({ beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" }, "flink.clusters.main")).toEqual([]);
});

test("an illegal Flink line names the legal ones of that SDK", () => {
  const [problem, ...more] = pairProblems({ beamSdk: "2.77.0", flinkVersion: "1.18", python: "3.11" }, "flink.clusters.main");

  expect(more).toEqual([]);
  expect(problem).toMatchObject({
    id: "beam.illegal-pair",
    path: "flink.clusters.main.flinkVersion",
    got: "Flink 1.18 with Beam 2.77.0",
    allowed: "Flink 1.19, 1.20, 2.0, 2.1, 2.2 with Beam 2.77.0",
  });
});

test("an illegal Python and an illegal Flink line are told together", () => {
  const paths = pairProblems({ beamSdk: "2.75.0", flinkVersion: "2.3", python: "3.9" }, "x").map((problem) => problem.path);

  expect(paths).toEqual(["x.flinkVersion", "x.python"]);
});

test("an unknown SDK names the known ones", () => {
  expect(pairProblems({ beamSdk: "2.60.0", flinkVersion: "2.2", python: "3.11" }, "x")).toMatchObject([
    { path: "x.beamSdk", allowed: "2.75.0, 2.76.0, 2.77.0" },
  ]);
});

test("an illegal Spark line and an illegal Flink operator name the legal ones", () => {
  const pair = { beamSdk: "2.77.0", python: "3.11" };

  expect(pairProblems({ ...pair, sparkVersion: "3.5" }, "x")).toEqual([]);
  expect(pairProblems({ ...pair, flinkVersion: "2.2", flinkOperator: "1.14.0", sparkVersion: "4.0" }, "x")).toMatchObject([
    { path: "x.sparkVersion", allowed: "Spark 3.5 with Beam 2.77.0" },
    { path: "x.flinkOperator", allowed: "Flink operator 1.15.0 with Beam 2.77.0" },
  ]);
});

test("images carry the SDK's own version", () => {
  expect(beamSdkImage("2.77.0", "3.11")).toBe("apache/beam_python3.11_sdk:2.77.0");
  expect(sparkJobServerImage("2.77.0")).toBe("apache/beam_spark3_job_server:2.77.0");
  expect(jobServerImage("2.76.0", "2.1")).toBe("apache/beam_flink2.1_job_server:2.76.0");
});

test("an illegal pair does not compile", () => {
  const legal: BeamOnFlink = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" };
  // @ts-expect-error Beam has no runner for Flink 1.18 since 2.75.0
  const illegal: BeamOnFlink = { beamSdk: "2.77.0", flinkVersion: "1.18", python: "3.11" };

  expect(pairProblems(legal, "x")).toHaveLength(0);
  expect(pairProblems(illegal, "x")).toHaveLength(1);
});
