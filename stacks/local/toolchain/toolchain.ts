/** The programs that the local machinery runs, from wherever this machine has them. */

import { LocalError } from "../local-error";
import type { Progress } from "../progress";
import { offers } from "./offered";
import { type PartName, partNamed } from "./parts";

/** Where each asked-for program is. */
export type Toolchain = Readonly<Record<PartName, string>>;

/** Paths of the asked-for programs. */
export async function obtainToolchain<Name extends PartName>(
  names: readonly Name[],
  _progress: Progress,
): Promise<Readonly<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const offer = (await offers(partNamed(name))).find(({ accepted }) => accepted);
    if (!offer) throw new LocalError(`no ${name}`, "put it on PATH");
    found[name] = offer.path;
  }
  return found as Readonly<Record<Name, string>>;
}
