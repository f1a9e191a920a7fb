/** What the choice of an owner means: one row for each, from which every coupled value follows. */

import { NODE_IMAGES, type Software } from "./node-images";
import { RUNTIME_CLASS } from "./pin";
import type { GpusSettings } from "./schema";

/** What follows from the settings. A claim takes the place of the device plugin: both on one node would give the same GPU twice. */
export function softwareOf({ software, allocation }: Pick<GpusSettings, "software" | "allocation">): Software {
  const chosen = chosenSoftware(software);
  return allocation === "device-plugin" ? chosen : { ...chosen, devicePlugin: false };
}

function chosenSoftware(software: GpusSettings["software"]): Software {
  switch (software.owner) {
    case "operator":
      return { driver: "operator", toolkit: true, devicePlugin: true, runtimeClass: RUNTIME_CLASS };
    case "image":
      return { driver: "image", ...NODE_IMAGES[software.image] };
    case "nobody":
      return { driver: "others", toolkit: false, devicePlugin: false, runtimeClass: software.runtimeClass };
  }
}
