/** A pod that uses a bucket by everything that the role gives. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketAnnotations, bucketEnvironment, bucketFlows, bucketHadoop, bucketTrust, bucketUris } from "#lib/kube/bucket-clients";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { allow, pods } from "#lib/kube/network";

/** A pod that uses a bucket. */
export class BucketClient extends Construct {
  public constructor(scope: Construct, id: string, bucket: IBucket, namespace = "clients") {
    super(scope, id);
    const access = bucket.enter(namespace);
    const trust = bucketTrust(access);
    new HardenedWorkload(this, "Pod", {
      name: "client",
      namespace,
      kind: { type: "job", deadline: Duration.hours(1) },
      account: { annotations: bucketAnnotations(access) },
      containers: [
        {
          image: "docker.io/chrislusf/seaweedfs:4.44",
          env: { ...bucketEnvironment(bucket.location, access, trust?.file) },
          requests: { cpu: 0.1, memory: Size.mebibytes(128) },
        },
      ],
    });
    const data = { ...bucketHadoop(bucket.location, access), ...bucketUris(bucket.location, "below"), ca: JSON.stringify(trust ?? null) };
    new k8s.KubeConfigMap(this, "Hadoop", { metadata: { name: "client", namespace }, data });
    allow(this, bucketFlows(bucket, "client", pods(namespace, { app: "client" })));
  }
}
