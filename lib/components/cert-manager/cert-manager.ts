/** cert-manager: the operator, and a self-signed issuer for certificates that stay inside the cluster. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/cert-manager/index";
import { imageFor } from "#lib/kube/images";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import type { PriorityName } from "#lib/kube/priority";
import { addProblems } from "#lib/kube/problems";
import { certManagerProblems } from "./checks";
import { certManagerPin } from "./pin";
import { type CertManagerProps, certManagerDefaults } from "./props";
import { certManagerValues } from "./values";

/** Port of the webhook. Source: chart value webhook.securePort. */
const WEBHOOK_PORT = 10_250;

/** Where cert-manager goes and which line asked for it. */
export interface CertManagerPlace {
  /** @default "cert-manager" */
  readonly namespace?: string;
  /** Priority class of the pods; it must exist. @default the cluster's default */
  readonly priority?: PriorityName;
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
}

/** cert-manager with a self-signed ClusterIssuer. */
export class CertManager extends Construct {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Name of the self-signed ClusterIssuer. */
  public readonly issuer: string;
  /** What certificates depend on. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: CertManagerProps & CertManagerPlace = {}) {
    super(scope, id);
    const { namespace = "cert-manager", priority, source, ...own } = props;
    setOwner(this, certManagerPin.name, source);
    addProblems(this, certManagerProblems(own, source ?? this.node.path));
    const settings = { ...certManagerDefaults, ...own };
    this.namespace = namespace;
    this.issuer = settings.selfSignedIssuer;
    this.operator = new Operator(this, "Operator", {
      pin: certManagerPin,
      namespace,
      values: certManagerValues(settings, { images: this.images(), priority }),
      definitions,
    });
    new ApiObject(this, "Issuer", {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: this.issuer },
      spec: { selfSigned: {} },
    });
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
