/** Supported operating systems. */

import { LocalError } from "./local-error";

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
