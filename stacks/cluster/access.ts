/** Where an API server is and who we are to it, as a kubeconfig says. */

import type { JsonObject } from "#lib/core/json";

/** What proves who we are. Client certificates are part of {@link Tls}. */
export type Credentials =
  | { readonly type: "none" }
  | { readonly type: "token"; readonly token: string }
  /** Read again before each use: such files are rotated. */
  | {
      readonly type: "token-file";
      readonly path: string;
      /** Used while the file cannot be read. @default none: an error */
      readonly token?: string;
    }
  | { readonly type: "basic"; readonly username: string; readonly password: string }
  | ExecCredentials;

/** A program that prints an `ExecCredential`. */
export interface ExecCredentials {
  readonly type: "exec";
  readonly apiVersion: "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Printed when the program does not exist. @default nothing */
  readonly installHint?: string;
  /** Whether it gets our standard input. */
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
  /** What it is told of the cluster. @default nothing */
  readonly cluster?: JsonObject;
}

/** Who else we act as; the API server asks whether we may. */
export interface Impersonation {
  readonly user: string;
  /** @default none */
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Transport security of one cluster. */
export interface Tls {
  /** PEM of the authority that signed the server's certificate. @default those Node knows */
  readonly ca?: string;
  /** PEM of our certificate. */
  readonly cert?: string;
  /** PEM of our key. */
  readonly key?: string;
  /** Host name the server's certificate is for, where it is not the one in the address. */
  readonly serverName?: string;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

/** One context of a kubeconfig, everything it names looked up. */
export interface ClusterAccess {
  /** Name of the context. */
  readonly context: string;
  /** `https://host:port`, without a slash at its end. */
  readonly server: string;
  /** The context's default namespace. */
  readonly namespace: string;
  readonly tls: Tls;
  readonly credentials: Credentials;
  /** @default we act as ourselves */
  readonly impersonation?: Impersonation;
  /** Proxy of this cluster. @default what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say */
  readonly proxyUrl?: string;
}

/** A kubeconfig that is missing, unreadable, or names what it does not hold. */
export class KubeconfigError extends Error {
  public constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "KubeconfigError";
  }
}
