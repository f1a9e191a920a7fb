/** Maps the end of an engine run to an exit code of Pulumi's table and its errors. */

import type { JsonObject } from "#lib/core/json";
import { engineError } from "../engine/stack";
import { EXIT, type ExitCode } from "./exit-codes";
import type { Ended } from "./lifecycle";

/** The run of the engine. */
type Run = Pick<Ended, "model" | "end">;

/** The exit code of a run. The engine reports most failures as 1; its events are more specific. */
export function endingCode({ model, end }: Run): ExitCode {
  if (end.code === EXIT.ok) return EXIT.ok;
  if (end.interrupted || model.summary?.result === "canceled") return EXIT.cancelled;
  const errors = errorsOf({ model, end }).map(({ text }) => text);
  const known = Object.values(EXIT).find((code) => code === end.code);
  if (known !== undefined && known !== EXIT.other) return known;
  return (
    CAUSES.find(([pattern]) => errors.some((text) => pattern.test(text)))?.[1] ??
    (failedResources({ model, end }) ? EXIT.resource : EXIT.other)
  );
}

/** Patterns of the engine's messages, the most specific first. */
const CAUSES: readonly (readonly [RegExp, ExitCode])[] = [
  [/incorrect passphrase|passphrase must be set/, EXIT.configuration],
  [/\bUnauthorized\b|\b401\b|\bis forbidden: User /, EXIT.authentication],
  [/timed out|deadline exceeded/, EXIT.timeout],
  [/cluster\.foreign-object/, EXIT.resource],
];

function failedResources({ model }: Run): boolean {
  return model.rows().some(({ failed }) => failed.length > 0);
}

/** One error with its resource. */
export interface RunError extends JsonObject {
  readonly id?: string;
  readonly text: string;
}

/** Errors of a run, including those of the engine before its first event; without the bare notice that the run failed. */
export function errorsOf({ model, end }: Run): RunError[] {
  const told = model.messages
    .filter(({ severity, text }) => severity === "error" && !/^(update|preview|destroy|refresh) (failed|canceled)$/.test(text))
    .map(({ urn, text }): RunError => ({ id: urn?.split("::").slice(3).join("::"), text: withHint(text) }));
  if (told.length > 0 || end.code === EXIT.ok || end.interrupted) return told;
  return [{ text: end.signal ? killedBy(end.signal) : engineError(end.stderr) }];
}

/** The kernel kills without a word where memory is short. */
function killedBy(signal: NodeJS.Signals): string {
  const cause = signal === "SIGKILL" ? "; if nobody did that, the machine is short of memory (dmesg tells)" : "";
  return `the engine was killed by ${signal}${cause}; run the command again, which continues`;
}

/** Without a network, the provider's own advice does not help. */
function withHint(text: string): string {
  const isChart = /check the chart name and repository configuration/.test(text);
  return isChart ? `${text} Without a network, set BEAMSTACK_IAC_CHARTS to a folder or a mirror that has the chart.` : text;
}
