/** Summary of a life-cycle run, as text or as a document. */

import type { JsonObject } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { DIGEST_ANNOTATION } from "#lib/kube/labels";
import { STAGES } from "#lib/kube/stage";
import type { Release } from "#lib/release/release";
import type { ValueChange } from "../engine/events";
import type { ProviderChoice } from "../engine/provider";
import type { LanguageHost } from "../plugins/locate";
import { endingCode, errorsOf } from "./ending";
import { EXIT, type ExitCode } from "./exit-codes";
import { fieldText } from "./field-text";
import type { Ended, LifecycleOptions, Ready } from "./lifecycle";
import { type Colors, count, type Output } from "./output";
import { elapsed } from "./progress/row-text";
import type { Change, RunKind } from "./progress/run-model";
import { jsonLine } from "./progress/view";
import { table } from "./table";

/** Prints how a run ended and sets the exit code. */
export function conclude(ready: Ready, ended: Ended, options: LifecycleOptions, output: Output): void {
  const ending = endingCode(ended);
  const code = ending === EXIT.ok ? codeAfter(ended, options) : ending;
  output.exit(code);
  const { stdout } = output.terminal;
  if (output.json) {
    stdout.write(jsonLine("Result", { exitCode: code, ...resultBody(ready, ended) }));
    return;
  }
  tellMessages(ended, output);
  const changes = options.diff || ended.model.kind === "preview" ? changeLines(ready, ended, options.diff === true, output.colors) : [];
  const whole = code === EXIT.ok && ended.model.kind === "up" ? ["", whereText(ready), nextText(ready)] : [];
  stdout.write(`${[...changes, headline(ready, ended, code), ...whole].join("\n")}\n`);
}

/** The engine succeeded: is the environment what it should be? */
function codeAfter({ leftovers, notReady = [] }: Ended, { expectNoChanges }: LifecycleOptions): ExitCode {
  if (expectNoChanges && leftovers.length > 0) return EXIT.noChanges;
  return notReady.length > 0 ? EXIT.resource : EXIT.ok;
}

function tellMessages(ended: Ended, { terminal: { stderr }, colors }: Output): void {
  for (const { severity, text } of ended.model.messages) if (severity === "warning") stderr.write(`${colors.yellow("warning")} ${text}\n`);
  for (const text of programNotes(ended)) stderr.write(`${text}\n`);
  for (const { id, text } of errorsOf(ended)) stderr.write(`${colors.red("error")} ${id ? `${id}: ` : ""}${text}\n`);
  for (const { entry, state, message } of ended.notReady ?? []) stderr.write(`${colors.red("error")} ${entry.id}: ${state}, ${message}\n`);
}

/** What the program says of the whole run; what it says of one resource is progress. */
function programNotes({ model: { messages } }: Ended): string[] {
  return messages.flatMap(({ severity, text, urn }) => (severity === "info" && urn === undefined ? [text] : []));
}

function resultBody({ environment, release, controlPlane, settings }: Ready, ended: Ended): JsonObject {
  const { model } = ended;
  return {
    operation: model.kind,
    environment: environment.name,
    digest: release.digest,
    result: model.summary?.result ?? "failed",
    seconds: model.summary?.seconds,
    changes: changesByOperation(ended),
    resources: [...model.changes.values()].map((change) => ({ ...change, values: { ...change.values } })),
    stages: model.rows().map(({ stage, total, done, failed }) => ({ stage, total, done, failed })),
    errors: errorsOf(ended),
    leftovers: [...ended.leftovers],
    notReady: (ended.notReady ?? []).map(({ entry: { id }, state, message }) => ({ id, state, message })),
    plugins: Object.values(settings.plugins).map((plugin) => ({ ...plugin })),
    server: controlPlane?.server,
  };
}

/** Changes of the environment's entries; the stack and its provider are Pulumi's bookkeeping. */
function changesByOperation({ model }: Ended): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { operation } of model.changes.values()) counted[operation] = (counted[operation] ?? 0) + 1;
  return counted;
}

const PAST: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  retain: "retained",
};
const HEAD: Readonly<Record<RunKind, string>> = { up: "is up", preview: "previewed", refresh: "refreshed", destroy: "destroyed" };

function headline(ready: Ready, ended: Ended, code: ExitCode): string {
  const { model } = ended;
  const name = `${ready.environment.name}${ready.environment.rehearsal ? " (rehearsal)" : ""}`;
  const counted = Object.entries(changesByOperation(ended));
  const changed = counted.map(([operation, amount]) => `${amount} ${changeWord(operation, model.kind)}`);
  const { length } = ended.leftovers;
  const left = length > 0 ? `, ${count(length, "object")} of killed runs removed` : "";
  const changes = `${changed.length > 0 ? changed.join(", ") : "0 changes"}${left}`;
  const time = model.summary ? ` in ${elapsed(model.summary.seconds * 1000)}` : "";
  if (code === EXIT.ok) return `${name} ${HEAD[model.kind]}: ${sizeText(ready.release)}, ${changes}${time}`;
  if (code === EXIT.noChanges) return `${model.kind} ${name} made changes although none were expected: ${changes}${time}`;
  if (ended.notReady?.length) return `${name} is not ready: ${notReadyText(ready, ended.notReady)}; ${changes}${time}`;
  const how = code === EXIT.cancelled ? "was cancelled" : "failed";
  return `${model.kind} ${name} ${how}: ${changes}${time}; run it again to continue`;
}

