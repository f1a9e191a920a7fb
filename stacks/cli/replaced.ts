/** Objects whose names others have taken, before the engine refreshes. */

import { UnreachableError } from "../cluster/reach";
import { forget, type RecordedObject, recordedObjects } from "../engine/resources";
import { mayBeAway, withCluster } from "./cluster";
import { replacedObjects } from "./foreign-objects";
import type { Ready } from "./lifecycle";

/** Takes them out of the state: the engine reads by name, and would record the objects of others as ours. @returns what was taken out */
export async function forgetReplaced({ environment, settings }: Ready): Promise<readonly RecordedObject[]> {
  const recorded = await recordedObjects(settings);
  if (recorded.length === 0) return [];
  const gone = await look(() => withCluster(environment, (client) => replacedObjects(client, recorded, environment.name)));
  if (gone.length > 0) await forget(settings, new Set(gone.map(({ urn }) => urn)));
  return gone;
}

/** A cluster that the user has said is gone has no objects. */
async function look(work: () => Promise<readonly RecordedObject[]>): Promise<readonly RecordedObject[]> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof UnreachableError && mayBeAway()) return [];
    throw thrown;
  }
}
