/**
 * The controllers of cert-manager v1.21.1 on our issuer, and on a certificate of it.
 *
 * @exercises cert-manager
 */

import { definitions } from "#lib/imports/cert-manager/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { appliesAgain } from "./apply-again";
import { read, rowOf, WITHIN_MS, withRealOperator } from "./real-operator";

const operator = withRealOperator({ name: "cert-manager", goPackage: ".", module: "cert-manager" });
const release = released({ ...EMBEDDED, certManager: {} });
const issuer = object({ apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name: "beamstack-selfsigned" } });
const certificate: KubeObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "web", namespace: "cert-manager" },
  spec: { secretName: "web", dnsNames: ["web.example.com"], issuerRef: { kind: "ClusterIssuer", name: issuer.metadata.name } },
};

beforeAll(async () => {
  // The tree has the definitions of our own kinds only; the controllers wait for those of requests, too.
  for (const definition of definitions()) await applyStrictly(operator.client(), definition);
  operator.applyTree(release);
  operator.start({ args: (kubeconfig) => ["--kubeconfig", kubeconfig] });
  await operator.client().apply(certificate, { fieldManager: "test" });
}, WITHIN_MS);

test.each([issuer, certificate])(
  "$kind becomes ready, with the status that the simulator writes",
  async (wanted) => {
    const row = rowOf(wanted);

    const live = await operator.until(wanted, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
  },
  WITHIN_MS,
);

appliesAgain(operator, "cert-manager has written", () => ({ release, objects: [issuer] }));

test(
  "a certificate that is being issued shows the simulated state, and waits",
  async () => {
    const missing = {
      ...certificate,
      metadata: { name: "missing", namespace: "cert-manager" },
      spec: { ...unissued(), secretName: "missing" },
    };
    await operator.client().apply(missing, { fieldManager: "test" });

    const row = rowOf(missing);
    const live = await operator.until(missing, (seen) => read(seen["status"], row)["Ready"] !== undefined);

    expect(read(live["status"], row)).toEqual(read(row.simulated?.[0]?.status, row));
    expect(healthOf(live, row).state).toBe("waiting");
  },
  WITHIN_MS,
);

test(
  "a changed certificate is not ready before it is issued again, and stays so without its issuer",
  async () => {
    await operator.client().apply({ ...certificate, spec: unissued() }, { fieldManager: "test" });

    const healths = await operator.healthsOf(certificate, 10);

    expect(healths.filter(({ state }) => state !== "waiting")).toEqual([]);
  },
  WITHIN_MS,
);

test(
  "an issuer whose spec cannot work has failed, and was not ready for a moment",
  async () => {
    const broken = { ...issuer, spec: { selfSigned: null, ca: { secretName: "nothing" } } };
    await operator.client().patch(refOf(issuer), { type: "merge", body: { spec: broken.spec } });

    const healths = await operator.healthsOf(issuer, 10);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
    expect(healths.at(-1)).toMatchObject({ state: "failed", message: expect.stringContaining("nothing") });
  },
  WITHIN_MS,
);

function unissued() {
  return { secretName: "web", dnsNames: ["other.example.com"], issuerRef: { kind: "ClusterIssuer", name: "nobody" } };
}

function object(one: KubeObject): KubeObject {
  return one;
}
