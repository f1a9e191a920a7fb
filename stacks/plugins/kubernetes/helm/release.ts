/** `helm.sh/v3:Release` through the helm program, with the state of the official provider. */

import { createHash, randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { messageOf } from "#stacks/cluster/api-error";
import { differences, formatPath, isWithin, parsePath } from "../differences";
import { textAt } from "../kube-fields";
import { annotateSecrets, hasUnknowns, isUnknown, makeSecret, plain } from "../properties";
import { prune } from "../prune";
import {
  type CheckAnswer,
  type CheckCall,
  type CreateCall,
  type DeleteCall,
  type DiffAnswer,
  type DiffCall,
  PartialFailure,
  type ReadAnswer,
  type ReadCall,
  type ResourceAnswer,
  type UpdateCall,
} from "../requests";
import type { Session } from "../session";
import { idOf, parseId, parseUrn } from "../token";
import { chartSource } from "./chart-source";
import { chartVersion, type DeployedRelease, deployedRelease, type ReleaseRef, releaseMetadata } from "./deployed";
import { findHelm, HelmCommand, HelmError } from "./helm-command";
import {
  completedInputs,
  leavesVersionOpen,
  ownedArguments,
  rollbackArguments,
  uninstallArguments,
  unsaid,
  upgradeArguments,
  versionArguments,
} from "./release-inputs";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Releases of one provider. */
export class HelmReleases {
  public constructor(
    private readonly session: Session,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Completes the inputs, the version of the chart among them: a program that names a range means the newest there is today. */
  public async check({ urn, olds, news }: CheckCall): Promise<CheckAnswer> {
    const given = plain(news);
    // Eight hex digits, as the official provider names a release.
    const name = textAt(plain(olds), "name") || `${parseUrn(urn).name}-${randomBytes(4).toString("hex")}`;
    if (isUnknown(given["name"])) return { inputs: annotateSecrets(given, news), failures: [] };
    const inputs = await completedInputs(given, { name, namespace: this.session.namespace });
    const asks = !hasUnknowns(given) && leavesVersionOpen(inputs) && findHelm(this.env) !== undefined;
    if (!asks) return { inputs: annotateSecrets(inputs, news), failures: [] };
    try {
      const version = await this.withHelm(async (helm) => chartVersion(helm, versionArguments(inputs, await chartSource(helm, inputs))));
      return { inputs: annotateSecrets({ ...inputs, version }, news), failures: [] };
    } catch (error) {
      const reason = `${messageOf(error)}; check the chart name and repository configuration.`;
      return { inputs: annotateSecrets(inputs, news), failures: [{ property: "chart", reason }] };
    }
  }

  /** Inputs against the release as it was last seen; another name or namespace is another release. */
  public diff({ olds, news, ignoreChanges }: DiffCall): DiffAnswer {
    const { __inputs, ...state } = plain(olds);
    const before = isJsonObject(__inputs) ? __inputs : {};
    const ignored = ignoreChanges.map(parsePath);
    const found = differences(prune(state, before), plain(news), { quantities: false }).filter(
      ({ path }) => !ignored.some((pattern) => isWithin(path, pattern)),
    );
    const fields = found.map(({ path, kind }): [string, { kind: typeof kind; replace: boolean }] => {
      return [formatPath(path), { kind, replace: path.length === 1 && (path[0] === "name" || path[0] === "namespace") }];
    });
    const replaces = fields.filter(([, { replace }]) => replace).map(([path]) => path);
    return { changed: found.length > 0, fields: new Map(fields), replaces, deleteBeforeReplace: false };
  }

  /** Installs a release. One of the same name that we did not make is left alone. */
  public async create(call: CreateCall): Promise<ResourceAnswer> {
    const inputs = plain(call.properties);
    if (call.preview) return this.preview(call.urn, call.properties);
    await this.session.cluster();
    return this.withHelm(async (helm) => {
      await this.mayInstall(helm, call.urn, inputs);
      return this.upgrade(helm, call.urn, call.properties);
    });
  }

  /** Upgrades a release. */
  public async update(call: UpdateCall): Promise<ResourceAnswer> {
    if (call.preview) return { ...this.preview(call.urn, call.news), id: call.id };
    await this.session.cluster();
    return this.withHelm(async (helm) => {
      const inputs = plain(call.news);
      const found = await releaseMetadata(helm, refOf(inputs));
      await this.mendInterrupted(helm, call.urn, { inputs, status: textAt(found ?? {}, "status") });
      return this.upgrade(helm, call.urn, call.news);
    });
  }

  /** Reads a release; one that is gone has an empty id. */
  public async read(call: ReadCall): Promise<ReadAnswer> {
    await this.session.cluster();
    const { namespace, name } = parseId(call.id);
    const deployed = await this.withHelm((helm) => deployedRelease(helm, { namespace, name }));
    if (!deployed) return { id: "", properties: {}, inputs: {} };
    const known = Object.keys(call.inputs).length > 0;
    const inputs = known ? call.inputs : importedInputs(deployed);
    return { id: call.id, properties: stateOf(inputs, deployed), inputs };
  }

  /** Uninstalls a release. */
  public async delete(call: DeleteCall): Promise<void> {
    await this.session.cluster();
    const { namespace, name } = parseId(call.id);
    const { __inputs } = plain(call.properties);
    const args = uninstallArguments({ ...(isJsonObject(__inputs) ? __inputs : {}), namespace, name });
    try {
      await this.withHelm((helm) => helm.run(args));
    } catch (error) {
      if (!/not found/.test(messageOf(error))) throw error;
    }
  }

  private preview(urn: string, properties: JsonObject): ResourceAnswer {
    if (!findHelm(this.env)) this.session.log.message("warning", urn, `${NO_HELM}; the update will fail`);
    return { id: "", properties: { ...properties, resourceNames: UNKNOWN, status: UNKNOWN } };
  }

  /**
   * A release under the name must be the one of this resource, made before its state could be kept: one that never came to be, and with
   * `upsertExistingObjects` also one that did. Everything else is refused, as the official provider refuses every name in use. Without
   * that setting an owned one is, too: it may be what this resource is about to replace, and would be uninstalled afterwards.
   */
  private async mayInstall(helm: HelmCommand, urn: string, inputs: JsonObject): Promise<void> {
    const ref = refOf(inputs);
    const found = await releaseMetadata(helm, ref);
    if (!found) return;
    const status = textAt(found, "status");
    const resumes = this.session.settings.upsertExistingObjects || (NEVER_CAME_TO_BE.has(status) && Number(found["revision"]) === 1);
    if (!resumes || !(await this.isOwned(helm, urn, inputs))) {
      throw new Error(
        `cannot re-use the name ${idOf(ref.namespace, ref.name)}: a Helm release of that name exists (${status}). ` +
          "Import it, choose another name, or uninstall it",
      );
    }
    await this.mendInterrupted(helm, urn, { inputs, status });
  }

  private async isOwned(helm: HelmCommand, urn: string, inputs: JsonObject): Promise<boolean> {
    const listing = ownedArguments(inputs, { version: await helm.version(), owner: ownerOf(urn) });
    return listing !== undefined && (await helm.run(listing)).trim() !== "[]";
  }

  /** Helm refuses a release in the middle of an operation. Nobody ends the one of a run that was killed: it is taken back here. */
  private async mendInterrupted(
    helm: HelmCommand,
    urn: string,
    { inputs, status }: { readonly inputs: JsonObject; readonly status: string },
  ): Promise<void> {
    const ref = refOf(inputs);
    if (!status.startsWith("pending-")) return;
    const mend = status === "pending-install" ? "uninstall" : "rollback";
    this.session.log.message("warning", urn, `Helm release "${idOf(ref.namespace, ref.name)}" was left ${status}: ${mend} before going on`);
    await helm.run(mend === "uninstall" ? uninstallArguments(inputs) : rollbackArguments(inputs));
  }

  private async upgrade(helm: HelmCommand, urn: string, properties: JsonObject): Promise<ResourceAnswer> {
    const inputs = plain(properties);
    if (hasUnknowns(inputs)) throw new Error("inputs of the release are still unknown");
    const ref = refOf(inputs);
    const id = idOf(ref.namespace, ref.name);
    const valuesFile = helm.file(JSON.stringify(inputs["values"] ?? {}));
    this.session.log.status(urn, `helm is installing ${textAt(inputs, "chart")}`);
    try {
      const [version, source] = [await helm.version(), await chartSource(helm, inputs)];
      await helm.run(upgradeArguments(inputs, { version, source, valuesFile, owner: ownerOf(urn) }));
    } catch (error) {
      const deployed = error instanceof HelmError ? await deployedRelease(helm, ref) : undefined;
      if (!deployed) throw error;
      const message = `Helm release "${id}" exists, but did not become ready: ${messageOf(error)}`;
      throw new PartialFailure(message, { id, properties: stateOf(properties, deployed) });
    } finally {
      this.session.log.status(urn, "");
    }
    const deployed = await deployedRelease(helm, ref);
    if (!deployed) throw new Error(`Helm release "${id}" was installed, but helm does not know it`);
    return { id, properties: stateOf(properties, deployed) };
  }

  /** Helm for one operation; its files are gone afterwards, however it ends. */
  private async withHelm<T>(work: (helm: HelmCommand) => Promise<T>): Promise<T> {
    const program = findHelm(this.env);
    if (!program) throw new Error(`${NO_HELM}, then run again`);
    const helm = new HelmCommand(program, this.session.settings, this.session.signal);
    try {
      return await work(helm);
    } finally {
      helm.close();
    }
  }
}

/** States of a first installation that failed, or was cut off. */
const NEVER_CAME_TO_BE: ReadonlySet<string> = new Set(["pending-install", "failed"]);

function refOf(inputs: JsonObject): ReleaseRef {
  return { namespace: textAt(inputs, "namespace"), name: textAt(inputs, "name") };
}

/** The resource as the value of a label: no URN fits one. */
function ownerOf(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 40);
}

const NO_HELM = "a helm.sh/v3:Release needs the helm program, and there is none: install helm 3 or 4 on PATH, or name it in HELM";

/** As the official provider: the inputs are secret as a whole, since values often are. */
function stateOf(inputs: JsonObject, { values, version, resourceNames, status }: DeployedRelease): JsonObject {
  const outputs = { ...plain(inputs), ...(Object.keys(values).length > 0 && { values }), version, resourceNames, status };
  return { ...annotateSecrets(outputs, inputs), __inputs: makeSecret(inputs) };
}

function importedInputs({ values, version, status }: DeployedRelease): JsonObject {
  return unsaid({
    name: textAt(status, "name"),
    namespace: textAt(status, "namespace"),
    chart: textAt(status, "chart"),
    version,
    ...(Object.keys(values).length > 0 && { values }),
  });
}
