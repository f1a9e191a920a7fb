/** Checks of this machine: Node, local programs, Pulumi plugins, helper programs. */

import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { OLDEST_NODE } from "../../../local/platform";
import { onPath } from "../../../local/toolchain/offered";
import type { PartSource } from "../../../local/toolchain/toolchain";
import { accepts } from "../../../local/toolchain/versions";
import type { LanguageHost } from "../../../plugins/locate";
import { type Answer, failed, ok, type Question, warning } from "./finding";

const NODE: readonly [string, string] = [OLDEST_NODE, "999.0.0"];

/** Whether Node is new enough. */
export function nodeQuestion(version: string): Question {
  return {
    id: "machine.node",
    why: "older versions lack what the libraries need",
    fix: "install Node 20.19 or newer",
    ask: () => (accepts(NODE, version) ? ok(`Node ${version}`) : failed(`Node ${version}, wanted is 20.19 or newer`)),
  };
}

/** Whether the folder of control planes is writable. */
export function folderQuestion(folder: string): Question {
  return {
    id: "machine.folder",
    why: "it holds control planes and their states",
    fix: "make it writable, or set BEAMSTACK_IAC_HOME to another folder",
    ask: () => (isWritable(folder) ? ok(folder) : failed(`${folder} cannot be written`)),
  };
}

/** A missing folder is checked by its nearest existing parent. */
function isWritable(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return folder !== dirname(folder) && isWritable(dirname(folder));
  if (!found.isDirectory()) return false;
  accessSync(folder, constants.W_OK | constants.X_OK);
  return true;
}

/** Which copy of a local program is used, and why. A cluster elsewhere needs only the engine. */
export function partQuestion(source: PartSource, needed: boolean): Question {
  return {
    id: `machine.${source.part}`,
    why: source.part.startsWith("pulumi") ? "it plans and applies every change" : "the embedded control plane runs it",
    fix: "install Go, or pip, or put a copy into a folder that BEAMSTACK_IAC_TOOLCHAIN names",
    ask: () => partAnswer(source, needed),
  };
}

function partAnswer({ part, source, version, path, why }: PartSource, needed: boolean): Answer {
  const said = `${part} ${version}: ${why}`;
  if (source === "missing") return needed ? failed(said) : warning(said);
  if (source === "release") return warning(said, "nothing to do: the first run downloads it");
  return source === "build" ? warning(said, "nothing to do: the first run builds it, which takes minutes") : ok(`${said} (${path})`);
}

/** Which language host runs the program. */
export function languageHostQuestion({ by, path }: LanguageHost): Question {
  return {
    id: "machine.pulumi-language-nodejs",
    why: "the engine runs the program through it",
    fix: "to use the official one, install Pulumi, which includes it",
    ask: () =>
      ok(by === "ours" ? "pulumi-language-nodejs: ours, because none is installed" : `pulumi-language-nodejs: the official one, ${path}`),
  };
}

/** Programs of optional features. */
export function helperQuestion(helper: { readonly name: string; readonly why: string; readonly needed: boolean }): Question {
  const { name, why, needed } = helper;
  return {
    id: `machine.${name}`,
    why,
    fix: `install ${name}`,
    ask: () => {
      const path = onPath(name);
      if (path !== undefined) return ok(`${name}: ${path}`);
      return needed ? failed(`no ${name} on PATH`) : warning(`no ${name} on PATH`);
    },
  };
}
