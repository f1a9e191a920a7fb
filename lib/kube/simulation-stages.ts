/**
 * kwok Stage objects that walk custom resources through the simulated states of their readiness row.
 * Source of the Stage API: kwok v0.7.0, pkg/apis/v1alpha1/stage_types.go.
 */

import type { JsonObject } from "#lib/core/json";
import { type CustomKind, fieldSchema } from "./crd-schema";
import { SIMULATE_ANNOTATION, SIMULATED_LABEL } from "./labels";
import type { KubeObject } from "./object";
import type { FromSpec, Readiness, SimulatedState } from "./readiness";
import { Computed, goTemplate, jqHolds, literal, type TemplateValue } from "./simulation-text";

/**
 * The stages of one kind: into each simulated state, into the failed one where {@link SIMULATE_ANNOTATION} says `failed`, and out of the
 * way of deletion. A changed spec is walked through again where status or conditions have `observedGeneration`, after the delay of the
 * first state: until then the status is that of the previous spec, as a real operator's. Where the annotation says `refused`, the operator
 * reports an error instead. Empty where the row simulates nothing.
 *
 * A kind without status subresource is patched as a whole, as its operator does; each patch counts as a changed spec.
 *
 * @throws when such a kind tells the state of one spec from that of another: it would be walked through for ever
 */
export function simulationStages(resource: CustomKind, readiness: Readiness): KubeObject[] {
  const { simulated = [], simulatedFailure } = readiness;
  if (simulated.length === 0) return [];
  if (!resource.statusSubresource && observesCurrent(resource.schema) !== "true")
    throw new Error(`${resource.group}/${resource.kind} has observedGeneration and no status subresource: nothing can be simulated`);
  const walk = walkOf(resource, readiness);
  const entries = simulated.map((_, index) => ({ index, when: whenEntering(walk, index) }));
  if (simulatedFailure) entries.push({ index: simulated.length, when: whenFailing(walk) });
  const stages = entries.map((entry) => entryStage(resource, walk, entry));
  return [...stages, ...refusalStages(resource, readiness, walk), releaseStage(resource)];
}

interface Step {
  readonly state: SimulatedState;
  /** Status to write: complete for the schema, with fields of other states removed. */
  readonly status: TemplateValue;
  /** jq: is the object in this state and in no later one? */
  readonly at: string;
}

interface Walk {
  /** The states in order; the failed one, where there is one, comes last. */
  readonly steps: readonly Step[];
  /** Position of the state that passes `ready`. */
  readonly ready: number;
  readonly fails: boolean;
  /** jq: has the object no state yet, or the state of an older spec? */
  readonly unwalked: string;
  /** jq: does the state belong to the current spec? */
  readonly current: string;
}

const ASKED = `.metadata.annotations[${JSON.stringify(SIMULATE_ANNOTATION)}]`;
const ASKED_TO_FAIL = `${ASKED} == "failed"`;
const ASKED_TO_REFUSE = `${ASKED} == "refused"`;

function walkOf(resource: CustomKind, { simulated = [], simulatedFailure: failure, refusedBy }: Readiness): Walk {
  const states = failure ? [...simulated, failure] : simulated;
  const statuses = states.map((state) => completeStatus(state, resource.schema));
  // A jq error (a string where a list is expected) must count as "not in this state", not as "no result".
  const holds = statuses.map((status) => `(try (${jqHolds(".status", status)}) catch false)`);
  const not = (tests: readonly string[]) => tests.map((test) => `(${test} | not)`);
  const current = observesCurrent(resource.schema);
  const old = refusedBy === undefined ? `(${current} | not)` : `((${current} | not) and (${ASKED_TO_REFUSE} | not))`;
  return {
    steps: states.map((state, index) => ({
      state,
      status: withoutOthers(statuses[index] ?? {}, statuses),
      at: `(${[holds[index] ?? "false", ...not(holds.slice(index + 1))].join(" and ")})`,
    })),
    ready: simulated.length - 1,
    fails: failure !== undefined,
    unwalked: `(${not(holds).join(" and ")} or ${old})`,
    current,
  };
}

/** jq: is the status of the current spec? Some kinds say so for the whole status, some for each condition, some not at all. */
function observesCurrent(schema: JsonObject): string {
  if (fieldSchema(schema, ["status", "observedGeneration"])) return "(.status.observedGeneration == .metadata.generation)";
  if (!fieldSchema(schema, ["status", "conditions", "observedGeneration"])) return "true";
  return "(.metadata.generation as $generation | [.status.conditions[]?.observedGeneration] | all(. == $generation))";
}

function whenEntering(walk: Walk, index: number): string {
  const { steps, ready, fails, unwalked, current } = walk;
  const failed = steps[ready + 1]?.at;
  const unasked = `(${ASKED_TO_FAIL} | not)`;
  const before = steps[index - 1]?.at;
  const from = before ? `${before} and ${current}` : failed ? `(${unwalked} or (${failed} and ${unasked}))` : unwalked;
  return index === ready && fails ? `${from} and ${unasked}` : from;
}

function whenFailing(walk: Walk): string {
  const { steps, ready, unwalked, current } = walk;
  const last = steps[ready]?.at ?? "false";
  const before = steps[ready - 1]?.at;
  const from = before ? `(${before} or ${last}) and ${current}` : `(${unwalked} or ${last})`;
  return `${from} and ${ASKED_TO_FAIL}`;
}

