/** Webhooks of the controller, with a certificate of cert-manager. Source: Katib v0.19.0, components/webhook and installs/katib-cert-manager. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { EXPERIMENT_LABEL } from "./labels";

/** Name of the certificate and of its Secret. */
export const CERTIFICATE = "katib-webhook-cert";

/** Where the controller is. */
export interface KatibWebhooksProps {
  /** Name of the controller's Service. */
  readonly service: string;
  readonly namespace: string;
}

/** The certificate of the controller's webhooks: its pods mount the Secret. */
export class KatibCertificate extends Construct {
  public constructor(scope: Construct, id: string, { service, namespace }: KatibWebhooksProps) {
    super(scope, id);
    const host = `${service}.${namespace}.svc`;
    const issuer = new ApiObject(this, "Issuer", {
      apiVersion: "cert-manager.io/v1",
      kind: "Issuer",
      metadata: { name: "katib-selfsigned", namespace },
      spec: { selfSigned: {} },
    });
    const certificate = new ApiObject(this, "Certificate", {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: CERTIFICATE, namespace },
      spec: {
        isCA: true,
        commonName: host,
        dnsNames: [host, `${host}.cluster.local`],
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: issuer.name },
        secretName: CERTIFICATE,
      },
    });
    certificate.node.addDependency(issuer);
  }
}

/** Defaults and validation of experiments, and the sidecar of trials. */
export class KatibWebhooks extends Construct {
  public constructor(scope: Construct, id: string, { service, namespace }: KatibWebhooksProps) {
    super(scope, id);
    const metadata = { name: "katib.kubeflow.org", annotations: { "cert-manager.io/inject-ca-from": `${namespace}/${CERTIFICATE}` } };
    const hook = (name: string, path: string) => ({
      name,
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      clientConfig: { service: { name: service, namespace, path } },
    });
    const experiments = [
      { apiGroups: ["kubeflow.org"], apiVersions: ["v1beta1"], operations: ["CREATE", "UPDATE"], resources: ["experiments"] },
    ];
    new k8s.KubeValidatingWebhookConfiguration(this, "Validating", {
      metadata,
      webhooks: [{ ...hook("validator.experiment.katib.kubeflow.org", "/validate-experiment"), rules: experiments }],
    });
    new k8s.KubeMutatingWebhookConfiguration(this, "Mutating", {
      metadata,
      webhooks: [
        { ...hook("defaulter.experiment.katib.kubeflow.org", "/mutate-experiment"), rules: experiments },
        {
          ...hook("mutator.pod.katib.kubeflow.org", "/mutate-pod"),
          // Upstream selects all pods of labelled namespaces: these could not start while the controller is down.
          objectSelector: { matchExpressions: [{ key: EXPERIMENT_LABEL, operator: "Exists" }] },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
      ],
    });
  }
}
