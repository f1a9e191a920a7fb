/** A store of secrets, read by External Secrets: a SecretStore in each namespace with readers, and an ExternalSecret for each Secret. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { allow, endOfHost, type FlowProps, OUTSIDE, type PodsEnd } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { ISecretStore, SecretAsk } from "#lib/kube/secret-store";
import { secretTwice } from "./checks";
import { externalSecretsPin } from "./pin";
import { accountAnnotations, provider } from "./provider";
import { type SecretStoreProps, type SecretStoreSettings, secretStoreSchema } from "./schema";

const API_VERSION = "external-secrets.io/v1";

/** Name of a store and its operator. */
export interface ExternalSecretStorePlace {
  readonly name: string;
  /** The operator's pods, which read the store. */
  readonly operator: { readonly pods: PodsEnd };
}

/** A Secret that was asked for. */
interface Provided {
  readonly ask: SecretAsk;
  readonly resource: ApiObject;
}

/** A store of secrets. */
export class ExternalSecretStore extends Construct implements ISecretStore {
  public readonly name: string;
  private readonly settings: SecretStoreSettings;
  private readonly stores = new Map<string, ApiObject>();
  private readonly secrets = new Map<string, Provided>();

  public constructor(scope: Construct, id: string, props: SecretStoreProps & ExternalSecretStorePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, externalSecretsPin.name);
    this.settings = settingsOf(this, secretStoreSchema, own as SecretStoreProps);
    this.name = name;
    allow(this, storeFlows(name, this.settings, operator.pods));
  }

  /** Does anything use the store? */
  public get used(): boolean {
    return this.secrets.size > 0;
  }

  public provide(ask: SecretAsk): IDependable {
    const id = `${ask.namespace}.${ask.name}`;
    const known = this.secrets.get(id);
    if (known) {
      if (JSON.stringify(known.ask) !== JSON.stringify(ask)) addProblems(this, [secretTwice(ask, ownerOf(this).source)]);
      return known.resource;
    }
    const resource = new ApiObject(this, `Secret-${id}`, {
      apiVersion: API_VERSION,
      kind: "ExternalSecret",
      metadata: { name: ask.name, namespace: ask.namespace },
      spec: externalSecretSpec(this.name, ask, `${this.settings.refresh}`),
    });
    const store = this.storeIn(ask.namespace);
    resource.node.addDependency(store);
    // The operator calls a store failed while its account may read no Secret. Source: providers/v1/kubernetes/validate.go.
    if (this.settings.type === "kubernetes") store.node.addDependency(this.grant(ask, this.settings.namespace));
    this.secrets.set(id, { ask, resource });
    return resource;
  }

  /** The store as a namespace reads it, with a ServiceAccount of its own: what one namespace may read, another may not. */
  private storeIn(namespace: string): ApiObject {
    const known = this.stores.get(namespace);
    if (known) return known;
    const account = new k8s.KubeServiceAccount(this, `Account-${namespace}`, {
      metadata: { name: accountOf(this.name), namespace, annotations: accountAnnotations(this.settings) },
      automountServiceAccountToken: false,
    });
    const store = new ApiObject(this, `Store-${namespace}`, {
      apiVersion: API_VERSION,
      kind: "SecretStore",
      metadata: { name: this.name, namespace },
      spec: { provider: provider(this.settings, account.name) },
    });
    store.addDependency(account);
    this.stores.set(namespace, store);
    return store;
  }

  /** Reading of the Secrets that were asked for, and of no other. */
  private grant({ name, namespace, values }: SecretAsk, from: string): Construct {
    const id = `${namespace}.${name}`;
    const metadata = { name: `${this.name}.${id}`, namespace: from };
    const grant = new Construct(this, `Grant-${id}`);
    const role = new k8s.KubeRole(grant, "Role", {
      metadata,
      rules: [
        {
          apiGroups: [""],
          resources: ["secrets"],
          verbs: ["get"],
          resourceNames: [...new Set(Object.values(values).map(({ key }) => key))],
        },
      ],
    });
    new k8s.KubeRoleBinding(grant, "Binding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.name },
      subjects: [{ kind: "ServiceAccount", name: accountOf(this.name), namespace }],
    });
    return grant;
  }
}

function accountOf(store: string): string {
  return `secrets-${store}`;
}

function externalSecretSpec(
  store: string,
  { name, values, plain, type = "Opaque", labels }: SecretAsk,
  refreshInterval: string,
): JsonObject {
  const entries = Object.entries(values);
  return {
    refreshInterval,
    refreshPolicy: "Periodic",
    secretStoreRef: { kind: "SecretStore", name: store },
    // What uses the Secret outlives the object that reads it.
    target: { name, creationPolicy: "Owner", deletionPolicy: "Retain", ...templateOf({ entries, plain, type, labels }) },
    data: entries.map(([secretKey, { key, property }]) => ({
      secretKey,
      remoteRef: {
        key,
        ...(property !== undefined && { property }),
        conversionStrategy: "Default",
        decodingStrategy: "None",
        metadataPolicy: "None",
      },
    })),
  };
}

/** A template repeats the values that it does not change. */
function templateOf({
  entries,
  plain = {},
  type,
  labels = {},
}: Pick<SecretAsk, "plain" | "labels"> & { entries: [string, unknown][]; type: string }): JsonObject {
  if (Object.keys(plain).length === 0 && type === "Opaque" && Object.keys(labels).length === 0) return {};
  const data = { ...plain, ...Object.fromEntries(entries.map(([key]) => [key, entryOf(key)])) };
  return { template: { engineVersion: "v2", mergePolicy: "Replace", type, metadata: { labels: { ...labels } }, data } };
}

/** A value in a template. Templates of Go read a name with a hyphen as a subtraction. */
function entryOf(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `{{ .${key} }}` : `{{ index . "${key}" }}`;
}

function storeFlows(name: string, settings: SecretStoreSettings, operator: PodsEnd): FlowProps[] {
  // The API server is open to the operator anyway.
  if (settings.type === "kubernetes") return [];
  const flow = { name: `external-secrets-to-${name}`, from: operator };
  if (settings.type !== "vault") return [{ ...flow, to: OUTSIDE, ports: [{ port: 443 }] }];
  const { hostname, port } = new URL(settings.server);
  return [{ ...flow, to: endOfHost(hostname), ports: [{ port: port === "" ? 443 : Number(port) }] }];
}
