/** The provider: hands each call of the engine to its operation. */

import type { JsonObject } from "#lib/core/json";
import { accessOf } from "./access-of";
import { textAt } from "./kube-fields";
import type { Log } from "./log";
import { check } from "./operations/check";
import { checkConfig, diffConfig } from "./operations/config";
import { create } from "./operations/create";
import { remove } from "./operations/delete";
import { diff } from "./operations/diff";
import { read } from "./operations/read";
import { update } from "./operations/update";
import type {
  CheckAnswer,
  CheckCall,
  CreateCall,
  DeleteCall,
  DiffAnswer,
  DiffCall,
  ReadAnswer,
  ReadCall,
  ResourceAnswer,
  UpdateCall,
} from "./requests";
import { Session } from "./session";
import { readSettings } from "./settings";

/** The version of the SDK, and of the official provider, whose rules these are. */
export const VERSION = "4.34.2";

/** One provider, configured once. */
export class KubernetesProvider {
  private configured: Session | undefined;

  public constructor(
    private readonly log: Log,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Refuses configuration that cannot be honoured. */
  public checkConfig(call: CheckCall): CheckAnswer {
    return checkConfig(call, this.env);
  }

  /** What a change of the configuration means. */
  public diffConfig(call: DiffCall): DiffAnswer {
    return diffConfig(call, (config) =>
      accessOf(textAt(config, "kubeconfig"), { context: textAt(config, "context"), cluster: textAt(config, "cluster") }),
    );
  }

  /** Takes the configuration. The cluster is not asked before it is needed. */
  public configure(variables: ReadonlyMap<string, string>): void {
    const settings = readSettings(variables, this.env);
    this.configured = new Session(settings, this.log, () => accessOf(settings.kubeconfig, settings.choice));
  }

  /** Completes and checks inputs. */
  public check(call: CheckCall): Promise<CheckAnswer> {
    return check(this.session, call);
  }

  /** Compares a state with inputs. */
  public diff(call: DiffCall): Promise<DiffAnswer> {
    return diff(this.session, call);
  }

  /** Makes a resource. */
  public create(call: CreateCall): Promise<ResourceAnswer> {
    return create(this.session, call);
  }

  /** Reads a resource. */
  public read(call: ReadCall): Promise<ReadAnswer> {
    return read(this.session, call);
  }

  /** Changes a resource. */
  public update(call: UpdateCall): Promise<ResourceAnswer> {
    return update(this.session, call);
  }

  /** Deletes a resource. */
  public delete(call: DeleteCall): Promise<void> {
    return remove(this.session, call);
  }

  /** Answers a function of the SDK. */
  public invoke(token: string, _args: JsonObject): never {
    throw new Error(`${token} is not supported by this provider; install the official kubernetes provider to use it`);
  }

  /** Ends everything in flight; what was written keeps its state. */
  public cancel(): void {
    this.configured?.cancel();
  }

  private get session(): Session {
    if (!this.configured) throw new Error("the provider has not been configured");
    return this.configured;
  }
}
