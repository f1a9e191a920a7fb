/** Kibana: the UI of a cluster. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { KibanaSpec } from "#lib/imports/eck/index";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { imageFor } from "#lib/kube/images";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { placement } from "#lib/kube/node-pool";
import { priorityOf } from "#lib/kube/ownership";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { imageOf } from "./image-of";
import { IMAGE_USER } from "./node-set";
import { KIBANA_LABEL } from "./pin";
import type { KibanaSettings } from "./schema";

const PORT = 5601;

/** A cluster that people look into. */
interface KibanaCluster {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}

/** Kibana of one cluster, of the same name and version. People sign in as users of the cluster. */
export class Kibana extends Construct implements IWebInterface {
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, settings: KibanaSettings, cluster: KibanaCluster) {
    super(scope, id);
    const { name, namespace, ports } = cluster;
    const labels = { [KIBANA_LABEL]: name };
    const own = pods(namespace, labels);
    this.webInterface = { service: `${name}-kb-http`, namespace, port: PORT, pods: own, ports: [{ port: PORT }], authentication: "own" };
    const account = new k8s.KubeServiceAccount(this, "Account", {
      metadata: { name: `${name}-kb`, namespace },
      automountServiceAccountToken: false,
    });
    new ApiObject(this, "Resource", {
      apiVersion: "kibana.k8s.elastic.co/v1",
      kind: "Kibana",
      metadata: { name, namespace },
      spec: this.specOf(settings, cluster, account.name),
    });
    if (settings.replicas > 1) {
      new k8s.KubePodDisruptionBudget(this, "DisruptionBudget", {
        metadata: { name: `${name}-kb`, namespace },
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: labels } },
      });
    }
    allow(this, [{ name: `${name}-kb-to-es`, from: own, to: cluster.pods, ports }]);
  }

  private specOf({ replicas, cpu, memory, pool }: KibanaSettings, { name, version }: KibanaCluster, account: string): KibanaSpec {
    const priority = priorityOf(this);
    return {
      version,
      image: imageFor(this, imageOf("kibana", version)),
      count: replicas,
      elasticsearchRef: { name },
      // Proxies speak HTTP inside of the cluster; browsers get the certificate of the gateway.
      http: { tls: { selfSignedCertificate: { disabled: true } } },
      // ECK writes the template back, with empty metadata (its Go type has no pointer there).
      podTemplate: {
        metadata: {},
        spec: {
          serviceAccountName: account,
          automountServiceAccountToken: false,
          ...(priority && { priorityClassName: priority }),
          securityContext: restrictedPodSecurity(IMAGE_USER),
          ...placement(pool),
          ...(replicas > 1 && { topologySpreadConstraints: spread({ [KIBANA_LABEL]: name }) }),
          containers: [{ name: "kibana", securityContext: restrictedContainerSecurity(), resources: resources({ cpu, memory }) }],
        },
      },
    };
  }
}
