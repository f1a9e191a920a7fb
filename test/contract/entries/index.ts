/** Every component of the catalog, one line each. */

import type { AnyEntry } from "../entry";
import { certManager } from "./cert-manager";

export const entries: readonly AnyEntry[] = [certManager];
