/** A Flink application: a jar of one's own on a cluster of its own, in application mode. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { flinkApplicationProblems } from "./application-checks";
import { type FlinkApplicationProps, type FlinkApplicationSettings, flinkApplicationSchema } from "./application-schema";
import { bucketStorageProblems, withBuckets } from "./bucket-storage";
import { addDeployment, addDisruptionBudgets, type DeploymentKind } from "./deployment";
import { clusterTarget, type FlinkClusterPlace } from "./flink-cluster";
import { clusterFlows } from "./flows";
import { flinkPin } from "./pin";
import { storesOf } from "./state";
import { storageRequirements } from "./storage-requirements";

/** An application. */
export class FlinkApplication extends Construct implements IMonitored {
  /** Name of the FlinkDeployment, or of the FlinkBlueGreenDeployment. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: FlinkApplicationProps & FlinkClusterPlace) {
    super(scope, id);
    const { name, operatorNamespace = "flink", ...own } = props;
    setOwner(this, flinkPin.name);
    const given = settingsOf(this, flinkApplicationSchema, own, {
      checks: (each, path) => [...bucketStorageProblems(each, path), ...flinkApplicationProblems(name, withBuckets(each), path)],
    });
    const settings = withBuckets(given);
    const { namespace, flinkVersion: line, jobManager, taskManager, parallelism } = settings;
    this.name = name;
    this.namespace = namespace;
    const deployment = addDeployment(this, { name, settings, line, configuration: configurationOf(settings) }, kindOf(settings));
    const clusters = clustersOf(name, settings);
    this.monitoring = { targets: clusters.map((cluster) => clusterTarget(cluster, namespace)) };
    const stores = storesOf(settings);
    for (const cluster of clusters) {
      const taskManagers = Math.ceil(parallelism / taskManager.slots);
      addDisruptionBudgets(new Construct(this, cluster), { name: cluster, namespace, jobManagers: jobManager.replicas, taskManagers });
      allow(this, clusterFlows({ name: cluster, namespace, operatorNamespace, stores }));
    }
    this.addSnapshots(settings, deployment);
    addRequirements(
      this,
      stores.flatMap((store) => storageRequirements(store, { name, namespace, settings })),
    );
  }

  /** The operator ignores a change of a snapshot that it has taken: another one gets another name. */
  private addSnapshots({ snapshots }: FlinkApplicationSettings, deployment: ApiObject): void {
    for (const [id, { type, format }] of Object.entries(snapshots?.once ?? {})) {
      const savepoint = { formatType: format.toUpperCase(), disposeOnDelete: false, alreadyExists: false };
      const taken = type === "savepoint" ? { savepoint } : { checkpoint: {} };
      const snapshot = new ApiObject(this, `Snapshot-${id}`, {
        apiVersion: "flink.apache.org/v1beta1",
        kind: "FlinkStateSnapshot",
        metadata: { name: `${this.name}-${id}-${digest(taken).slice(0, 8)}`, namespace: this.namespace },
        spec: { backoffLimit: SNAPSHOT_RETRIES, jobReference: { kind: "FlinkDeployment", name: this.name }, ...taken },
      });
      snapshot.node.addDependency(deployment);
    }
  }
}

/** The operator's own default is to try without end, and `up` would wait for it. */
const SNAPSHOT_RETRIES = 3;

/** Names of the clusters that the operator makes, which their pods have as label. */
function clustersOf(name: string, { rollout }: FlinkApplicationSettings): string[] {
  return rollout.type === "blue-green" ? [`${name}-blue`, `${name}-green`] : [name];
}

/** Source: FlinkBlueGreenDeploymentConfigOptions of the operator. */
function kindOf(settings: FlinkApplicationSettings): DeploymentKind {
  const { rollout } = settings;
  const withJob = (spec: JsonObject): JsonObject => ({ ...spec, job: jobOf(settings) });
  if (rollout.type === "in-place") return { kind: "FlinkDeployment", spec: withJob };
  const configuration = {
    "kubernetes.operator.bluegreen.abort.grace-period": `${rollout.readyWithin.seconds} s`,
    "kubernetes.operator.bluegreen.deployment-deletion.delay": `${rollout.keepOld.seconds} s`,
  };
  return { kind: "FlinkBlueGreenDeployment", spec: (spec) => ({ configuration, template: { spec: withJob(spec) } }) };
}

function jobOf({ jar, entryClass, args, parallelism, upgrade, savepoint, allowNonRestoredState }: FlinkApplicationSettings): JsonObject {
  return {
    jarURI: jar,
    ...(entryClass !== undefined && { entryClass }),
    args,
    parallelism,
    // As the operator writes its defaults, so that a second apply changes nothing.
    state: "running",
    upgradeMode: upgrade,
    allowNonRestoredState,
    // Without another nonce the operator ignores another path once the job has run.
    ...(savepoint !== undefined && { initialSavepointPath: savepoint, savepointRedeployNonce: nonceOf(savepoint) }),
  };
}

/** A number that differs where the text does. */
function nonceOf(text: string): number {
  return Number.parseInt(digest(text).slice(0, 8), 16);
}

/** Keys of applications: where a jar is fetched to (the image's own folder is read-only), and what the operator does with savepoints. */
function configurationOf({ jar, snapshots }: FlinkApplicationSettings): Record<string, string> {
  return {
    ...(jar.startsWith("local:") ? {} : { "user.artifacts.base-dir": "/tmp/artifacts" }),
    ...(snapshots && {
      ...(snapshots.every && { "kubernetes.operator.periodic.savepoint.interval": `${snapshots.every.seconds} s` }),
      "kubernetes.operator.savepoint.history.max.count": String(snapshots.keep),
      "kubernetes.operator.savepoint.history.max.age": `${snapshots.keepFor.seconds} s`,
      "kubernetes.operator.savepoint.dispose-on-delete": String(snapshots.dispose),
    }),
  };
}
