/** The provider as the engine drives it, without the engine: check, then diff, create, update, delete. */

import type { JsonObject } from "#lib/core/json";
import type { Log } from "#stacks/plugins/kubernetes/log";
import { KubernetesProvider } from "#stacks/plugins/kubernetes/provider";
import type { DiffAnswer, ReadAnswer, ResourceAnswer } from "#stacks/plugins/kubernetes/requests";
import { gvkOf, isHelmRelease } from "#stacks/plugins/kubernetes/token";

/** A log that remembers. */
export interface RecordingLog extends Log {
  readonly messages: string[];
  readonly statuses: string[];
}

/** Everything the provider said. */
export function recordingLog(): RecordingLog {
  const messages: string[] = [];
  const statuses: string[] = [];
  return {
    messages,
    statuses,
    message: (severity, _urn, text) => messages.push(`${severity}: ${text}`),
    status: (_urn, text) => statuses.push(text),
  };
}

/** How one resource is dealt with. */
export interface Options {
  readonly preview?: boolean;
  readonly timeoutSeconds?: number;
  readonly ignoreChanges?: readonly string[];
}

/** One provider and the resources made with it. */
export class Harness {
  public readonly log = recordingLog();
  public readonly provider: KubernetesProvider;

  public constructor(kubeconfig: string, settings: Readonly<Record<string, string>> = {}) {
    this.provider = new KubernetesProvider(this.log, {});
    const variables = Object.entries({ kubeconfig, ...settings }).map(([key, value]): [string, string] => [
      `kubernetes:config:${key}`,
      value,
    ]);
    this.provider.configure(new Map(variables));
  }

  /** A resource of the program, not made yet. */
  public resource(token: string, name: string): Resource {
    return new Resource(this.provider, token, name);
  }
}

/** One resource of the program. */
export class Resource {
  public id = "";
  public inputs: JsonObject = {};
  public state: JsonObject = {};
  private readonly urn: string;

  public constructor(
    private readonly provider: KubernetesProvider,
    private readonly token: string,
    name: string,
  ) {
    this.urn = `urn:pulumi:test::test::${token}::${name}`;
  }

  /** The inputs as Check completes them. */
  public async check(body: JsonObject): Promise<JsonObject> {
    // A Helm release is no object: the SDK gives it neither apiVersion nor kind.
    const news = isHelmRelease(this.token) ? body : { ...gvkOf(this.token), ...body };
    return (await this.provider.check({ urn: this.urn, olds: this.inputs, news, seed: new Uint8Array([7]) })).inputs;
  }

  /** Makes the resource and remembers its state. */
  public async create(body: JsonObject, { preview = false, timeoutSeconds = 0 }: Options = {}): Promise<ResourceAnswer> {
    const properties = await this.check(body);
    const answer = await this.provider.create({ urn: this.urn, properties, preview, timeoutSeconds });
    if (!preview) this.remember(answer, properties);
    return answer;
  }

  /** What new inputs would change. */
  public async diff(body: JsonObject, { ignoreChanges = [] }: Options = {}): Promise<DiffAnswer> {
    return this.provider.diff({ urn: this.urn, id: this.id, olds: this.state, news: await this.check(body), ignoreChanges });
  }

  /** Changes the resource and remembers its state. */
  public async update(body: JsonObject, options: Options = {}): Promise<ResourceAnswer> {
    const { preview = false, timeoutSeconds = 0, ignoreChanges = [] } = options;
    const news = await this.check(body);
    const answer = await this.provider.update({
      urn: this.urn,
      id: this.id,
      olds: this.state,
      news,
      preview,
      timeoutSeconds,
      ignoreChanges,
    });
    if (!preview) this.remember({ ...answer, id: this.id }, news);
    return answer;
  }

  /** Refreshes the resource and remembers what was found. */
  public async refresh(): Promise<ReadAnswer> {
    const answer = await this.provider.read({ urn: this.urn, id: this.id, properties: this.state, inputs: this.inputs });
    this.remember(answer, answer.inputs);
    return answer;
  }

  /** Takes in an object by its id. */
  public async import(id: string): Promise<ReadAnswer> {
    const answer = await this.provider.read({ urn: this.urn, id, properties: {}, inputs: {} });
    this.remember(answer, answer.inputs);
    return answer;
  }

  /** Deletes the resource. */
  public delete({ timeoutSeconds = 0 }: Options = {}): Promise<void> {
    return this.provider.delete({ urn: this.urn, id: this.id, properties: this.state, timeoutSeconds });
  }

  private remember({ id, properties }: ResourceAnswer, inputs: JsonObject): void {
    this.id = id;
    this.state = properties;
    this.inputs = inputs;
  }
}
