/** Checks that a pipeline can reach the addresses and Secrets of vector stores that it names. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import { ownerOf } from "#lib/kube/ownership";
import type { IVectorStore } from "#lib/kube/vector-store";
import type { BeamPipelineSettings } from "./schema";

/** A pipeline and the stores of its environment. */
export interface StoreContext {
  /** Path of the pipeline's props. */
  readonly path: string;
  readonly settings: Pick<BeamPipelineSettings, "bindings" | "variables">;
  /** Namespace of its Job and its workers. */
  readonly namespace: string;
  /** Stores that its workers may reach. */
  readonly reachable: readonly IVectorStore[];
  /** Every store of the environment. */
  readonly stores: readonly IVectorStore[];
  /** The submitted file; absent if it cannot be compiled. */
  readonly text: string | undefined;
}

/** Problems of a pipeline's access to stores. */
export function storeProblems(context: StoreContext): Problem[] {
  return [...secretsElsewhere(context), ...storesNotNamed(context), ...storesElsewhere(context)];
}

/** An operator creates its Secrets in the store's namespace; a pod can read Secrets of its own namespace only. */
function secretsElsewhere({ path, settings, namespace, stores }: StoreContext): Problem[] {
  return secretPlaces(settings).flatMap(({ at, secret }) => {
    const owner = stores.find(({ secrets = [] }) => secrets.includes(secret.name));
    if (!owner || owner.namespace === namespace) return [];
    return [
      {
        id: "pipelines.secret-in-other-namespace",
        path: joinPath(path, at),
        got: `the Secret ${secret.name}, which the operator creates in namespace ${owner.namespace}`,
        allowed: `a Secret in namespace ${namespace}, where the pipeline runs`,
        fix: `set ${ownerOf(owner).source}.namespace to "${namespace}", or copy the Secret there under another name`,
      },
    ];
  });
}

function secretPlaces({ bindings, variables }: StoreContext["settings"]): { readonly at: string[]; readonly secret: SecretRef }[] {
  return Object.entries({ bindings, variables }).flatMap(([prop, values]) =>
    Object.entries(values).flatMap(([key, binding]) => (binding.type === "secret-ref" ? [{ at: [prop, key], secret: binding }] : [])),
  );
}

/** Addresses of the environment's stores in the file, without duplicates. An address without a namespace is in the pipeline's own. */
function addressesOf({ text = "", stores, namespace }: StoreContext) {
  const found = stores.flatMap((store) =>
    servicesOf(store).flatMap((service) =>
      [...text.matchAll(new RegExp(`(?<![-a-z0-9])${service}(?![-a-z0-9])(?:\\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?))?`, "g"))].map(
        ([address, at = namespace]) => ({ address, at, store, service }),
      ),
    ),
  );
  return [...new Map(found.map((one) => [one.address, one])).values()];
}

function servicesOf({ endpoints }: IVectorStore): string[] {
  return endpoints.flatMap(({ service }) => service ?? []);
}

function storesNotNamed(context: StoreContext): Problem[] {
  const { path, reachable } = context;
  const missing = new Set(addressesOf(context).flatMap(({ store }) => (reachable.includes(store) ? [] : [store])));
  return [...missing].map((store) => ({
    id: "pipelines.store-not-named",
    path: `${path}.stores`,
    got: `a file that names the address of ${ownerOf(store).source}, which is not among the pipeline's stores`,
    allowed: "stores that are listed in the pipeline's stores",
    fix: `add "${store.name}" to ${path}.stores`,
    severity: "warning",
  }));
}

function storesElsewhere(context: StoreContext): Problem[] {
  return addressesOf(context).flatMap(({ address, at, store, service }) => {
    if (store.namespace === at) return [];
    const url = store.endpoints.find((endpoint) => endpoint.service === service)?.url;
    return [
      {
        id: "pipelines.store-in-other-namespace",
        path: `${context.path}.definition`,
        got: `the address ${address}, so a store in namespace ${at}`,
        allowed: `${service}.${store.namespace}.svc, where ${ownerOf(store).source} runs`,
        fix: `bind the address to ${url}`,
        severity: "warning",
      },
    ];
  });
}
