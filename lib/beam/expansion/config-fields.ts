/** Fields of configurations: which a transform or provider has, which it must have, and which values some of them take. */

import { nearest } from "#lib/core/schema";
import { type BeamConfigFacts, beamNames, beamProviders } from "#lib/imports/beam/index";
import { type BeamPipelineDocument, siteAt } from "../document";
import type { Finding } from "../finding";
import type { ValueSite } from "../node";
import { textOf } from "../shape";
import type { BeamStep } from "./levels";
import { isKnown, refused, refusedValue, shown, textsOf } from "./refusal";
import { windowingFindings } from "./windowing";

/** What Beam refuses in the configuration of a transform. */
export function configFindings(document: BeamPipelineDocument, step: BeamStep): Finding[] {
  const { facts, config, site } = step;
  const windowing = site.entries.get("windowing");
  const hints = [...(site.entries.get("resource_hints")?.keys ?? [])].filter(([name]) => !beamNames.resourceHints.includes(name));
  const rules = facts ? (VALUE_RULES[step.type] ?? []) : [];
  return [
    ...(facts ? fieldFindings(document, { facts: withOwn(facts, step), config, owner: site, what: step.type }) : []),
    ...rules.flatMap((rule) => rule(document, step)),
    ...(facts ? featureFindings(document, step) : []),
    ...(windowing ? windowingFindings(document, windowing) : []),
    ...hints.map(([name, start]) => unknownHint(document, { site, name, start })),
  ];
}

/** Fields that Beam takes away before a transform sees its configuration. Source: Beam 2.77, yaml_transform.py. */
function withOwn(facts: BeamConfigFacts, { type, site, facts: own }: BeamStep): BeamConfigFacts {
  const taken = ["output_schema", "dependencies"];
  const outside = type === "WindowInto" && site.entries.has("windowing") ? ["windowing"] : [];
  const fields = Object.fromEntries(
    Object.entries(facts.fields).map(([name, field]) => [name, outside.includes(name) ? { ...field, required: false } : field]),
  );
  return { ...facts, fields, open: facts.open || own?.language === "java", passed: [...(facts.passed ?? []), ...taken] };
}

/** A configuration and what is known of it. */
interface Config {
  readonly facts: BeamConfigFacts;
  readonly config: ValueSite | undefined;
  readonly owner: ValueSite;
  /** What messages call its owner. */
  readonly what: string;
}

function fieldFindings(document: BeamPipelineDocument, { facts, config, owner, what }: Config): Finding[] {
  if (config?.kind === "unknown") return [];
  const known = Object.keys(facts.fields);
  const taken = [...known, ...(facts.passed ?? [])];
  const given = [...(config?.entries.keys() ?? [])];
  const more = facts.open ? [] : given.filter((name) => !taken.includes(name) && !name.includes("{{"));
  const required = known.filter((name) => facts.fields[name]?.required === true);
  const missing = given.some((name) => name.includes("{{")) ? [] : required.filter((name) => !given.includes(name));
  return [
    ...more.map((name) => {
      const near = nearest(name, known);
      return refused(
        document,
        config?.entries.get(name) ?? owner,
        {
          id: "beam.refused-field",
          got: `the field ${JSON.stringify(name)} of ${what}`,
          allowed: known.length > 0 ? known.join(", ") : "no fields",
          fix: near ? `did you mean ${near}?` : "remove it: Beam refuses the file",
        },
        config?.keys.get(name),
      );
    }),
    ...missing.map((name) =>
      refused(document, config ?? owner, {
        id: "beam.missing-field",
        got: `${what} without the field ${name}`,
        allowed: `the field ${name}`,
        fix: `add ${name}`,
      }),
    ),
  ];
}

