/** An identity provider: it puts a proxy in front of each UI that asks for it. */

import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { ISignIn, SignInAsk, WebBackend } from "#lib/kube/sign-in";
import { providerProblems } from "./checks";
import { OAuth2Proxy } from "./oauth2-proxy";
import { oauth2ProxyPin } from "./pin";
import { type OAuth2ProviderProps, type OAuth2ProviderSettings, oauth2ProviderSchema } from "./schema";

/** Name of a provider in the environment. */
export interface OAuth2ProviderPlace {
  readonly name: string;
}

/** An identity provider. It creates no objects: they belong to the UIs. */
export class OAuth2Provider extends Construct implements ISignIn {
  public readonly name: string;
  private readonly settings: OAuth2ProviderSettings;
  private readonly routes = new Set<string>();

  public constructor(scope: Construct, id: string, props: OAuth2ProviderProps & OAuth2ProviderPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, oauth2ProxyPin.name);
    this.name = name;
    this.settings = settingsOf(this, oauth2ProviderSchema, own, { checks: providerProblems });
  }

  /** Does any route use the provider? */
  public get used(): boolean {
    return this.routes.size > 0;
  }

  public announce(route: string): void {
    this.routes.add(route);
  }

  public protect(scope: Construct, ask: SignInAsk): WebBackend {
    return new OAuth2Proxy(scope, "SignIn", { provider: this.name, settings: this.settings, ask }).backend;
  }
}
