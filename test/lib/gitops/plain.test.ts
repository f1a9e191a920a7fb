import fc from "fast-check";
import { parse } from "yaml";
import { unwrap } from "#lib/core/problem";
import { phasesOf } from "#lib/gitops/phases";
import { plainTree } from "#lib/gitops/plain";
import type { GroupKind, KubeObject } from "#lib/kube/object";
import { objectId } from "#lib/kube/object";
import type { Edge, Release } from "#lib/release/release";
import { chartOf, definition, namespace, object, releaseWith } from "../release/fixture";

const deployment = (name: string, spec = {}) => object("Deployment", name, { namespace: "flink", apiVersion: "apps/v1", spec });
const cluster = (name: string) => object("FlinkDeployment", name, { namespace: "flink", apiVersion: "flink.apache.org/v1beta1", spec: {} });
const config = (name: string) => object("ConfigMap", name, { namespace: "flink", data: {} });

/** A simulated operator with its definition, and one object of its kind. */
const flink: readonly KubeObject[] = [
  namespace("flink"),
  definition("flink.apache.org", "FlinkDeployment"),
  deployment("operator"),
  object("ServiceAccount", "operator", { namespace: "flink" }),
  cluster("main"),
];
const providers = new Map([
  ["flink.apache.org/FlinkDeployment", ["apps/Deployment/flink/operator", "core/ServiceAccount/flink/operator"]] as const,
]);
const paths = (release: Release): string[] => [...unwrap(plainTree(release)).keys()];

test("numbers namespaces, definitions, configuration, operators and what they act on", () => {
  expect(paths(releaseWith(flink, { providers }))).toEqual([
    "00-namespaces/cluster/namespace.flink.yaml",
    "10-definitions/cluster/customresourcedefinition.flinkdeployments.flink.apache.org.yaml",
    "20-configuration/flink/serviceaccount.operator.yaml",
    "30-operators/flink/deployment.operator.yaml",
    "40-workloads/flink/flinkdeployment.flink.apache.org.main.yaml",
    "apply.sh",
  ]);
});

test("an operator that needs what another one makes comes in a later folder, and so does what it acts on", () => {
  const declared: Edge[] = [{ from: "apps/Deployment/flink/second", to: objectId(cluster("main")), reason: "declared" }];
  const second = [deployment("second"), object("Job2", "x", { namespace: "flink", apiVersion: "second.io/v1" })];
  const both = new Map<GroupKind, readonly string[]>([...providers, ["second.io/Job2", ["apps/Deployment/flink/second"]]]);

  const tree = paths(releaseWith([...flink, ...second], { providers: both, declared }));

  expect(tree).toContain("50-operators/flink/deployment.second.yaml");
  expect(tree).toContain("60-workloads/flink/job2.second.io.x.yaml");
});

test("each file holds one object, the same value the release has", () => {
  const release = releaseWith(flink, { providers });

  const files = [...unwrap(plainTree(release))].filter(([path]) => path.endsWith(".yaml")).map(([, text]) => parse(text));

  expect(files).toHaveLength(release.objects.length);
  expect(files).toEqual(expect.arrayContaining(release.objects.map(({ manifest }) => manifest)));
});

test("a further object adds its file and neither moves nor changes another", () => {
  const before = unwrap(plainTree(releaseWith(flink, { providers })));

  const after = unwrap(plainTree(releaseWith([...flink, namespace("a"), config("extra"), deployment("app")], { providers })));

  for (const [path, text] of before) expect(after.get(path)).toBe(text);
  expect(after.size).toBe(before.size + 3);
});

test("every edge goes to the same folder or one before it; into an operator's folder only to one before it", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const objects = names.flatMap((name) => [
    config(name),
    deployment(name),
    object("Thing", name, { namespace: "flink", apiVersion: `${name}.io/v1` }),
  ]);
  const ids = objects.map(objectId);
  const kinds = new Map(names.map((name) => [`${name}.io/Thing`, [`apps/Deployment/flink/${name}`]] as const));
  const pair = fc.tuple(fc.nat(ids.length - 1), fc.nat(ids.length - 1)).filter(([from, to]) => from > to);

  fc.assert(
    fc.property(fc.array(pair, { maxLength: 30 }), (pairs) => {
      const declared = pairs.map(([from, to]) => ({ from: ids[from] ?? "", to: ids[to] ?? "", reason: "declared" }));
      const release = releaseWith(objects, { declared, providers: kinds });
      const phases = phasesOf(release);
      for (const { from, to, reason } of release.edges) {
        const distance = (phases.get(from) ?? 0) - (phases.get(to) ?? 0);
        expect(distance).toBeGreaterThanOrEqual(reason === "operator" ? 1 : 0);
      }
    }),
  );
});

