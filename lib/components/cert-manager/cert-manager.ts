/** cert-manager: the operator, and a self-signed issuer for certificates that stay inside the cluster. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/cert-manager/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { certManagerAlerts } from "./alerts";
import { certManagerPin } from "./pin";
import { type CertManagerProps, certManagerSchema } from "./schema";
import { certManagerValues } from "./values";

/** Port of the webhook. On a node 10250 is the kubelet's. Source: chart value webhook.securePort, and its comment for the host's network. */
const WEBHOOK_PORTS = { pods: 10_250, host: 10_260 } as const;

/** Port of the metrics of controller, webhook and CA injector. Source: cert-manager v1.21.1, chart value prometheus.servicemonitor.targetPort. */
const METRICS_PORT = 9402;

/** Labels of every pod of the chart. */
const LABELS = { "app.kubernetes.io/instance": "cert-manager" } as const;

/** Parts with metrics, as the chart labels their pods. */
const PARTS = ["controller", "cainjector", "webhook"] as const;

/** cert-manager with a self-signed ClusterIssuer. */
export class CertManager extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Name of the self-signed ClusterIssuer. */
  public readonly issuer: string;
  /** What certificates depend on. */
  public readonly operator: Operator;

  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: CertManagerProps = {}) {
    super(scope, id);
    setOwner(this, certManagerPin.name);
    const settings = settingsOf(this, certManagerSchema, props, {
      checks: (each, path) => existingProblems(certManagerSchema, each, { pin: certManagerPin, path, keeps: ["selfSignedIssuer"] }),
    });
    const existing = isForeign(this, settings.existing);
    const namespace = namespaceOf(this) ?? "cert-manager";
    this.namespace = namespace;
    this.issuer = settings.selfSignedIssuer;
    const hostNetwork = webhooksOnHost(this);
    this.operator = new Operator(this, "Operator", {
      existing: settings.existing,
      pin: certManagerPin,
      namespace,
      values: certManagerValues(settings, {
        namespace,
        images: this.images(),
        priority: priorityOf(this),
        ...(hostNetwork && { hostPort: WEBHOOK_PORTS.host }),
      }),
      definitions,
    });
    new ApiObject(this, "Issuer", {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: this.issuer },
      spec: { selfSigned: {} },
    });
    this.monitoring = { targets: [] };
    if (existing) return;
    const part = (component: (typeof PARTS)[number]) =>
      pods(namespace, { ...LABELS, "app.kubernetes.io/component": component }, { hostNetwork: hostNetwork && component === "webhook" });
    const targets = PARTS.map((name) => ({ name: `cert-manager.${name}`, pods: part(name), port: METRICS_PORT }));
    this.monitoring = { targets, alerts: [certManagerAlerts] };
    allow(this, [
      apiServerFlow("cert-manager", pods(namespace, LABELS)),
      webhookFlow("cert-manager", part("webhook"), WEBHOOK_PORTS[hostNetwork ? "host" : "pods"]),
    ]);
  }

  private images() {
    const { operator, webhook, cainjector, startupapicheck, acmesolver } = certManagerPin.images;
    return {
      operator: imageFor(this, operator),
      webhook: imageFor(this, webhook),
      cainjector: imageFor(this, cainjector),
      startupapicheck: imageFor(this, startupapicheck),
      acmesolver: imageFor(this, acmesolver),
    };
  }
}