function notReadyText({ release, environment: { name } }: Ready, left: NonNullable<Ended["notReady"]>): string {
  const total = release.objects.length + release.helmReleases.length;
  const isMissing = left.some(({ state }) => state === "missing");
  const next = isMissing ? `beamstack-iac up ${name} --refresh creates what is missing` : `beamstack-iac status ${name} shows why`;
  return `${total - left.length} of ${count(total, "object")} ready (${next})`;
}

function sizeText({ objects, helmReleases }: Release): string {
  const charts = helmReleases.length > 0 ? ` and ${count(helmReleases.length, "Helm release")}` : "";
  return `${count(objects.length, "object")}${charts}`;
}

function changeWord(operation: string, kind: RunKind): string {
  return kind === "preview" ? `to ${operation}` : (PAST[operation] ?? operation);
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", delete: "-", update: "~", replace: "+-", retain: "=" };

/** More new objects than this are summed up by stage. */
const MOST_NAMED = 20;

/** One line per change with old and new values; many creations are summed up unless names are asked for. */
function changeLines(ready: Ready, { model }: Ended, named: boolean, colors: Colors): string[] {
  const changes = [...model.changes.values()];
  const created = changes.filter(({ operation }) => operation === "create");
  if (named || created.length <= MOST_NAMED) return changes.flatMap((change) => changeText(change, colors));
  const others = changes.filter(({ operation }) => operation !== "create");
  return [...others.flatMap((change) => changeText(change, colors)), createdText(ready, created), "(--diff lists every object)"];
}

function changeText({ id, operation, differences, values }: Change, colors: Colors): string[] {
  const paint: Readonly<Record<string, (text: string) => string>> = { create: colors.green, delete: colors.red };
  return [
    (paint[operation] ?? colors.yellow)(`${SIGNS[operation] ?? "~"} ${id}  ${operation}`),
    ...Object.entries(differences)
      .filter(([path]) => !path.includes(DIGEST_ANNOTATION))
      .map(([path, kind]) => differenceText(id, { path, kind, values: values[path] ?? {} })),
  ];
}

/** The engine may know that a field differs, and not how. */
function differenceText(
  id: string,
  { path, kind, values }: { readonly path: string; readonly kind: string; readonly values: ValueChange },
): string {
  return values.old === undefined && values.new === undefined ? `    ${path}: ${kind}` : fieldText(id, path, values);
}

/** New objects by stage: how many of which kinds. */
function createdText({ release }: Ready, created: readonly Change[]): string {
  const ids = new Set(created.map(({ id }) => id));
  const entries = [...release.objects, ...release.helmReleases].filter(({ id }) => ids.has(id));
  const rows = STAGES.flatMap((stage) => {
    const kinds = entries.filter((entry) => entry.stage === stage).map(({ id }) => id.split("/")[1] ?? id);
    return kinds.length > 0 ? [[`+ ${stage}`, `${kinds.length} to create`, kindsText(kinds)]] : [];
  });
  return table(rows);
}

/** `12 NetworkPolicy, 3 Namespace`: the most frequent first. */
function kindsText(kinds: readonly string[]): string {
  const counted = [...new Set(kinds)].map((kind) => ({ kind, amount: kinds.filter((other) => other === kind).length }));
  const sorted = counted.sort((a, b) => b.amount - a.amount || compareText(a.kind, b.kind));
  return sorted.map(({ kind, amount }) => `${amount} ${kind}`).join(", ");
}

const PLUGIN_SOURCES: Readonly<Record<(LanguageHost | ProviderChoice)["by"], string>> = {
  PATH: "official, from PATH",
  engine: "official, the engine's",
  toolchain: "official, built from source",
  ours: "this package's own",
};

function whereText({ release, controlPlane, settings, environment }: Ready): string {
  const rows = STAGES.flatMap((stage) => {
    const entries = [...release.objects, ...release.helmReleases].filter((entry) => entry.stage === stage);
    const components = [...new Set(entries.map(({ component }) => component))].sort();
    return entries.length > 0 ? [[stage, String(entries.length), components.join(", ")]] : [];
  });
  const { cluster } = environment;
  const place = controlPlane
    ? `${controlPlane.server}, a Kubernetes ${controlPlane.kubernetesVersion} control plane on this machine; nodes are simulated, containers do not run`
    : cluster.type === "context"
      ? `context ${cluster.context}`
      : "that of this pod";
  const { provider, languageHost } = settings.plugins;
  const plugins = [
    `${provider.program} ${provider.version} (${PLUGIN_SOURCES[provider.by]})`,
    `${languageHost.program} (${PLUGIN_SOURCES[languageHost.by]})`,
  ];
  return [
    table([["stage", "objects", "components"], ...rows]),
    "",
    `cluster    ${place}`,
    ...(environment.operators === "simulated"
      ? ["operators  simulated: real CRDs, one placeholder Deployment each, status from the readiness table"]
      : []),
    `engine     ${settings.engine}, ${plugins.join(", ")}`,
  ].join("\n");
}

function nextText({ environment: { name, cluster, rehearsal } }: Ready): string {
  const flag = rehearsal ? " --rehearse" : "";
  const commands: readonly (readonly [string, string])[] = [
    [`npx beamstack-iac status ${name}${flag}`, "health of everything by stage"],
    [`npx beamstack-iac synth ${name} --out gitops`, "the same objects as a GitOps tree"],
    cluster.type === "embedded"
      ? [`eval "$(npx beamstack-iac local env ${name}${flag})"`, "point kubectl and pulumi at it"]
      : [`npx beamstack-iac outputs ${name}`, "addresses of services"],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return ["", "next", ...commands.map(([command, why]) => `  ${command.padEnd(width)}  ${why}`)].join("\n");
}