/** What Beam refuses in `providers`: each is made before anything is expanded. */
export function providerFindings(document: BeamPipelineDocument): Finding[] {
  return document.providers.flatMap(({ type, site }) => {
    const at = site.entries.get("type");
    if (type === undefined || !at) return [];
    const facts = beamProviders[type];
    if (facts) {
      const config = site.entries.get("config");
      return [
        ...fieldFindings(document, { facts, config, owner: site, what: `the provider type ${type}` }),
        ...jarFindings(document, type, config),
      ];
    }
    const near = nearest(type, Object.keys(beamProviders));
    return [
      refused(document, at, {
        id: "beam.unknown-provider",
        got: `the provider type ${JSON.stringify(type)}`,
        allowed: Object.keys(beamProviders).join(", "),
        fix: near ? `did you mean ${near}?` : "use one of these",
      }),
    ];
  });
}

/** Source: `java_jar`. A path that exists on the submitter is not known here. */
function jarFindings(document: BeamPipelineDocument, type: string, config: ValueSite | undefined): Finding[] {
  const jar = config?.entries.get("jar");
  const text = textOf(jar);
  if (type !== "javaJar" || !jar || text === undefined || /^[a-z][\w+.-]*:\/\/[^/]/i.test(text) || text.includes("/")) return [];
  const refusal = { got: JSON.stringify(text), allowed: "a URL, or a path on the submitter", fix: "write the address of the jar" };
  return [refusedValue(document, jar, refusal)];
}

type ValueRule = (document: BeamPipelineDocument, step: BeamStep) => Finding[];

/** Rules of single transforms. Source: the transforms' code in Beam 2.77's apache_beam/yaml. */
const VALUE_RULES: Readonly<Record<string, readonly ValueRule[]>> = {
  Create: [field("elements", (site) => site.kind === "list", "a list")],
  LogForTesting: [oneOf("level", ["ERROR", "INFO", "DEBUG"])],
  WindowInto: [(document, { config }) => ofField(config, "windowing", (site) => windowingFindings(document, site))],
  Combine: [combineFunctions, oneFieldOf("combine", "map")],
  MapToFields: [oneFieldOf("fields", "map"), dropsWithoutAppend],
  Explode: [severalWithoutProduct],
  ExtractWindowingInfo: [windowingInfo],
  Partition: [errorsAmongOutputs],
  RunInference: [modelHandler],
};

function ofField(config: ValueSite | undefined, name: string, rule: (site: ValueSite) => Finding[]): Finding[] {
  const site = config?.entries.get(name);
  return site && site.kind !== "unknown" ? rule(site) : [];
}

function field(name: string, isRight: (site: ValueSite) => boolean, allowed: string): ValueRule {
  return (document, { config }) =>
    ofField(config, name, (site) =>
      isRight(site) ? [] : [refusedValue(document, site, { got: shown(site), allowed, fix: "correct it: Beam refuses the file" })],
    );
}

function oneFieldOf(name: string, kind: ValueSite["kind"]): ValueRule {
  return field(name, (site) => site.kind === kind, "a mapping");
}

function oneOf(name: string, values: readonly string[]): ValueRule {
  return field(name, ({ scalar }) => values.includes(String(scalar)), values.join(", "));
}

/** Source: yaml_combine.py: other functions are Python. */
function combineFunctions(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  const language = textOf(config?.entries.get("language"));
  if (language !== undefined && language !== "generic") return [];
  return ofField(config, "combine", (combine) =>
    [...combine.entries.values()].flatMap((each) => {
      const fn = each.kind === "map" ? each.entries.get("fn") : each;
      const type = fn?.kind === "map" ? fn.entries.get("type") : fn;
      const name = textOf(type);
      if (!type || name === undefined || beamNames.combineFunctions.includes(name)) return [];
      const allowed = `${beamNames.combineFunctions.join(", ")}; others with language: python`;
      return [refusedValue(document, type, { got: JSON.stringify(name), allowed, fix: "name one of these, or set the language" })];
    }),
  );
}

