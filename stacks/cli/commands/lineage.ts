/** `lineage`: where the data of a thing comes from, and where it goes; needs no cluster. */

import { Command } from "commander";
import type { JsonObject } from "#lib/core/json";
import { ConfigError, type Problem, unwrap } from "#lib/core/problem";
import { nearest, show } from "#lib/core/schema";
import { follow, type Lineage, type LineageNode } from "#lib/environment/lineage";
import { allEnvironments, loadEnvironment } from "../../environments";
import { type CommonOptions, type Output, processTerminal, run, type Terminal } from "../output";

/** The command `lineage`. */
export function lineageCommand(terminal: Terminal = processTerminal): Command {
  return new Command("lineage")
    .description("show where the data of a thing comes from, and where it goes; needs no cluster")
    .argument("<thing>", "path in the environment file, such as trainer.jobs.bert, or its last part")
    .argument("[environments...]", "names of environments; default: all")
    .option("--json", "print the result as JSON")
    .action((thing: string, names: readonly string[], options: CommonOptions) =>
      run(options, (output) => lineage(thing, names, output), terminal),
    );
}

interface Found {
  readonly environment: string;
  readonly upstream: LineageNode;
  readonly downstream: LineageNode;
}

function lineage(asked: string, names: readonly string[], output: Output): void {
  const all = (names.length > 0 ? names : unwrap(allEnvironments())).map((name) => ({
    name,
    lineage: unwrap(loadEnvironment(name)).lineage,
  }));
  const found = all.flatMap(({ name, lineage: known }) => thingsNamed(asked, known).map((thing) => foundIn(name, known, thing)));
  if (found.length === 0)
    throw new ConfigError([
      unknownThing(
        asked,
        all.flatMap((one) => one.lineage.things),
      ),
    ]);
  output.result("Lineage", { things: found.map(body) }, () => found.map((one) => text(one, output)).join("\n\n"));
}

/** The thing of this path; else each whose path ends with it. */
function thingsNamed(asked: string, { things }: Lineage): readonly string[] {
  return things.includes(asked) ? [asked] : things.filter((thing) => thing.endsWith(`.${asked}`));
}

function foundIn(environment: string, known: Lineage, thing: string): Found {
  return { environment, upstream: follow(known, thing, "upstream"), downstream: follow(known, thing, "downstream") };
}

function unknownThing(asked: string, things: readonly string[]): Problem {
  const known = [...new Set(things)];
  const lastParts = known.map((thing) => thing.split(".").at(-1) ?? thing);
  const near = nearest(asked, [...known, ...lastParts]);
  return {
    id: "lineage.unknown-thing",
    path: "thing",
    got: show(asked),
    allowed: known.length > 0 ? `one of ${known.join(", ")}` : "a thing that reads or writes data, but there is none",
    fix: near ? `did you mean ${near}?` : "name a thing by its path in the environment file",
  };
}

function body({ environment, upstream, downstream }: Found): JsonObject {
  return { environment, thing: upstream.thing, upstream: upstream.next.map(nodeBody), downstream: downstream.next.map(nodeBody) };
}

function nodeBody({ thing, by, next }: LineageNode): JsonObject {
  return { thing, by: [...by], next: next.map(nodeBody) };
}

function text({ environment, upstream, downstream }: Found, { colors }: Output): string {
  const part = (title: string, { next }: LineageNode) => [
    `  ${title}`,
    ...(next.length > 0 ? next.flatMap((node) => lines(node, 2)) : ["    nothing that the environment file names"]),
  ];
  return [`${colors.bold(upstream.thing)} in ${environment}`, ...part("comes from", upstream), ...part("goes to", downstream)].join("\n");
}

function lines({ thing, by, next }: LineageNode, depth: number): string[] {
  return [`${"  ".repeat(depth)}${thing} (${by.join(", ")})`, ...next.flatMap((node) => lines(node, depth + 1))];
}
