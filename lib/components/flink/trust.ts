/** The CA of a storage's endpoint in the trust store of Flink's JVM, which reads no PEM. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { bucketTrust } from "#lib/kube/bucket-clients";
import type { CaMount } from "#lib/kube/ca-mount";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { resources } from "#lib/kube/resources";
import type { DurableStorage } from "./storage";

const FOLDER = "/opt/flink/trust";
const STORE = `${FOLDER}/cacerts`;

/** Where Flink's container reads the trust store. */
export const TRUST_MOUNT = { name: "trust", mountPath: FOLDER } as const;
/** Every JVM of the container reads the variable. Source: JVM Tool Interface, JAVA_TOOL_OPTIONS. */
export const TRUST_VARIABLE = { name: "JAVA_TOOL_OPTIONS", value: `-Djavax.net.ssl.trustStore=${STORE}` } as const;

/** The CA of a cluster's stores; stores of one type have the same. */
export function trustOf(stores: readonly DurableStorage[]): CaMount | undefined {
  return stores.map(({ from }) => from && bucketTrust(from.access)).find((trust) => trust !== undefined);
}

/** Adds the CA to the certificates that the image trusts. Their password is that of every JDK, and protects nothing. */
export function trustContainer(image: string, { file, mount }: CaMount): JsonObject {
  const script = [
    `cp "$JAVA_HOME/lib/security/cacerts" ${STORE}`,
    `chmod u+w ${STORE}`,
    `"$JAVA_HOME/bin/keytool" -importcert -noprompt -storepass changeit -keystore ${STORE} -alias bucket -file ${file}`,
  ];
  return {
    name: "trust",
    image,
    command: ["sh", "-ec", script.join("\n")],
    resources: resources({ cpu: 0.1, memory: Size.mebibytes(256) }),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [TRUST_MOUNT, { ...mount }, { name: "tmp", mountPath: "/tmp" }],
  };
}

/** Volumes of the trust store and of the CA. */
export function trustVolumes(trust: CaMount | undefined): JsonObject[] {
  if (!trust) return [];
  const { name, secret } = trust.volume;
  return [
    { name: "trust", emptyDir: {} },
    { name, secret: { secretName: secret.secretName, items: secret.items.map((item) => ({ ...item })) } },
  ];
}
