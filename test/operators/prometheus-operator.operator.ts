/**
 * The Prometheus operator v0.93.1 on our servers, monitors and rules.
 *
 * @exercises prometheus
 */

import { definitions } from "#lib/imports/prometheus-operator/index";
import { healthOf } from "#lib/kube/health";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { appliesAgain } from "./apply-again";
import { read, rowOf, WITHIN_MS, withRealOperator } from "./real-operator";

const GO_PACKAGE = "github.com/prometheus-operator/prometheus-operator/cmd/operator";

const operator = withRealOperator({ name: "prometheus-operator", goPackage: GO_PACKAGE, module: "prometheus-operator" });
const release = released({ ...EMBEDDED, certManager: {}, monitoring: {} });
const servers = release.objects.map(({ manifest }) => manifest).filter(({ kind }) => kind === "Prometheus" || kind === "Alertmanager");
const [prometheus] = servers.filter(({ kind }) => kind === "Prometheus");

beforeAll(async () => {
  // The tree has the definitions of our own kinds only; the operator ends without the others.
  for (const definition of definitions()) await applyStrictly(operator.client(), definition);
  operator.applyTree(release);
  operator.start({ args: () => ["-web.listen-address", "127.0.0.1:0"] });
}, WITHIN_MS);

test("the release has both servers", () => {
  expect(servers.map(({ kind }) => kind).sort()).toEqual(["Alertmanager", "Prometheus"]);
});

test.each(servers)(
  "$kind becomes ready, with the status that the simulator writes",
  async (server) => {
    const row = rowOf(server);

    const live = await operator.until(server, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    expect(live["status"]).toMatchObject({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
  },
  WITHIN_MS,
);

appliesAgain(operator, "the operator has written", () => ({ release, objects: servers }));

test(
  "a version that the operator refuses has failed, and was not ready for a moment",
  async () => {
    if (!prometheus) throw new Error("the release has no Prometheus");
    await operator.client().patch(refOf(prometheus), { type: "merge", body: { spec: { version: "not a version" } } });

    const healths = await operator.healthsOf(prometheus, 15);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
    expect(healths.at(-1)).toMatchObject({ state: "failed", message: expect.stringContaining("not a version") });
  },
  WITHIN_MS,
);
