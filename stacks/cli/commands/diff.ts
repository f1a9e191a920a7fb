/** `diff`: the differences between two environments, field by field, with the line of each file that causes them. */

import { Command } from "commander";
import { ownedKinds } from "#lib/components/registry";
import type { JsonObject } from "#lib/core/json";
import { changedClaims } from "#lib/release/claims";
import { type ChangedEntry, diffReleases, type FieldDiff, type ReleaseDiff } from "#lib/release/diff";
import type { Entry } from "#lib/release/release";
import { environmentRelease } from "../environment-release";
import { fieldText } from "../field-text";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { redacted } from "../redact";
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

function diff([left, right]: readonly [string, string], output: Output): void {
  const [one, other] = [environmentRelease(left).release, environmentRelease(right).release];
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
      fields: fields.map((field) => fieldBody(id, field)),
    })),
    same,
  };
}

function fieldBody(id: string, { path, left, right }: FieldDiff): JsonObject {
  const [one, other] = [left, right].map((value) => (value === undefined ? undefined : redacted(id, path, value)));
  return { path, ...(one !== undefined && { left: one }), ...(other !== undefined && { right: other }) };
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
    ...changed.flatMap((entry) => [
      yellow(`~ ${entry.id}  ${askedBy(entry, places)}`),
      ...entry.fields.map(({ path, left: old, right }) => fieldText(entry.id, path, { old, new: right })),
    ]),
    `${count(onlyLeft.length, "entry", "entries")} only in ${names.left}, ${onlyRight.length} only in ${names.right}, ${changed.length} differ, ${same} the same`,
  ].join("\n");
}

function askedBy({ left, right }: ChangedEntry, places: Sides): string {
  const [one, other] = [placeText(places.left(left.source)), placeText(places.right(right.source))];
  return left.source === right.source ? `${left.source} (${one}, ${other})` : `${left.source} (${one}), ${right.source} (${other})`;
}
