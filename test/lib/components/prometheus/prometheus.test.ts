/** Prometheus: what of its values keeps it from being blind, open or in somebody's way. */

import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { AlertRules, Dashboard, Monitor, Prometheus, type PrometheusProps } from "#lib/components/prometheus/index";
import { catalog } from "#lib/components/registry";
import { Duration } from "#lib/core/duration";
import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { pods } from "#lib/kube/network";
import type { KubeObject } from "#lib/kube/object";

function build(props: PrometheusProps, more: (chart: StageChart, prometheus: Prometheus) => void = () => undefined) {
  const app = new App();
  const chart = new StageChart(app, "monitoring");
  more(chart, new Prometheus(chart, "Subject", props));
  return unwrap(synthesize(app, "test"));
}

function value(props: PrometheusProps, ...path: string[]): JsonValue | undefined {
  return valueAt(build(props).helmReleases[0]?.values, path);
}

function find(objects: readonly { readonly manifest: KubeObject }[], kind: string, name: string): KubeObject | undefined {
  return objects.map(({ manifest }) => manifest).find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
}

test("sees monitors and rules of everybody, not only those with the chart's label", () => {
  const spec = value({}, "prometheus", "prometheusSpec");
  const flags = isJsonObject(spec) ? Object.entries(spec).filter(([key]) => key.endsWith("SelectorNilUsesHelmValues")) : [];

  expect(flags).toHaveLength(5);
  expect(flags.filter(([, flag]) => flag !== false)).toEqual([]);
});

test("has Grafana only where its password stands in a Secret", () => {
  expect(value({}, "grafana")).toEqual({ enabled: false });
  expect(value({ grafana: { adminSecret: "grafana-admin" } }, "grafana", "admin", "existingSecret")).toBe("grafana-admin");
  expect(JSON.stringify(value({ grafana: { adminSecret: "grafana-admin" } }, "grafana"))).not.toMatch(/password/i);
});

test("starts nothing that runs as root in Grafana's pod", () => {
  expect(value({ grafana: { adminSecret: "x" } }, "grafana", "initChownData")).toEqual({ enabled: false });
});

test("leaves alone what managed clusters hide, unless asked", () => {
  for (const part of ["kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy"]) {
    expect(value({}, part)).toEqual({ enabled: false });
    expect(value({ controlPlane: true }, part)).toEqual({ enabled: true });
  }
});

test("scrapes a target by the port its pods declare, and may reach it", () => {
  const target = { name: "thing", pods: pods("things", { app: "thing" }), port: 9249, path: "/", podLabels: ["app"] };

  const { objects } = build({}, (chart, prometheus) => new Monitor(chart, "Monitor", { prometheus, target }));

  expect(find(objects, "PodMonitor", "thing")?.["spec"]).toEqual({
    namespaceSelector: { matchNames: ["things"] },
    selector: { matchLabels: { app: "thing" } },
    podTargetLabels: ["app"],
    podMetricsEndpoints: [{ portNumber: 9249, path: "/" }],
  });
  expect(find(objects, "NetworkPolicy", "scrape-thing-ingress")?.metadata.namespace).toBe("things");
  expect(find(objects, "NetworkPolicy", "scrape-thing-egress")?.metadata.namespace).toBe("monitoring");
});

test("hands alerts to the operator with severity and what to do", () => {
  const alert = {
    name: "Gone",
    expression: "up == 0",
    lasting: Duration.minutes(5),
    severity: "critical",
    summary: "s",
    runbook: "r",
  } as const;

  const { objects } = build(
    {},
    (chart, prometheus) => new AlertRules(chart, "Rules", { prometheus, group: { name: "things", alerts: [alert] } }),
  );

  expect(find(objects, "PrometheusRule", "things")?.["spec"]).toEqual({
    groups: [
      {
        name: "things",
        rules: [
          { alert: "Gone", expr: "up == 0", for: "300s", labels: { severity: "critical" }, annotations: { summary: "s", runbook: "r" } },
        ],
      },
    ],
  });
});

test("a dashboard is a ConfigMap that the sidecar finds, with JSON in it", () => {
  const content = { uid: "things", title: "Things", variables: [], rows: [] };

  const { objects } = build({}, (chart, prometheus) => new Dashboard(chart, "Dashboard", { prometheus, content }));

  const map = find(objects, "ConfigMap", "dashboard-things");
  expect(map?.metadata.labels).toMatchObject({ grafana_dashboard: "1" });
  expect(JSON.parse(String(valueAt(map, ["data", "things.json"])))).toMatchObject({ uid: "things", title: "Things" });
});

test("a monitor comes after the operator that reads it", () => {
  const target = { name: "thing", pods: pods("things"), port: 1 };

  const { edges } = build({}, (chart, prometheus) => new Monitor(chart, "Monitor", { prometheus, target }));

  expect(edges).toContainEqual({
    from: "monitoring.coreos.com/PodMonitor/monitoring/thing",
    to: "helm/Release/monitoring/kube-prometheus-stack",
    reason: "operator",
  });
});

test("dashboards are in the folder of their stage, and the first one counts the alerts of each", () => {
  const spec = { name: "test", cluster: { type: "context", context: "test" }, certManager: {}, keda: {}, monitoring: {} };
  const { release } = unwrap(createPlatform({ sections: catalog }).resolve(spec as never));
  const map = (uid: string) => release.objects.find(({ id }) => id === `core/ConfigMap/monitoring/dashboard-${uid}`)?.manifest;
  const home = JSON.parse(String(valueAt(map("beamstack-home") ?? {}, ["data", "beamstack-home.json"])));

  expect(map("beamstack-keda")?.metadata.annotations).toMatchObject({ grafana_folder: "Compute" });
  expect(home.panels.map(({ title }: { title: string }) => title)).toEqual(expect.arrayContaining(["Compute", "Dashboards: Compute"]));
  expect(JSON.stringify(home)).toContain("KedaOperatorDown|KedaScalerFails|KedaJobTriggerFails");
});

test("the password of Grafana's administrator comes from a store, and Grafana waits for it", () => {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    externalSecrets: { stores: { vault: { type: "vault", server: "https://vault.example.com", role: "any" } } },
    monitoring: { grafana: { adminPassword: { type: "stored-secret", store: "vault", key: "grafana" } } },
  };
  const { release } = unwrap(createPlatform({ sections: catalog }).resolve(spec as never));
  const secret = "external-secrets.io/ExternalSecret/monitoring/grafana-admin";

  expect(release.objects.find(({ id }) => id === secret)?.manifest["spec"]).toMatchObject({
    target: { template: { data: { "admin-user": "admin", "admin-password": '{{ index . "admin-password" }}' } } },
  });
  expect(release.edges.some(({ from, to }) => to === secret && from.includes("kube-prometheus-stack"))).toBe(true);
});
