/** cert-manager: the operator, and a self-signed issuer for certificates that stay inside the cluster. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/cert-manager/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { certManagerPin } from "./pin";
import { type CertManagerProps, certManagerSchema } from "./schema";
import { certManagerValues } from "./values";

/** Port of the webhook. Source: chart value webhook.securePort. */
const WEBHOOK_PORT = 10_250;

/** Port of the metrics of controller, webhook and CA injector. Source: cert-manager v1.21.1, chart value prometheus.servicemonitor.targetPort. */
const METRICS_PORT = 9402;

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
    this.operator = new Operator(this, "Operator", {
      existing: settings.existing,
      pin: certManagerPin,
      namespace,
      values: certManagerValues(settings, { images: this.images(), priority: priorityOf(this) }),
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
    const instance = pods(namespace, { "app.kubernetes.io/instance": "cert-manager" });
    this.monitoring = { targets: [{ name: "cert-manager", pods: instance, port: METRICS_PORT }] };
    const everyPod = pods(namespace);
    allow(this, [apiServerFlow("cert-manager", everyPod), webhookFlow("cert-manager", everyPod, WEBHOOK_PORT)]);
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
