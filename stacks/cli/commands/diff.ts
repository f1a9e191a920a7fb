/** `diff`: the differences between two environments, field by field, with the line of each file that causes them. */

import { Command } from "commander";
import { ownedKinds } from "#lib/components/registry";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { show } from "#lib/core/schema";
import { changedClaims } from "#lib/release/claims";
import { type ChangedEntry, diffReleases, type FieldDiff, type ReleaseDiff } from "#lib/release/diff";
import type { Entry } from "#lib/release/release";
import { environmentRelease } from "../environment-release";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { placeText, type SourcePlace, sourcePlaces } from "../source-place";

/** The command `diff`. */
export function diffCommand(terminal: Terminal = processTerminal): Command {
  return new Command("diff")
    .description("show the differences between two environments; needs no cluster")
    .argument("<left>", "name of an environment")
    .argument("<right>", "name of another environment")
    .option("--json", "print the result as JSON")
    .action((left: string, right: string, options: CommonOptions) => run(options, (output) => diff([left, right], output), terminal));
}

/** Finds the line of an environment file that declares an entry. */
type Place = (source: string) => SourcePlace;

interface Sides {
  readonly left: Place;
  readonly right: Place;
}

/** `validate` shows the warnings of each environment. */
function diff([left, right]: readonly [string, string], output: Output): void {
  const quiet = { problems: () => {} };
  const [one, other] = [environmentRelease(left, quiet).release, environmentRelease(right, quiet).release];
  const found = diffReleases(one, other);
  output.problems(changedClaims(one, other, ownedKinds));
  const places = { left: sourcePlaces(left), right: sourcePlaces(right) };
  output.result("Diff", { left, right, ...diffBody(found, places) }, () => diffText(found, { left, right }, { places, output }));
}

function diffBody({ onlyLeft, onlyRight, changed, same }: ReleaseDiff, places: Sides): JsonObject {
  return {
    onlyLeft: onlyLeft.map((entry) => entryBody(entry, places.left)),
    onlyRight: onlyRight.map((entry) => entryBody(entry, places.right)),
    changed: changed.map(({ id, left, right, fields }) => ({
      id,
      left: sourceBody(left, places.left),
      right: sourceBody(right, places.right),
      fields: fields.map((field) => ({ ...field })),
    })),
    same,
  };
}

function entryBody(entry: Entry, place: Place): JsonObject {
  return { id: entry.id, ...sourceBody(entry, place) };
}

function sourceBody({ source }: Entry, place: Place): JsonObject {
  return { source, ...place(source) };
}

function diffText(
  { onlyLeft, onlyRight, changed, same }: ReleaseDiff,
  names: { readonly left: string; readonly right: string },
  { places, output }: { readonly places: Sides; readonly output: Output },
): string {
  const { red, green, yellow } = output.colors;
  const asked = (entry: Entry, place: Place): string => `${entry.source} (${placeText(place(entry.source))})`;
  return [
    ...onlyLeft.map((entry) => red(`- ${entry.id}  only in ${names.left}: ${asked(entry, places.left)}`)),
    ...onlyRight.map((entry) => green(`+ ${entry.id}  only in ${names.right}: ${asked(entry, places.right)}`)),
    ...changed.flatMap((entry) => [yellow(`~ ${entry.id}  ${askedBy(entry, places)}`), ...entry.fields.map(fieldText)]),
    `${count(onlyLeft.length, "entry", "entries")} only in ${names.left}, ${onlyRight.length} only in ${names.right}, ${changed.length} differ, ${same} the same`,
  ].join("\n");
}

function askedBy({ left, right }: ChangedEntry, places: Sides): string {
  const [one, other] = [placeText(places.left(left.source)), placeText(places.right(right.source))];
  return left.source === right.source ? `${left.source} (${one}, ${other})` : `${left.source} (${one}), ${right.source} (${other})`;
}

function fieldText({ path, left, right }: FieldDiff): string {
  if (isText(left) && isText(right)) return [`    ${path}:`, ...lineDiffs(left, right).map((line) => `      ${line}`)].join("\n");
  return `    ${path}: ${valueText(left)} -> ${valueText(right)}`;
}

/** A text of several lines: compared line by line. */
function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.includes("\n");
}

/** Lines that only one side has. If only the order differs, the result says so. */
function lineDiffs(left: string, right: string): string[] {
  const [before, after] = [new Set(left.split("\n")), new Set(right.split("\n"))];
  const [gone, come] = [[...before].filter((line) => !after.has(line)), [...after].filter((line) => !before.has(line))];
  const lines = [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)];
  return lines.length > 0 ? lines : ["the same lines in another order or number"];
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? "(absent)" : show(value);
}
