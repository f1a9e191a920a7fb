/** A platform: sections of this package and of third parties, patches, and what an environment becomes. */

import { ApiObject } from "cdk8s";
import { z } from "zod";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { type Section, section } from "#lib/environment/section";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { ComponentPin } from "#lib/kube/pin";
import { ref, settingsOf } from "#lib/kube/props";
import { EMBEDDED, released } from "../fixtures/platform";

const ELSEWHERE = { name: "test", cluster: { type: "context", context: "c" } } as const satisfies EnvironmentSpec;

const compiled: unknown[] = [];
jest.mock("#lib/components/beam/compile", () => {
  const actual = jest.requireActual("#lib/components/beam/compile");
  return {
    ...actual,
    compilePipeline: (...args: unknown[]) => {
      compiled.push(args[0]);
      return actual.compilePipeline(...args);
    },
  };
});

test("a simulated operator is marked, and its kinds come after it", () => {
  const release = released({ ...EMBEDDED, certManager: {} });

  const standIn = release.objects.find((object) => object.manifest.kind === "Deployment");
  expect(standIn?.manifest.metadata.labels).toMatchObject({ [SIMULATED_LABEL]: "true" });
  expect(release.edges).toContainEqual(
    expect.objectContaining({ from: "cert-manager.io/ClusterIssuer/beamstack-selfsigned", to: standIn?.id }),
  );
  expect(release.helmReleases).toEqual([]);
});

test("a real operator is a Helm release, and its kinds come after it", () => {
  const release = released({ ...ELSEWHERE, certManager: {} });

  expect(release.helmReleases.map(({ id }) => id)).toEqual(["helm/Release/cert-manager/cert-manager"]);
  expect(release.edges).toContainEqual({
    from: "cert-manager.io/ClusterIssuer/beamstack-selfsigned",
    to: "helm/Release/cert-manager/cert-manager",
    reason: "operator",
  });
});

test("a mirror moves every image", () => {
  const mirrored = released({ ...ELSEWHERE, certManager: {}, imageRegistry: "mirror.example.com/ml" });

  expect(mirrored.images.length).toBeGreaterThan(0);
  expect(mirrored.images.filter(({ image }) => !image.startsWith("mirror.example.com/ml/"))).toEqual([]);
});

test("the same environment gives the same bytes", () => {
  const once = () => JSON.stringify(released({ ...EMBEDDED, certManager: { replicas: 2 } }));

  expect(once()).toBe(once());
});

/** A product of a third party: a search page in front of a vector store. */
const pagesSchema = z.record(
  z.string(),
  z.strictObject({
    /** Name of the store. */
    store: ref("vectorStore"),
    /** Title of the page. @default "Search" */
    title: z.string().default("Search"),
  }),
);

const pagesPin: ComponentPin = { name: "pages", licence: "MIT", source: "test", images: {}, kinds: [], kubernetes: { min: "1.30" } };

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Search pages by name. @default none */
    pages: typeof pagesSchema;
  }
}

const pages: Section<typeof pagesSchema> = section({
  key: "pages",
  stage: "model-serving",
  pin: pagesPin,
  schema: pagesSchema,
  build(settings, site) {
    for (const [name, { store, title }] of Object.entries(settings)) {
      const { name: namespace } = site.namespace("pages", [name]);
      const page = new ApiObject(site.part([name]), "Resource", {
        ...configMap(name, namespace),
        data: { title, url: store.endpoints[0]?.url },
      });
      page.node.addDependency(store);
      if (title === "") site.report([name, "title"], { id: "pages.no-title", got: "no title", allowed: "a title", fix: "write one" });
    }
  },
});

const configMap = (name: string, namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } });

const elasticsearch = { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(10) } } } } };