function entryStage(resource: CustomKind, walk: Walk, entry: { readonly index: number; readonly when: string }): KubeObject {
  const step = walk.steps[entry.index];
  if (!step) throw new Error(`no state ${entry.index}`);
  return stage(resource, `${entry.index}-${step.state.name}`, {
    selector: selector(`.metadata.deletionTimestamp == null and ${entry.when}`),
    delay: { durationMilliseconds: Math.round(step.state.afterSeconds * 1000) },
    next: {
      patches: [
        { ...(resource.statusSubresource && { subresource: "status" }), type: "merge", root: "status", template: goTemplate(step.status) },
      ],
    },
  });
}

/** A refused spec: the operator reports why and goes on with the previous one. */
function refusalStages(resource: CustomKind, { refusedBy }: Readiness, { current }: Walk): KubeObject[] {
  if (refusedBy === undefined) return [];
  const field = refusedBy.slice(".status.".length);
  const when = `.status != null and ${ASKED_TO_REFUSE} and (${current} | not) and ${refusedBy} != ${JSON.stringify(REFUSAL)}`;
  return [
    stage(resource, "refused", {
      selector: selector(`.metadata.deletionTimestamp == null and ${when}`),
      delay: { durationMilliseconds: 1000 },
      next: { patches: [{ subresource: "status", type: "merge", root: "status", template: goTemplate({ [field]: REFUSAL }) }] },
    }),
  ];
}

const REFUSAL = "simulated refusal";

const RELEASE = "release";

/** Is this the deletion stage of a kind? */
export function isReleaseStage({ metadata }: KubeObject): boolean {
  return metadata.name.endsWith(`.${RELEASE}`);
}

/** Removes the finalizers of the kind's own operator, which does not run here; those of others stay. */
function releaseStage(resource: CustomKind): KubeObject {
  const { group } = resource;
  const own = `split("/")[0] | (. == ${JSON.stringify(group)} or endswith(${JSON.stringify(`.${group}`)}))`;
  const domain = `(splitList "/" . | first)`;
  const kept = `{{ $kept := list }}{{ range .metadata.finalizers }}{{ if not (or (eq ${domain} "${group}") (hasSuffix ".${group}" ${domain})) }}{{ $kept = append $kept . }}{{ end }}{{ end }}`;
  return stage(resource, RELEASE, {
    selector: selector(`.metadata.deletionTimestamp != null and ([.metadata.finalizers[]? | select(${own})] | length > 0)`),
    next: { patches: [{ type: "merge", root: "metadata", template: `${kept}{"finalizers":{{ $kept | toJson }}}` }] },
  });
}

function stage(resource: CustomKind, name: string, spec: JsonObject): KubeObject {
  const { group, version, kind, plural } = resource;
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: stageName(`${plural}.${group}`, name), labels: { [SIMULATED_LABEL]: "true" } },
    spec: { resourceRef: { apiGroup: `${group}/${version}`, kind }, ...spec },
  };
}

/** The state's name as an RFC 1123 subdomain. */
function stageName(kind: string, state: string): string {
  const label = state
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/-$/, "");
  return `${kind}.${label}`;
}

function selector(jq: string): JsonObject {
  return { matchExpressions: [{ jq: { key: jq, operator: "In", values: ["true"] } }] };
}

/** Adds what repeats the spec, and fields that the schema requires: the observed generation, and time, reason and message of conditions. */
function completeStatus({ status, fromSpec = {} }: SimulatedState, schema: JsonObject): TemplateValue {
  const has = (...path: string[]) => fieldSchema(schema, ["status", ...path]) !== undefined;
  const conditions = status["conditions"];
  return {
    ...objectOf(literal(status)),
    ...Object.fromEntries(Object.entries(fromSpec).map(([field, source]) => [field, computed(source)])),
    ...(has("observedGeneration") && { observedGeneration: GENERATION }),
    ...(Array.isArray(conditions) && {
      conditions: conditions.map((condition) => ({
        ...(has("conditions", "lastTransitionTime") && { lastTransitionTime: NOW }),
        ...(has("conditions", "reason") && { reason: "Simulated" }),
        ...(has("conditions", "message") && { message: "" }),
        ...(has("conditions", "observedGeneration") && { observedGeneration: GENERATION }),
        ...objectOf(literal(condition)),
      })),
    }),
  };
}

function computed(source: FromSpec): Computed {
  if ("field" in source) return new Computed(`{{ .spec.${source.field} | default ${JSON.stringify(source.otherwise)} | toJson }}`);
  const { list, sumOf } = source;
  return new Computed(`{{ $sum := 0 }}{{ range .spec.${list} }}{{ $sum = add $sum (int .${sumOf}) }}{{ end }}{{ $sum }}`);
}

const GENERATION = new Computed("{{ .metadata.generation }}");
const NOW = new Computed("{{ Now | Quote }}");

/** `status`, with `null` ("remove" in a merge patch) for fields that only other states set. */
function withoutOthers(status: TemplateValue, others: readonly TemplateValue[]): TemplateValue {
  if (!isObject(status)) return status;
  const rest = others.filter(isObject);
  const keys = new Set([status, ...rest].flatMap((one) => Object.keys(one)));
  const field = (key: string): TemplateValue => {
    const own = status[key];
    return own === undefined
      ? null
      : withoutOthers(
          own,
          rest.map((other) => other[key] ?? null),
        );
  };
  return Object.fromEntries([...keys].map((key) => [key, field(key)]));
}

type TemplateObject = { readonly [key: string]: TemplateValue };

function isObject(value: TemplateValue): value is TemplateObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Computed);
}

function objectOf(value: TemplateValue): TemplateObject {
  return isObject(value) ? value : {};
}