/** Source: `normalize_fields`. */
function dropsWithoutAppend(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  if (config?.entries.get("append")?.kind === "unknown" || config?.entries.get("append")?.scalar === true) return [];
  return ofField(config, "drop", (site) =>
    textsOf(site).length === 0
      ? []
      : [refusedValue(document, site, { got: "drop without append", allowed: "drop with append: true", fix: "set append: true" })],
  );
}

function severalWithoutProduct(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  if (config?.entries.has("cross_product")) return [];
  return ofField(config, "fields", (site) =>
    site.items.length < 2
      ? []
      : [
          refusedValue(document, site, {
            got: `${site.items.length} fields without cross_product`,
            allowed: "several fields with cross_product: true or false",
            fix: "set cross_product",
          }),
        ],
  );
}

function windowingInfo(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  return ofField(config, "fields", (fields) =>
    [...fields.items, ...fields.entries.values()]
      .filter(({ scalar }) => scalar !== undefined && !beamNames.windowingInfo.includes(String(scalar)))
      .map((site) =>
        refusedValue(document, site, { got: shown(site), allowed: beamNames.windowingInfo.join(", "), fix: "name one of these" }),
      ),
  );
}

function errorsAmongOutputs(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  const output = config?.entries.get("error_handling")?.entries.get("output");
  const name = textOf(output);
  if (!output || name === undefined || !textsOf(config?.entries.get("outputs")).includes(name)) return [];
  const refusal = { got: JSON.stringify(name), allowed: "a name that is not among outputs", fix: "give the errors a name of their own" };
  return [refusedValue(document, output, refusal)];
}

/** Source: yaml_ml.py. */
function modelHandler(document: BeamPipelineDocument, { config }: BeamStep): Finding[] {
  return ofField(config, "model_handler", (handler) => {
    const facts = { fields: { type: REQUIRED, config: REQUIRED }, open: false };
    const fields = fieldFindings(document, { facts, config: handler, owner: handler, what: "model_handler" });
    const type = handler.entries.get("type");
    const wrong = type && type.kind === "scalar" && !beamNames.modelHandlers.includes(String(type.scalar)) ? [type] : [];
    const allowed = beamNames.modelHandlers.join(", ");
    return [
      ...fields,
      ...wrong.map((site) => refusedValue(document, site, { got: shown(site), allowed, fix: "name one of these, or use PyTransform" })),
    ];
  });
}

const REQUIRED = { schema: {}, required: true };

/** Features that an option must turn on. Source: calls of `YamlOptions.check_enabled`. */
const FEATURES: Readonly<Record<string, string>> = { Enrichment: "Enrichment", MLTransform: "ML", RunInference: "ML" };

function featureFindings(document: BeamPipelineDocument, { type, config, site }: BeamStep): Finding[] {
  const scripted =
    textOf(config?.entries.get("language")) === "javascript" && ["MapToFields", "Filter", "Partition", "AssignTimestamps"].includes(type);
  const feature = FEATURES[type] ?? (scripted ? "javascript" : undefined);
  const option = siteAt(document, ["options", "yaml_experimental_features"]);
  if (feature === undefined || !isKnown(option) || textsOf(option).includes(feature)) return [];
  return [
    refused(document, site, {
      id: "beam.feature-not-enabled",
      got: `${type}${scripted ? " in JavaScript" : ""} without the feature ${feature}`,
      allowed: `the option yaml_experimental_features with ${feature}`,
      fix: `set options.yaml_experimental_features: [${feature}] in the file`,
    }),
  ];
}

function unknownHint(
  document: BeamPipelineDocument,
  { site, name, start }: { readonly site: ValueSite; readonly name: string; readonly start: number },
): Finding {
  const allowed = beamNames.resourceHints.join(", ");
  const near = nearest(name, beamNames.resourceHints);
  const refusal = { got: `the resource hint ${JSON.stringify(name)}`, allowed, fix: near ? `did you mean ${near}?` : "name one of these" };
  return refusedValue(document, site.entries.get("resource_hints") ?? site, { ...refusal, start });
}
