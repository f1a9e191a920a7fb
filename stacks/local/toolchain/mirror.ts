/** Download addresses of release archives: their own hosts, or a mirror that the user names. */

import { LocalError } from "../local-error";

/** The environment variable. */
export const MIRROR = "BEAMSTACK_IAC_TOOLCHAIN_MIRROR";

/**
 * The download address of a release archive, or `off` if downloads are disabled. A mirror stores files below the
 * names of their hosts, as `wget --force-directories` does.
 *
 * @param setting value of the variable
 * @throws LocalError if the setting is neither an address nor `off`
 */
export function mirrored(url: string, setting: string | undefined = process.env[MIRROR]): URL | "off" {
  const original = new URL(url);
  if (setting === undefined || setting === "") return original;
  if (setting === "off") return "off";
  const mirror = URL.canParse(setting) ? new URL(setting) : undefined;
  if (mirror === undefined || !["http:", "https:"].includes(mirror.protocol) || mirror.search !== "" || mirror.hash !== "")
    throw new LocalError(
      `${MIRROR} is neither an http or https address nor "off"`,
      "name the address below which the mirror keeps github.com and dl.k8s.io, or unset it",
    );
  mirror.pathname = `${mirror.pathname.replace(/\/$/, "")}/${original.host}${original.pathname}`;
  return mirror;
}
