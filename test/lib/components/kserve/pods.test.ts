/** What KServe copies from a service to its pods. */

import { valueAt } from "#lib/core/json";
import { released } from "../../../fixtures/platform";

const stored = (path: string) => ({ type: "storage", storage: "models", path }) as const;
const beside = { image: "registry.example.com/ml/beside:1.0" } as const;

test("pods get no annotation that changes with the service, so that a change of their number replaces none", () => {
  const { objects } = released({
    name: "test",
    cluster: { type: "context", context: "test" },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    certManager: {},
    kserve: {
      services: {
        iris: {
          runtime: { type: "sklearn" },
          model: stored("iris/1"),
          scaling: { type: "fixed", replicas: 10 },
          canary: { revision: "v2", trafficPercent: 10, model: stored("iris/2") },
          transformer: beside,
          explainer: beside,
        },
      },
    },
  });

  const service = objects.find(({ id }) => id === "serving.kserve.io/InferenceService/serving/iris")?.manifest;

  const { "beamstack-iac/digest": digest, "beamstack-iac/upstream": upstream } = service?.metadata.annotations ?? {};
  expect([digest, upstream]).toEqual([expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/), "modelStorage.models"]);
  for (const part of [["predictor"], ["canary", 0, "predictor"], ["transformer"], ["explainer"]])
    expect(valueAt(service, ["spec", ...part, "annotations"])).toEqual({ "beamstack-iac/digest": "", "beamstack-iac/upstream": "" });
});
