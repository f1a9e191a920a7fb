/** The configuration of a feature store, where Enrichment from Feast looks for it: when the file is expanded, and in every worker. */

import type { BeamPipelineDocument } from "#lib/beam/document";
import type { ValueSite } from "#lib/beam/node";
import { schemeOf } from "#lib/beam/reach";
import { type PipelineBinding, sitesNamed } from "#lib/beam/render-pipeline";
import { bindingName } from "#lib/beam/secrets";
import { textOf } from "#lib/beam/shape";
import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import { FEATURE_STORE_FILE } from "#lib/kube/feature-store";

/** What a file gets for its feature store, and what is wrong with it. */
interface FeatureBindings {
  readonly bindings: Readonly<Record<string, PipelineBinding>>;
  readonly problems: readonly Problem[];
}

/** A pipeline and its feature store. */
export interface FeatureContext {
  /** Path of the pipeline's props. */
  readonly path: string;
  /** Name of its feature store. @default it has none */
  readonly featureStore: string | undefined;
  /** Values that its user gives. */
  readonly bindings: Readonly<Record<string, PipelineBinding>>;
}

/** Field of the handler's config. Source: Beam 2.77.0, FeastFeatureStoreEnrichmentHandler. */
const FIELD = "feature_store_yaml_path";

/** Bindings of a file for its feature store. A value that the user gives, or that Jinja makes, stays. */
export function featureBindings(document: BeamPipelineDocument, context: FeatureContext): FeatureBindings {
  const given = new Set(Object.keys(context.bindings).flatMap((name) => sitesNamed(document, name)));
  const handlers = handlersOf(document);
  const paths = handlers.flatMap(({ name, config }) => {
    const site = config.entries.get(FIELD);
    const text = site && pathIn(site);
    return site === undefined || text === undefined || given.has(site) ? [] : [{ name, site, text }];
  });
  const empty = context.featureStore === undefined ? [] : paths.filter(({ text }) => text === "");
  return {
    bindings: Object.fromEntries(
      empty.map(({ site }) => [bindingName(document, site.path), { type: "value" as const, value: FEATURE_STORE_FILE }]),
    ),
    problems: [
      ...handlers.filter(({ config }) => !config.entries.has(FIELD)).map(({ name }) => keyMissing(name, context)),
      ...paths.flatMap(({ name, text }) => pathProblems(name, text, context)),
    ],
  };
}

/** The path as it stands in the file, even if empty; `undefined` where Jinja makes it. */
function pathIn(site: ValueSite): string | undefined {
  return site.kind === "scalar" && site.scalar === null ? "" : textOf(site);
}

/** Transforms that read features, with the config of their handler. */
function handlersOf({ transforms }: BeamPipelineDocument): { readonly name: string; readonly config: ValueSite }[] {
  return transforms.flatMap(({ type, name = "Enrichment", site }) => {
    const fields = site.entries.get("config")?.entries;
    const config = fields?.get("handler_config");
    const isFeast = type === "Enrichment" && textOf(fields?.get("enrichment_handler")) === "FeastFeatureStore";
    return isFeast && config?.kind === "map" ? [{ name, config }] : [];
  });
}

function keyMissing(name: string, { path }: FeatureContext): Problem {
  return {
    id: "beam.feature-store-key",
    path: `${path}.featureStore`,
    got: `a file in which ${name} has no handler_config.${FIELD}`,
    allowed: "the key, even if empty: the path of the configuration takes its place",
    fix: `write ${FIELD}: "" into handler_config`,
  };
}

/** Beam reads a URI itself. */
function pathProblems(name: string, text: string, { path, featureStore }: FeatureContext): Problem[] {
  const problem = { path: `${path}.featureStore`, got: `${name}, which reads features by ${text === "" ? "no path" : show(text)}` };
  if (schemeOf(text) !== undefined) return [];
  if (text === "" || text === FEATURE_STORE_FILE) {
    if (featureStore !== undefined) return [];
    return [
      {
        ...problem,
        id: "beam.no-feature-store",
        allowed: `a pipeline with a feature store, whose configuration is at ${FEATURE_STORE_FILE}`,
        fix: "set featureStore, or name a path in the image or a URI",
      },
    ];
  }
  return featureStore === undefined
    ? [
        {
          ...problem,
          id: "beam.feature-store-in-image",
          allowed: "a path that the images of submitter and workers have",
          fix: `set featureStore and leave ${FIELD} empty, or have the file in the image`,
          severity: "warning",
        },
      ]
    : [
        {
          ...problem,
          id: "beam.other-feature-store",
          allowed: `the configuration of ${featureStore}, at ${FEATURE_STORE_FILE}`,
          fix: `leave ${FIELD} empty, or remove featureStore`,
        },
      ];
}
