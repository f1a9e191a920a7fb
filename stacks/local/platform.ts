/** Operating systems that beamstack-iac runs on. */

import { LocalError } from "./local-error";

/**
 * Refuses Windows before anything starts: the control plane's processes are started, told apart and ended as Unix does it.
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
