/** Katib: the controller, and the server that writes the metrics of trials into a database. */

import { ApiObject } from "cdk8s";
import { ConfigMap, k8s, Probe, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import { digest } from "#lib/core/digest";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/katib/index";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import { databaseFlows, databaseTrust } from "#lib/kube/database-clients";
import { isForeign } from "#lib/kube/existing";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { addSimulatedKinds, operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { namespaceOf, setOwner } from "#lib/kube/ownership";
import { partAmounts } from "#lib/kube/part-resources";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { ITrialJob } from "#lib/kube/trial-job";
import { katibAlerts } from "./alerts";
import type { KatibServer } from "./collectors";
import { CONFIG, katibConfiguration } from "./configuration";
import { katibDashboard } from "./dashboard";
import type { KatibEnds } from "./flows";
import { PORTS } from "./labels";
import { operatorProblems } from "./operator-checks";
import { katibPin } from "./pin";
import { CLUSTER_RULES, LEADER_RULES, trialRules } from "./roles";
import { type KatibOperatorProps, type KatibOperatorSettings, katibOperatorSchema } from "./schema";
import { CERTIFICATE, KatibCertificate, KatibWebhooks } from "./webhooks";

/** Context of the controller. */
export interface KatibPlace {
  /** Issues the certificate of the webhooks. @default none: only an installation that exists has one */
  readonly certificateIssuer?: IDependable;
  /** Jobs of other products that trials run as. @default none: trials are Jobs */
  readonly trialJobs?: readonly ITrialJob[];
}

/** Names of the workloads, by which Katib's own parts call them. */
const CONTROLLER = "katib-controller";
const DB_MANAGER = "katib-db-manager";

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

/** Katib, which searches for parameters and architectures. */
export class Katib extends Construct implements IMonitored, KatibEnds, KatibServer {
  /** Namespace of the controller. */
  public readonly namespace: string;
  public readonly controller: KatibEnds["controller"];
  public readonly dbManager: KatibEnds["dbManager"];
  public readonly dbManagerAddress: string;
  public readonly monitoring: Monitoring;
  private readonly simulated: boolean;

  public constructor(scope: Construct, id: string, props: KatibOperatorProps & KatibPlace) {
    super(scope, id);
    const { certificateIssuer, trialJobs = [], ...own } = props;
    setOwner(this, katibPin.name);
    const settings = settingsOf(this, katibOperatorSchema, own, {
      checks: operatorChecks({
        schema: katibOperatorSchema,
        pin: katibPin,
        installed: (each, path) => operatorProblems(each, { issuer: certificateIssuer !== undefined, onHost: webhooksOnHost(this) }, path),
      }),
    });
    const foreign = isForeign(this, settings.existing);
    this.namespace = namespaceOf(this) ?? "katib";
    this.simulated = operatorMode(this) === "simulated";
    this.controller = foreign ? pods(this.namespace) : pods(this.namespace, { "app.kubernetes.io/name": CONTROLLER });
    this.dbManager = foreign ? pods(this.namespace) : pods(settings.databaseNamespace, { "app.kubernetes.io/name": DB_MANAGER });
    this.dbManagerAddress = `${DB_MANAGER}.${foreign ? this.namespace : settings.databaseNamespace}.svc:${PORTS.api}`;
    const target = { name: "katib", pods: this.controller, port: PORTS.metrics, podLabels: ["app.kubernetes.io/name"] };
    this.monitoring = { targets: foreign ? [] : [target], alerts: [katibAlerts()], dashboards: [katibDashboard()] };
    if (!isSound(this)) return;
    if (this.simulated) addSimulatedKinds(this, katibPin, definitions());
    if (settings.existing === undefined) this.install(settings, trialJobs, certificateIssuer);
  }

  private install(settings: KatibOperatorSettings, trialJobs: readonly ITrialJob[], issuer: IDependable | undefined): void {
    const { namespace } = this;
    const kinds = this.simulated ? [] : definitions().map((one) => new ApiObject(this, one.metadata.name, one));
    const place = { service: CONTROLLER, namespace };
    const server = this.addDbManager(settings);
    const controller = this.addController(settings, trialJobs);
    // It looks for the CRDs of jobs when it starts.
    controller.node.addDependency(server, ...kinds, ...trialJobs);
    // On the embedded control plane no pod would answer a webhook.
    if (this.simulated) return;
    const certificate = new KatibCertificate(this, "Certificate", place);
    if (issuer) certificate.node.addDependency(issuer);
    controller.node.addDependency(certificate);
    new KatibWebhooks(this, "Webhooks", place).node.addDependency(controller);
  }

  private addController(settings: KatibOperatorSettings, trialJobs: readonly ITrialJob[]): HardenedWorkload {
    const { replicas, resources, databaseNamespace, checkpointStorage } = settings;
    const { namespace } = this;
    const text = katibConfiguration({ image: (name) => imageFor(this, name), replicas, storage: checkpointStorage, trialJobs });
    const config = new k8s.KubeConfigMap(this, "Config", { metadata: { name: CONFIG.name, namespace }, data: { [CONFIG.file]: text } });
    const workload = new HardenedWorkload(this, "Controller", {
      name: CONTROLLER,
      namespace,
      kind: { type: "deployment", replicas },
      containers: [
        {
          image: katibPin.images.operator,
          command: ["./katib-controller"],
          args: [`--katib-config=/etc/katib/${CONFIG.file}`],
          env: {
            KATIB_CORE_NAMESPACE: namespace,
            KATIB_DB_MANAGER_SERVICE_NAMESPACE: databaseNamespace,
            // It reads the file when it starts.
            CONFIG_DIGEST: digest(text).slice(0, 12),
          },
          ports: { webhook: PORTS.webhook, metrics: PORTS.metrics, health: PORTS.health },
          ...partAmounts(resources, DEFAULTS),
          readiness: Probe.fromHttpGet("/readyz", { port: PORTS.health }),
          liveness: Probe.fromHttpGet("/healthz", { port: PORTS.health }),
          mounts: this.controllerMounts(),
        },
      ],
      account: { rules: LEADER_RULES },
      service: { ports: { webhook: 443 } },
    });
    workload.node.addDependency(config);
    const rules = [...CLUSTER_RULES, ...trialRules(trialJobs)];
    const role = new k8s.KubeClusterRole(this, "Role", { metadata: { name: CONTROLLER }, rules });
    new k8s.KubeClusterRoleBinding(this, "Binding", {
      metadata: { name: CONTROLLER },
      subjects: [{ kind: "ServiceAccount", name: CONTROLLER, namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.name },
    });
    allow(this, [
      webhookFlow("katib", this.controller, PORTS.webhook),
      { name: "katib-metrics-of-trials", from: this.controller, to: this.dbManager, ports: [{ port: PORTS.api }] },
    ]);
    return workload;
  }

  private controllerMounts(): VolumeMount[] {
    const config = Volume.fromConfigMap(this, "ConfigVolume", ConfigMap.fromConfigMapName(this, "ConfigRef", CONFIG.name), {
      name: "config",
    });
    const mounts: VolumeMount[] = [{ path: "/etc/katib", volume: config, readOnly: true }];
    if (this.simulated) return mounts;
    const certificate = Volume.fromSecret(this, "CertVolume", Secret.fromSecretName(this, "CertRef", CERTIFICATE), { name: "cert" });
    // Source: Katib v0.19.0, pkg/controller.v1beta1/consts/const.go, CertDir.
    return [...mounts, { path: "/tmp/cert", volume: certificate, readOnly: true }];
  }

  /** Takes metrics by gRPC, and creates its table when it starts. */
  private addDbManager({ database, databaseNamespace: namespace, replicas }: KatibOperatorSettings): HardenedWorkload {
    if (!database) throw new Error("the checks refuse Katib without a database");
    const { host, port, database: name } = database.location;
    const access = database.enter(namespace);
    const trust = databaseTrust(access);
    const workload = new HardenedWorkload(this, "DbManager", {
      name: DB_MANAGER,
      namespace,
      kind: { type: "deployment", replicas },
      containers: [
        {
          image: katibPin.images.dbManager,
          command: ["./katib-db-manager"],
          // Source: Katib v0.19.0, pkg/db/v1beta1/common/const.go; the CA is a variable of libpq.
          env: {
            DB_NAME: "postgres",
            DB_USER: access.username,
            DB_PASSWORD: access.password,
            KATIB_POSTGRESQL_DB_HOST: host,
            KATIB_POSTGRESQL_DB_PORT: `${port}`,
            KATIB_POSTGRESQL_DB_DATABASE: name,
            KATIB_POSTGRESQL_SSL_MODE: access.tls.mode,
            ...(trust && { PGSSLROOTCERT: trust.file }),
          },
          ports: { api: PORTS.api },
          ...DEFAULTS,
          mounts: caVolumeMounts(this, trust),
          readiness: Probe.fromTcpSocket({ port: PORTS.api }),
          liveness: Probe.fromTcpSocket({ port: PORTS.api, failureThreshold: 6 }),
        },
      ],
      service: {},
    });
    workload.node.addDependency(access.dependency);
    allow(this, databaseFlows(database, "katib", workload.pods));
    return workload;
  }
}
