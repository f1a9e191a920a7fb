/** The platform of Acme: every component of beamstack-iac and Gitea, with Acme's defaults. */

import { catalog, createPlatform } from "beamstack-iac";
import { gitea } from "./gitea";

const costCentre = {
  target: { kind: "core/Namespace", name: "gitea" },
  merge: { metadata: { labels: { "acme.example/cost-centre": "tools" } } },
  reason: "costs are counted by this label",
} as const;

export default createPlatform({ sections: [...catalog, gitea], defaults: { certManager: { replicas: 2 } }, patch: [costCentre] });
