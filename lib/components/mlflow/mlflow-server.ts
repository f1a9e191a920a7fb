/** A server of MLflow: tracking of runs, and a registry of models. */

import { Construct, type IDependable } from "constructs";
import { Duration } from "#lib/core/duration";
import { bucketAnnotations, bucketFlows } from "#lib/kube/bucket-clients";
import { databaseFlows, databaseTrust } from "#lib/kube/database-clients";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { jobVersion } from "#lib/kube/job-version";
import type { IModelRegistry } from "#lib/kube/model-registry";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { mlflowAlerts } from "./alerts";
import { serverProblems } from "./checks";
import { migrationContainers, type NamedServer, serverContainers } from "./containers";
import { mlflowDashboard } from "./dashboard";
import { METRICS_PORT, PORT } from "./environment";
import { SERVER_LABEL } from "./labels";
import { mlflowPin } from "./pin";
import { type MlflowServerProps, mlflowServerSchema } from "./schema";

/** Context of a server. */
export interface MlflowServerPlace {
  /** Name of the server, its Deployment and its Service. */
  readonly name: string;
}

/** A server of MLflow, with the Job that migrates its databases before it starts. */
export class MlflowServer extends Construct implements IModelRegistry, IMonitored, IWebInterface {
  public readonly name: string;
  public readonly namespace: string;
  public readonly api = "mlflow";
  public readonly url: string;
  public readonly authentication: IModelRegistry["authentication"];
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORT }];
  public readonly monitoring: Monitoring;
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: MlflowServerProps & MlflowServerPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, mlflowPin.name);
    const settings = settingsOf(this, mlflowServerSchema, own, { checks: (each, path) => serverProblems(name, each, path) });
    const server = { ...settings, name };
    this.name = name;
    this.namespace = settings.namespace;
    this.authentication = settings.authentication.type;
    const migration = this.migrate(server);
    const workload = this.serve(server, migration);
    this.pods = workload.pods;
    this.url = `http://${workload.host ?? name}:${PORT}`;
    this.webInterface = {
      service: name,
      namespace: settings.namespace,
      port: PORT,
      pods: workload.pods,
      ports: this.ports,
      authentication: settings.authentication.type === "basic" ? "own" : "none",
      hosts: { known: settings.allowedHosts, prop: "allowedHosts" },
    };
    this.monitoring = {
      targets: [{ name: `mlflow.${name}`, pods: workload.pods, port: METRICS_PORT, podLabels: [SERVER_LABEL] }],
      alerts: [mlflowAlerts],
      dashboards: [mlflowDashboard],
    };
  }

  /** Jobs do not change, so each version, and each other way to the databases, has its own; a backup is taken where the database's server can. */
  private migrate(server: NamedServer): IDependable {
    const { name, namespace, pool } = server;
    const { containers, initContainers, dependencies } = migrationContainers(this, server);
    const version = this.versionOf(server, [...initContainers, ...containers]);
    const job = new HardenedWorkload(this, "Migration", {
      name: `${name}-migrate-${version}`,
      namespace,
      kind: { type: "job", deadline: Duration.hours(6), tries: 3 },
      containers,
      initContainers,
      ...(pool && { pool }),
    });
    job.node.addDependency(...dependencies, ...this.backups(server, `${name}-before-${version}`));
    allow(
      this,
      databasesOf(server).flatMap((one) => databaseFlows(one, `mlflow.${name}.migration`, job.pods)),
    );
    return job;
  }

  /** One of each server: both databases may be on the same. */
  private backups(server: NamedServer, name: string): IDependable[] {
    const [runs, ...others] = databasesOf(server);
    const elsewhere = others.filter(({ location }) => location.host !== runs?.location.host || location.port !== runs.location.port);
    return [runs?.addBackup?.(this, name), ...elsewhere.map((users) => users.addBackup?.(this, `${name}-users`))].flatMap(
      (one) => one ?? [],
    );
  }

  private versionOf(server: NamedServer, containers: readonly HardenedContainer[]): string {
    const cas = databasesOf(server).map((one) => databaseTrust(one.enter(server.namespace))?.volume.secret.secretName ?? null);
    return jobVersion(this, { containers, pool: server.pool, others: { cas } });
  }

  private serve(server: NamedServer, migration: IDependable): HardenedWorkload {
    const { name, namespace, replicas, pool, artifacts } = server;
    const { containers, initContainers, dependencies } = serverContainers(this, server);
    const workload = new HardenedWorkload(this, "Server", {
      name,
      namespace,
      kind: { type: "deployment", replicas },
      containers,
      initContainers,
      service: {},
      labels: { [SERVER_LABEL]: name },
      account: { annotations: bucketAnnotations(artifacts.enter(namespace)) },
      ...(pool && { pool }),
    });
    workload.node.addDependency(migration, ...dependencies);
    allow(this, [
      ...databasesOf(server).flatMap((one) => databaseFlows(one, `mlflow.${name}`, workload.pods)),
      ...bucketFlows(artifacts, `mlflow.${name}`, workload.pods),
    ]);
    return workload;
  }
}

function databasesOf({ database, authentication }: NamedServer) {
  return [...new Set(authentication.type === "basic" ? [database, authentication.database] : [database])];
}