describe("a section of a third party", () => {
  const platform = createPlatform({ sections: [...catalog, pages] });
  const found = (spec: EnvironmentSpec) => {
    const result = platform.resolve(spec);
    return result.ok ? [] : result.problems.map(({ id, path, fix }) => ({ id, path, fix }));
  };

  test("is built with defaults filled in and the store in the place of its name, after it and below its own stage", () => {
    const spec = defineEnvironment({ ...EMBEDDED, elasticsearch, pages: { home: { store: "docs" } } });

    const { objects, edges } = unwrap(platform.resolve(spec)).release;

    const home = "core/ConfigMap/pages/home";
    expect(objects.find(({ id }) => id === home)).toMatchObject({
      stage: "model-serving",
      source: "pages.home",
      manifest: { data: { title: "Search", url: "https://docs-es-http.elasticsearch.svc:9200" } },
    });
    const needed = edges.filter(({ from }) => from === home).map(({ to }) => to);
    expect(needed).toEqual(
      expect.arrayContaining(["core/Namespace/pages", "elasticsearch.k8s.elastic.co/Elasticsearch/elasticsearch/docs"]),
    );
  });

  test("is checked as those of the package: names by the compiler and by value, rules with paths", () => {
    // @ts-expect-error no store is called dosc
    const unknown = defineEnvironment({ ...EMBEDDED, elasticsearch, pages: { home: { store: "dosc" } } });
    const untitled = defineEnvironment({ ...EMBEDDED, elasticsearch, pages: { home: { store: "docs", title: "" } } });

    expect(found(unknown)).toEqual([{ id: "environment.unknown-name", path: "pages.home.store", fix: "did you mean docs?" }]);
    expect(found(untitled)).toEqual([{ id: "pages.no-title", path: "pages.home.title", fix: "write one" }]);
  });

  test("is an unknown key of a platform without it", () => {
    expect(createPlatform().resolve({ ...EMBEDDED, pages: {} })).toMatchObject({ problems: [{ id: "spec.unknown-key", path: "pages" }] });
  });

  test("whose one reference is unknown is not built", () => {
    const build = jest.fn();
    const schema = z.strictObject({ store: ref("vectorStore") });
    const page = section({ key: "page", stage: "model-serving", pin: pagesPin, schema, build });

    const result = createPlatform({ sections: [...catalog, page] }).resolve({ ...EMBEDDED, page: { store: "docs" } });

    expect(result).toMatchObject({ ok: false, problems: [{ id: "environment.unknown-name", path: "page.store" }] });
    expect(build).not.toHaveBeenCalled();
  });
});

test("an exception in a section, or in a rule of a component, is a bug and surfaces", () => {
  const thrown = new TypeError("a bug");
  const broken = section({
    ...pages,
    build: () => {
      throw thrown;
    },
  });
  const badRule = section({
    ...pages,
    build: (_, site) => {
      settingsOf(
        site.part(["home"]),
        z.strictObject({}),
        {},
        {
          checks: () => {
            throw thrown;
          },
        },
      );
    },
  });

  for (const bad of [broken, badRule]) {
    const platform = createPlatform({ sections: [...catalog, bad] });
    expect(() => platform.resolve({ ...EMBEDDED, elasticsearch, pages: { home: { store: "docs" } } })).toThrow(thrown);
  }
});

describe("pipelines", () => {
  const file = (value: number) => `pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [${value}] } }] }`;
  const flink = { clusters: { main: {} } };
  const pipeline = (path: string) => ({ file: path, runner: "main" }) as const;

  test("are compiled once each, however many objects and rules need them", () => {
    compiled.length = 0;
    const files = new Map([1, 2].map((value) => [`${value}.yaml`, file(value)]));

    const result = createPlatform().resolve(
      { ...EMBEDDED, elasticsearch, flink, monitoring: {}, pipelines: { one: pipeline("1.yaml"), two: pipeline("2.yaml") } },
      { files },
    );

    expect(result).toMatchObject({ ok: true });
    expect(compiled).toEqual([expect.objectContaining({ definition: file(1) }), expect.objectContaining({ definition: file(2) })]);
  });
});
