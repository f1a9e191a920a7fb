/** A component of our own: Gitea, a git server, as a section of the environment file. */

import { HardenedWorkload, ref, Size, section, setOwner, sizeSchema, z } from "beamstack-iac";
import { Probe } from "cdk8s-plus-28";

const source = "https://docs.gitea.com/installation/install-with-docker-rootless";
const image = "docker.gitea.com/gitea:1.24.6-rootless";
const pin = { name: "gitea", licence: "MIT", source, images: { image }, kinds: [], kubernetes: { min: "1.28" } };

const schema = z.strictObject({
  /** Node pool of its pod. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Volume of its repositories. @default 10Gi */
  storage: sizeSchema.default(Size.gibibytes(10)),
});

declare module "beamstack-iac" {
  interface SectionSchemas {
    /** Gitea, a git server. @default not installed */
    gitea: typeof schema;
  }
}

/** Gitea. */
export const gitea = section({
  key: "gitea",
  stage: "foundation",
  pin,
  schema,
  build({ pool, storage }, site) {
    const scope = site.part([], { namespace: "gitea" });
    setOwner(scope, pin.name);
    const container = {
      image,
      ports: { http: 3000 },
      requests: { cpu: 0.5, memory: Size.mebibytes(512) },
      scratch: { "/etc/gitea": Size.mebibytes(16), "/tmp": Size.mebibytes(256) },
      readiness: Probe.fromHttpGet("/api/healthz", { port: 3000 }),
    };
    const kind = { type: "stateful-set", claims: { data: { path: "/var/lib/gitea", size: storage } } } as const;
    // The image runs as this user.
    new HardenedWorkload(scope, "Server", { name: "gitea", namespace: "gitea", kind, pool, userId: 1000, containers: [container] });
  },
});
