/** A server of Kubeflow Model Registry: metadata of models and their versions. */

import { Duration as CdkDuration } from "cdk8s";
import { Probe } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import { databaseFlows, databaseTrust } from "#lib/kube/database-clients";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { IModelRegistry } from "#lib/kube/model-registry";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { kubeflowModelRegistryAlerts } from "./alerts";
import { serverProblems } from "./checks";
import { kubeflowModelRegistryDashboard } from "./dashboard";
import { connectionOf } from "./database";
import { COMPONENT, PORT, SERVER } from "./labels";
import { kubeflowModelRegistryPin } from "./pin";
import { RegistryUi } from "./registry-ui";
import { type KubeflowModelRegistryProps, type KubeflowModelRegistrySettings, kubeflowModelRegistrySchema } from "./schema";

/** Name of a server in the environment. */
export interface KubeflowModelRegistryPlace {
  /** Name of the server, its Deployment and its Service. */
  readonly name: string;
}

/** A server, which brings the schema of its database to its own version when it starts, and a UI. */
export class KubeflowModelRegistry extends Construct implements IModelRegistry, IMonitored {
  public readonly name: string;
  public readonly api = "kubeflow";
  public readonly url: string;
  public readonly authentication = "none";
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORT }];
  public readonly monitoring: Monitoring = {
    targets: [],
    alerts: [kubeflowModelRegistryAlerts],
    dashboards: [kubeflowModelRegistryDashboard],
  };

  public constructor(scope: Construct, id: string, props: KubeflowModelRegistryProps & KubeflowModelRegistryPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, kubeflowModelRegistryPin.name);
    const settings = settingsOf(this, kubeflowModelRegistrySchema, own, { checks: (each, path) => serverProblems(name, each, path) });
    const { namespace, ui, pool } = settings;
    this.name = name;
    const workload = this.serve(name, settings);
    this.pods = workload.pods;
    this.url = `http://${workload.host ?? name}:${PORT}`;
    if (ui) new RegistryUi(this, "Ui", { server: name, namespace, pods: workload.pods, ui, pool });
  }

  private serve(name: string, settings: KubeflowModelRegistrySettings): HardenedWorkload {
    const { namespace, database, replicas, pool } = settings;
    const access = database.enter(namespace);
    const workload = new HardenedWorkload(this, "Server", {
      name,
      namespace,
      kind: { type: "deployment", replicas },
      containers: [this.container(settings)],
      service: {},
      labels: COMPONENT,
      // The image has this user.
      userId: 65_532,
      ...(pool && { pool }),
    });
    workload.node.addDependency(access.dependency);
    allow(this, databaseFlows(database, `model-registry.${name}`, workload.pods));
    return workload;
  }

  private container({ database, namespace, cpu, memory }: KubeflowModelRegistrySettings): HardenedContainer {
    const access = database.enter(namespace);
    const trust = databaseTrust(access);
    const { args, env } = connectionOf(database.location, access, trust?.file);
    const started = { port: PORT, periodSeconds: CdkDuration.seconds(10), timeoutSeconds: CdkDuration.seconds(5) };
    return {
      name: SERVER,
      image: kubeflowModelRegistryPin.images.server,
      command: ["/model-registry", "proxy"],
      args: ["--hostname=0.0.0.0", `--port=${PORT}`, "--datastore-type=embedmd", ...args],
      // The server looks for a configuration in its home.
      env: { HOME: "/", ...env },
      // The UI knows the port by this name.
      ports: { "http-api": PORT },
      requests: { cpu, memory },
      mounts: caVolumeMounts(this, trust),
      readiness: Probe.fromHttpGet("/readyz/health", started),
      liveness: Probe.fromHttpGet("/readyz/isDirty", started),
      // The server tries to reach its database for five minutes.
      startup: Probe.fromHttpGet("/readyz/isDirty", { ...started, failureThreshold: 36 }),
    };
  }
}
