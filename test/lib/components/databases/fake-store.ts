/** A store of secrets that remembers what it is asked for. */

import { App } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import type { ISecretStore, SecretAsk } from "#lib/kube/secret-store";

/** A store of secrets that remembers what it is asked for. */
export class FakeSecretStore extends Construct implements ISecretStore {
  public readonly asks: SecretAsk[] = [];

  public constructor(public readonly name: string) {
    super(new App(), name);
  }

  public provide(ask: SecretAsk): IDependable {
    this.asks.push(ask);
    return this;
  }
}
