/** Files and options that the commands of pipelines take. */

import { dirname, join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { readLock } from "#lib/beam/collection-lock";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import { Duration } from "#lib/core/duration";
import { unwrap } from "#lib/core/problem";
import type { LocalCollection } from "../../../beam/local-collections";
import { codeOf } from "../../../local/local-error";
import { readUtf8 } from "../../../local/utf8";
import { CommandError, EXIT } from "../../exit-codes";

/** The option `--web-include`. */
export function webInclude(): Option {
  return new Option("--web-include <url>", "page that the file may include; its providers run with your rights")
    .default([])
    .argParser((page: string, all: readonly string[]) => [...all, page]);
}

/** The option `--python-path`. */
export function pythonPath(): Option {
  return new Option("--python-path <folder>", "folder with Python modules that the file's providers name")
    .default([])
    .argParser((folder: string, all: readonly string[]) => [...all, folder]);
}

/** The option `--collection`. */
export function collection(): Option {
  return pairs("--collection <name=lock>", "collection of transforms that the file uses, by its collection.lock.json");
}

/** Collections that `--collection` names. */
export function collectionsOf(files: Readonly<Record<string, string>>): LocalCollection[] {
  return Object.entries(files).map(([name, file]) => ({
    name,
    lock: unwrap(readLock(textOf(file), file)),
    wheels: join(dirname(file), "wheels"),
  }));
}

/** An option that may be repeated, once per binding. */
export function pairs(flags: string, description: string): Option {
  return new Option(flags, description).default({}, "none").argParser((text: string, all: Readonly<Record<string, string>>) => {
    const at = text.indexOf("=");
    if (at < 1) throw new InvalidArgumentError("expected <binding>=<what>, such as OpenAIEmbedding.api_key=...");
    const binding = text.slice(0, at);
    if (Object.hasOwn(all, binding)) throw new InvalidArgumentError(`${binding} is given twice`);
    return { ...all, [binding]: text.slice(at + 1) };
  });
}

/** The option `--timeout`. */
export function timeout(description: string, minutes: number): Option {
  return new Option("--timeout <duration>", `${description}, such as 90s, 10m, 2h`)
    .default(Duration.minutes(minutes), `${minutes}m`)
    .argParser(duration);
}

function duration(text: string): Duration {
  const found = /^(\d{1,6})([smh])$/.exec(text);
  const units = { s: Duration.seconds, m: Duration.minutes, h: Duration.hours };
  const unit = found?.[2];
  const result = unit === "s" || unit === "m" || unit === "h" ? units[unit](Number(found?.[1])) : undefined;
  if (!result?.valid) throw new InvalidArgumentError("expected a duration such as 90s, 10m, 2h");
  return result;
}

/** Values of bindings or variables. */
export function valuesOf(texts: Readonly<Record<string, string>>): Record<string, PipelineBinding> {
  return Object.fromEntries(Object.entries(texts).map(([binding, text]) => [binding, { type: "value", value: json(text) }]));
}

/** Text that is not JSON is taken literally: `--value Sink.url=http://x` needs no quotes. */
export function json(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The text of a file. */
export function textOf(file: string): string {
  try {
    const read = readUtf8(file);
    if (read.ok) return read.text;
    throw new CommandError(
      EXIT.configuration,
      `${file}:${read.line}:${read.column} is no UTF-8`,
      "save the file as UTF-8, such as with iconv -f latin1 -t utf-8",
    );
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown;
    throw new CommandError(EXIT.configuration, `${file} cannot be read: ${codeOf(thrown)}`, "check the path");
  }
}
