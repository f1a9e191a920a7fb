/** A pod that uses a database by everything that the role gives. */

import { k8s, Secret, Volume } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import type { IDatabase } from "#lib/kube/database";
import { databaseEnvironment, databaseFlows, databaseTrust, databaseUri, libpqEnvironment } from "#lib/kube/database-clients";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { allow, pods } from "#lib/kube/network";

/** A pod that uses a database. */
export class DatabaseClient extends Construct {
  public constructor(scope: Construct, id: string, database: IDatabase, namespace = "clients") {
    super(scope, id);
    const { location } = database;
    const access = database.enter(namespace);
    const trust = databaseTrust(access);
    const scheme = location.engine === "postgres" ? "postgresql" : "mysql+pymysql";
    const volume = trust && Volume.fromSecret(this, "Ca", Secret.fromSecretName(this, "CaSecret", trust.volume.secret.secretName));
    const workload = new HardenedWorkload(this, "Pod", {
      name: "client",
      namespace,
      kind: { type: "job", deadline: Duration.hours(1) },
      containers: [
        {
          image: "docker.io/chrislusf/seaweedfs:4.44",
          env: {
            ...libpqEnvironment(location, access, trust?.file),
            ...databaseEnvironment(location, access),
            DATABASE_URI: databaseUri(location, access, { scheme, ...(trust && { caFile: trust.file }) }),
          },
          requests: { cpu: 0.1, memory: Size.mebibytes(128) },
          mounts: trust && volume ? [{ path: trust.mount.mountPath, volume }] : [],
        },
      ],
    });
    workload.node.addDependency(access.dependency);
    const data = { extensions: database.extensions.join(), namespaces: namespace };
    new k8s.KubeConfigMap(this, "Extensions", { metadata: { name: "client", namespace }, data });
    allow(this, databaseFlows(database, "client", pods(namespace, { app: "client" })));
  }
}
