/** Supported operating systems and versions of Node. */

import { LocalError } from "./local-error";
import { compareVersions } from "./toolchain/versions";

/**
 * Rejects Windows before anything starts: control plane processes are started, identified and ended in the Unix way.
 *
 * @throws LocalError on Windows
 */
export function refuseWindows(platform: string = process.platform): void {
  if (platform === "win32")
    throw new LocalError(
      "Windows is not supported",
      "run beamstack-iac in WSL 2 (https://learn.microsoft.com/windows/wsl), on Linux or on macOS",
    );
}

/** From package.json's `engines`. */
export const OLDEST_NODE = "20.19.0";

/**
 * Rejects a Node that lacks what the libraries need: they would fail with a stack trace.
 *
 * @throws LocalError on an older one
 */
export function refuseOldNode(version: string = process.versions.node): void {
  if (compareVersions(version, OLDEST_NODE) < 0)
    throw new LocalError(`Node ${version} is too old`, "install Node 20.19 or newer (https://nodejs.org/download), and run it again");
}
