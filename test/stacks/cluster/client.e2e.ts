/** The client against the real API server. */

import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withControlPlane } from "../../fixtures/control-plane";

const controlPlane = withControlPlane();
let client: KubeClient;

beforeAll(() => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
});

afterAll(() => client.close());

/** Control characters, line breaks that only YAML knows, and what some parser strips or refuses; each with blanks around it. */
const ODD = [...Array.from({ length: 0xa0 }, (_, code) => code), 0x2028, 0x2029, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1f600];

test("server-side apply keeps every character, although the server reads the body as YAML", async () => {
  const data = Object.fromEntries(
    ODD.map((code) => [`u${code.toString(16)}`, `a ${String.fromCodePoint(code)} b${String.fromCodePoint(code)}`]),
  );
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "odd", namespace: "default" }, data };

  await client.apply(object, { fieldManager: "test" });

  expect((await client.get({ apiVersion: "v1", kind: "ConfigMap", name: "odd", namespace: "default" }))["data"]).toEqual(data);
});
