/** External Secrets: chart, image and kinds at the pinned version. */

import { isJsonObject, valueAt } from "#lib/core/json";
import { conditionReady } from "#lib/kube/condition-ready";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = "External Secrets v2.9.0, config/crds/bases, apis/externalsecrets/v1 and deploy/charts";

function targetOf({ metadata: { name }, ...object }: KubeObject): string {
  const target = valueAt(valueAt(object, ["spec"]), ["target", "name"]);
  return typeof target === "string" ? target : name;
}

/** Keys of the Secret: those of its template where there is one. */
function keysOf({ spec }: KubeObject): string[] | undefined {
  if (valueAt(spec, ["dataFrom"]) !== undefined) return undefined;
  const template = valueAt(spec, ["target", "template", "data"]);
  if (isJsonObject(template)) return Object.keys(template);
  const data = valueAt(spec, ["data"]);
  return (Array.isArray(data) ? data : []).map((entry) => valueAt(entry, ["secretKey"])).filter((key) => typeof key === "string");
}

/** The pins of External Secrets. */
export const externalSecretsPin = {
  name: "external-secrets",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "external-secrets",
    repository: "https://charts.external-secrets.io",
    version: "2.9.0",
    // One value for the controller, the webhook and the certificate controller.
    imagePullSecretsAt: ["global", "imagePullSecrets"],
  },
  images: { operator: "ghcr.io/external-secrets/external-secrets:v2.9.0" },
  kinds: [
    { kind: "external-secrets.io/SecretStore", version: "v1", readiness: conditionReady("Ready", SOURCE) },
    {
      kind: "external-secrets.io/ExternalSecret",
      version: "v1",
      /** The Secret that it creates. */
      secretsOf: (object) => [targetOf(object)],
      /** Keys of its template, or those that its `data` fills. */
      secretKeysOf: keysOf,
      readiness: conditionReady("Ready", SOURCE),
    },
  ],
  kubernetes: { min: "1.19" },
  imports: {
    crds: [
      {
        product: "external-secrets",
        version: "2.9.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "github.com/external-secrets/external-secrets",
          tag: "v2.9.0",
          path: "config/crds/bases",
        },
        only: ["secretstores.external-secrets.io", "externalsecrets.external-secrets.io"],
      },
    ],
    charts: [
      {
        chart: "external-secrets",
        version: "2.9.0",
        licence: "Apache-2.0",
        source: "external-secrets/external-secrets v2.9.0, deploy/charts/external-secrets",
      },
    ],
  },
} as const satisfies ComponentPin;