describe("a Helm release", () => {
  const chart = chartOf({
    name: "flink-operator",
    namespace: "flink",
    values: { a: ["on"] },
    provides: ["flink.apache.org/FlinkDeployment"],
  });
  const release = releaseWith([namespace("flink"), cluster("main")], { charts: [chart] });

  test("is a file of values that kubectl does not read, before the objects of its kinds", () => {
    const tree = unwrap(plainTree(release));

    expect(tree.get("30-operators/flink/flink-operator.values")).toBe('a:\n  - "on"\n');
    expect(tree.has("40-workloads/flink/flinkdeployment.flink.apache.org.main.yaml")).toBe(true);
  });

  test("is installed by apply.sh between the folders it stands between", () => {
    const script = unwrap(plainTree(release)).get("apply.sh")?.split("\n}\n")[1];

    expect(script?.split("\n")).toEqual([
      "kubectl apply --server-side -R -f 00-namespaces",
      "helm upgrade --install flink-operator product --repo https://charts.example.com --version 1.2.3 --namespace flink --values 30-operators/flink/flink-operator.values --wait",
      "again kubectl apply --server-side -R -f 40-workloads",
      "",
    ]);
  });

  test("from a registry is named by its whole address", () => {
    const pin = { name: "product", repository: "oci://registry.example.com/charts", version: "1.2.3" };

    const script = unwrap(plainTree(releaseWith([namespace("flink")], { charts: [{ ...chart, chart: pin }] }))).get("apply.sh");

    expect(script).toContain("--install flink-operator oci://registry.example.com/charts/product --version 1.2.3");
  });

  test("cannot smuggle a command into apply.sh", () => {
    const version = "1'; touch pwned; echo '$(touch pwned)`touch pwned`";
    const pin = { name: "product", repository: "https://charts.example.com", version };

    const script = unwrap(plainTree(releaseWith([], { charts: [{ ...chart, chart: pin }] }))).get("apply.sh") ?? "";

    const line = script.split("\n").find((text) => text.startsWith("helm "));
    expect(line).toContain(`--version '1'\\''; touch pwned; echo '\\''$(touch pwned)\`touch pwned\`' --namespace`);
  });
});

describe("names", () => {
  test.each([
    ["a path", { kind: "ConfigMap", name: "../../etc/passwd" }],
    ["a parent folder", { kind: "ConfigMap", name: ".." }],
    ["an absolute path", { kind: "ConfigMap", name: "/etc/passwd" }],
    ["a device in capitals", { kind: "ConfigMap", name: "CON" }],
    ["a NUL", { kind: "ConfigMap", name: "a\u0000b" }],
    ["look-alike letters", { kind: "ConfigMap", name: "f\u0131ink" }],
    ["a back slash", { kind: "ConfigMap", name: "a\\..\\b" }],
    ["300 characters", { kind: "ConfigMap", name: "x".repeat(300) }],
    ["nothing", { kind: "ConfigMap", name: "" }],
    ["a path as namespace", { kind: "ConfigMap", name: "a", namespace: "../x" }],
    ["a dotted namespace", { kind: "ConfigMap", name: "a", namespace: "a.b" }],
    ["a path as kind", { kind: "../X", name: "a" }],
    ["a path as group", { kind: "Thing", name: "a", apiVersion: "../x/v1" }],
    ["a path as a role's name", { kind: "ClusterRole", name: "../x", apiVersion: "rbac.authorization.k8s.io/v1" }],
    ["a parent folder as a role's name", { kind: "ClusterRole", name: "..", apiVersion: "rbac.authorization.k8s.io/v1" }],
  ])("of %s are refused", (_what, { kind, name, ...rest }) => {
    const result = plainTree(releaseWith([object(kind, name, rest)]));

    expect(result).toMatchObject({ ok: false, problems: [{ id: "gitops.unsafe-name", path: "test" }] });
  });

  test("of 253 characters get a file name that every file system takes", () => {
    const long = ["x".repeat(63), "y".repeat(63), "z".repeat(63)].join(".");
    const [first, second] = [`${long}.${"a".repeat(61)}`, `${long}.${"b".repeat(61)}`];

    const files = paths(releaseWith([config(first), config(second)])).filter((path) => path.endsWith(".yaml"));

    expect(new Set(files).size).toBe(2);
    for (const path of files) expect(path.split("/").at(-1)?.length).toBeLessThanOrEqual(255);
  });

  test("of a namespace that Windows keeps for a device get a folder of their own", () => {
    expect(paths(releaseWith([object("ConfigMap", "a", { namespace: "con" })]))).toContain("20-configuration/con_/configmap.a.yaml");
  });

  test("of roles may hold a colon, which is written as in an address", () => {
    const role = object("ClusterRole", "beamstack:view", { apiVersion: "rbac.authorization.k8s.io/v1" });

    expect(paths(releaseWith([role]))).toContain("20-configuration/cluster/clusterrole.beamstack%3Aview.yaml");
  });

  test("that differ in upper and lower case only are refused: some file systems see one file", () => {
    const roles = ["view", "View"].map((name) => object("ClusterRole", name, { apiVersion: "rbac.authorization.k8s.io/v1" }));

    expect(plainTree(releaseWith(roles))).toMatchObject({ ok: false, problems: [{ id: "gitops.same-path" }] });
  });
});

test("a value that no YAML can carry is a problem that says where it is", () => {
  const result = plainTree(releaseWith([{ ...config("a"), data: { key: "\ud800" } }]));

  expect(result).toMatchObject({ ok: false, problems: [{ id: "gitops.unwritable-value", path: "test" }] });
  expect(!result.ok && result.problems[0]?.got).toContain('"data"."key" of core/ConfigMap/flink/a');
});
