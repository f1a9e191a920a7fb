/** Lineage from the references of an environment, and what every section registers for it. */

import { z } from "zod";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { unwrapSchema } from "#lib/core/schema";
import { secretRef } from "#lib/core/secret-ref";
import { follow, type LineageNode } from "#lib/environment/lineage";
import { UPSTREAM_ANNOTATION } from "#lib/kube/labels";
import { roleOf } from "#lib/kube/props";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };

const resolved = () =>
  unwrap(
    createPlatform({ sections: catalog }).resolve({
      name: "test",
      cluster: { type: "context", context: "test" },
      databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow", "katib"] } },
      buckets: {
        raw: { type: "s3", bucket: "raw", region: "eu-central-1" },
        models: { type: "s3", bucket: "models", region: "eu-central-1" },
        samples: { type: "s3", bucket: "samples", region: "eu-central-1" },
      },
      modelStorage: { models: { bucket: "models" } },
      mlflow: {
        servers: {
          main: { database: "runs", artifacts: "models", authentication: { type: "none" } },
          best: { database: "runs", artifacts: "models", authentication: { type: "none" } },
        },
      },
      jobset: {},
      trainer: {
        jobs: { bert: { framework: { type: "pytorch", program: ["/app/train.py"] }, buckets: ["raw"], modelRegistry: "main" } },
        trials: { tune: { framework: { type: "pytorch", program: ["/app/train.py"] }, buckets: ["samples"] } },
      },
      certManager: {},
      katib: {
        operator: { database: "runs" },
        experiments: {
          search: {
            objective: { type: "minimize", metric: "loss" },
            algorithm: { type: "random" },
            parameters: { lr: { type: "double", min: 0.001, max: 0.1 } },
            job: "tune",
            best: { registry: "best" },
          },
        },
      },
      ray: {
        services: { answers: { applications: { app: { importPath: "app:app" } }, workers: { cpu: {} }, modelRegistry: "main" } },
      },
    } as never),
  );

const flat = ({ thing, next }: LineageNode): string[] => [thing, ...next.flatMap(flat)];

test("follows references in both directions, through registry and storage", () => {
  const { lineage } = resolved();

  expect(flat(follow(lineage, "mlflow.servers.main", "upstream"))).toEqual(["mlflow.servers.main", "trainer.jobs.bert", "buckets.raw"]);
  expect(flat(follow(lineage, "buckets.raw", "downstream"))).toEqual([
    "buckets.raw",
    "trainer.jobs.bert",
    "mlflow.servers.main",
    "modelStorage.models",
    "ray.services.answers",
  ]);
  expect(follow(lineage, "trainer.jobs.bert", "upstream").next).toMatchObject([{ by: ["trainer.jobs.bert.buckets[0]"] }]);
});

test("follows a search from the data of its trials to the registry of its best one", () => {
  const { lineage } = resolved();

  expect(flat(follow(lineage, "buckets.samples", "downstream"))).toEqual([
    "buckets.samples",
    "trainer.trials.tune",
    "katib.experiments.search",
    "mlflow.servers.best",
    "modelStorage.models",
  ]);
});

test("workloads and custom resources say what their data comes from; policies and accounts do not", () => {
  const { release } = resolved();
  const upstream = release.objects.filter(({ manifest }) => manifest.metadata.annotations?.[UPSTREAM_ANNOTATION] !== undefined);

  const job = upstream.find(({ manifest }) => manifest.kind === "TrainJob");
  expect(job?.manifest.metadata.annotations?.[UPSTREAM_ANNOTATION]).toBe("buckets.raw");
  expect(upstream.map(({ manifest }) => manifest.kind)).not.toContain("NetworkPolicy");
  expect(upstream.map(({ manifest }) => manifest.kind)).not.toContain("ServiceAccount");
});

test("a loop ends where a thing stands above itself", () => {
  const links = [
    { from: "a", to: "b", by: "b.in" },
    { from: "b", to: "a", by: "b.out" },
  ];

  expect(flat(follow({ things: ["a", "b"], links }, "a", "downstream"))).toEqual(["a", "b"]);
});

const patterns = catalog.flatMap(({ key, schema, lineage = {} }) =>
  [...(lineage.reads ?? []), ...(lineage.writes ?? [])].map((pattern) => [`${key}.${pattern}`, schema, pattern] as const),
);

test.each(patterns)("%s is a reference of its section", (_name, schema, pattern) => {
  expect(pattern).toContain("*");
  expect(schemasAt(schema, pattern.split(".")).map(roleOf)).toContainEqual(expect.any(String));
});

function schemasAt(schema: unknown, [step, ...rest]: readonly string[]): unknown[] {
  const inner = unwrapSchema(schema);
  if (step === undefined) return [inner];
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => schemasAt(option, [step, ...rest]));
  if (inner instanceof z.ZodObject) return step in inner.shape ? schemasAt(inner.shape[step], rest) : [];
  if (inner instanceof z.ZodRecord && step === "*") return schemasAt(inner.valueType, rest);
  return inner instanceof z.ZodArray && step === "*" ? schemasAt(inner.element, rest) : [];
}
