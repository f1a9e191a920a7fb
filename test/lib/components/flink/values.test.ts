/** Helm values of the operator. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { synthesize } from "#charts/synthesize";
import { FlinkOperator, type FlinkOperatorProps } from "#lib/components/flink/index";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";

function release(props: FlinkOperatorProps, hasCertManager = true) {
  const chart = new Chart(new App(), "chart");
  const certificateIssuer = hasCertManager ? new Construct(chart, "CertManager") : undefined;
  new FlinkOperator(chart, "Subject", { ...props, ...(certificateIssuer && { certificateIssuer }) });
  return synthesize(App.of(chart), "test");
}

function value(props: FlinkOperatorProps, path: string, hasCertManager = true): JsonValue | undefined {
  return valueAt(unwrap(release(props, hasCertManager)).helmReleases[0]?.values, path.split("."));
}

test("pins the tag that the chart would leave at latest", () => {
  expect(value({}, "image")).toEqual({ repository: "ghcr.io/apache/flink-kubernetes-operator", tag: "1.15.0" });
});

test("has a webhook exactly where something issues its certificate", () => {
  expect(value({}, "webhook.create")).toBe(true);
  expect(value({}, "webhook.create", false)).toBe(false);
  expect(value({ webhook: false }, "webhook.create")).toBe(false);
});

test("refuses a webhook without cert-manager", () => {
  const result = release({ webhook: true }, false);

  expect(result).toMatchObject({ ok: false, problems: [{ id: "flink.webhook-without-cert-manager" }] });
});

test.each([1, 2])("%d operators elect a leader and are replaced in the same way, so that their number can change", (replicas) => {
  const { values } = unwrap(release({ replicas })).helmReleases[0] ?? {};

  expect(valueAt(values, ["defaultConfiguration", "flink-conf.yaml"])).toContain("kubernetes.operator.leader-election.enabled: true\n");
  expect(valueAt(values, ["strategy"])).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
});

test("makes no account or role for jobs: every cluster brings its own", () => {
  expect(value({}, "jobServiceAccount.create")).toBe(false);
  expect(value({}, "rbac")).toEqual({ jobRole: { create: false }, jobRoleBinding: { create: false } });
});
