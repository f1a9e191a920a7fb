/** Where release archives are downloaded from: their own hosts, or a mirror that the user names. */

import { LocalError } from "../local-error";

/** The setting. */
export const MIRROR = "BEAMSTACK_IAC_TOOLCHAIN_MIRROR";

/**
 * The address to download a release archive from, or `off` where nothing may be downloaded. A mirror has the files below the
 * names of their hosts, as `wget --force-directories` stores them.
 *
 * @param setting what the user set
 * @throws LocalError where the setting is neither an address nor `off`
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
