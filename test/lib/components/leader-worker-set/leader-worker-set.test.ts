import { places } from "../../../fixtures/platform";

test("refuses webhooks in the host's network, where its chart cannot serve them", () => {
  const cluster = { type: "context", context: "any" } as const;

  expect(places({ name: "test", cluster, network: { webhooks: "host" }, leaderWorkerSet: {} })).toContainEqual(
    expect.objectContaining({ id: "leader-worker-set.webhook-on-host" }),
  );
});
