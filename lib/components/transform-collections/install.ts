/** The container that installs a collection into a claim. */

import { PersistentVolumeClaim, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import { requirementsOf } from "#lib/beam/collection-lock";
import { beamSdkImage } from "#lib/beam/matrix";
import { Size } from "#lib/core/size";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { endOfHost, type FlowProps, type PodsEnd } from "#lib/kube/network";
import type { TransformCollectionSettings, VolumePlace } from "./schema";

/** Folder of the claim with the installed packages. */
export const PACKAGES_FOLDER = "packages";

/** Folder of the container with the claim. */
const ROOT = "/collection";

const NETRC_FOLDER = "/etc/beamstack/netrc";

/**
 * Readers see nothing of an installation that has not ended, and a second run finds the first one's. What is installed is what the hashes say,
 * wherever the index got it from.
 */
const INSTALL = `set -eu
test ! -e "$ROOT/${PACKAGES_FOLDER}" || exit 0
rm -rf "$ROOT/incoming"
printf '%s' "$REQUIREMENTS" > /tmp/requirements.txt
python -m pip install --no-deps --require-hashes --only-binary=:all: --target "$ROOT/incoming" -r /tmp/requirements.txt
mv "$ROOT/incoming" "$ROOT/${PACKAGES_FOLDER}"`;

/** What is installed, and where. */
export interface Installation {
  readonly lock: TransformCollectionSettings["lock"];
  readonly place: VolumePlace;
  /** The claim of the namespace. */
  readonly claim: string;
}

/** The container; `scope` owns its volumes. */
export function installContainer(scope: Construct, { lock, place, claim }: Installation): HardenedContainer {
  const { index, netrc } = place;
  const source = PersistentVolumeClaim.fromClaimName(scope, "Claim-packages", claim);
  const root = { path: ROOT, volume: Volume.fromPersistentVolumeClaim(scope, "Volume-packages", source, { name: "packages" }) };
  return {
    image: beamSdkImage(lock.beam, lock.python),
    command: ["sh", "-c"],
    args: [INSTALL],
    env: {
      ROOT,
      REQUIREMENTS: requirementsOf(lock),
      HOME: "/tmp",
      PIP_INDEX_URL: index,
      PIP_NO_CACHE_DIR: "1",
      PIP_NO_INPUT: "1",
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
      ...(netrc && { NETRC: `${NETRC_FOLDER}/netrc` }),
    },
    requests: { cpu: 0.5, memory: Size.gibibytes(1) },
    scratch: { "/tmp": place.size },
    mounts: [root, ...(netrc ? [netrcMount(scope, netrc)] : [])],
  };
}

function netrcMount(scope: Construct, { name, key }: NonNullable<VolumePlace["netrc"]>): VolumeMount {
  const items = { [key]: { path: "netrc" } };
  const volume = Volume.fromSecret(scope, "Volume-netrc", Secret.fromSecretName(scope, "Secret-netrc", name), { name: "netrc", items });
  return { path: NETRC_FOLDER, volume, readOnly: true };
}

/** The way to the index. */
export function indexFlow(name: string, { index }: VolumePlace, from: PodsEnd): FlowProps {
  const { hostname, port, protocol } = new URL(index);
  const number = Number(port) || (protocol === "https:" ? 443 : 80);
  return { name: `collection.${name}-to-index`, from, to: endOfHost(hostname), ports: [{ port: number }] };
}
