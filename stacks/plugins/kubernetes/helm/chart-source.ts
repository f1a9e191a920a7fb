/** Where helm takes a chart from. Credentials go through private files: a command line can be read by everybody on the machine. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import { textAt } from "../kube-fields";
import type { HelmCommand } from "./helm-command";

/** A chart as helm is told of it. */
export interface ChartSource {
  readonly chart: string;
  readonly options: readonly string[];
}

/** Inputs of `repositoryOpts`, and helm's options of the same meaning. */
const OPTIONS: Readonly<Record<string, string>> = { repo: "--repo", caFile: "--ca-file", certFile: "--cert-file", keyFile: "--key-file" };

/** All inputs of `repositoryOpts`. */
export const REPOSITORY_INPUTS: readonly string[] = [...Object.keys(OPTIONS), "username", "password"];

/** The name that a repository with credentials gets for one command. */
const NAME = "repository";

/** The chart of a Release; with a repository that asks for credentials, its index is fetched first. */
export async function chartSource(helm: HelmCommand, inputs: JsonObject): Promise<ChartSource> {
  const given = isJsonObject(inputs["repositoryOpts"]) ? inputs["repositoryOpts"] : {};
  const [username, password, repo] = [textAt(given, "username"), textAt(given, "password"), textAt(given, "repo")];
  // As the official provider: what is no address is the name of a repository that helm knows.
  const url = repo.includes("://") ? repo : "";
  const chart = repo === url ? textAt(inputs, "chart") : `${repo}/${textAt(inputs, "chart")}`;
  const options = optionArguments({ ...given, repo: url }, OPTIONS);
  if (username === "" && password === "") return { chart, options };
  if (chart.startsWith("oci://")) {
    const auth = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
    const config = helm.file(JSON.stringify({ auths: { [registryKey(new URL(chart).host)]: { auth } } }));
    return { chart, options: [...options, `--registry-config=${config}`] };
  }
  // For a chart by its own address, or of a repository that it knows, helm takes credentials in no other way.
  if (url === "") return { chart, options: [...options, ...optionArguments(given, { username: "--username", password: "--password" })] };
  const { caFile, certFile, keyFile } = given;
  const repository = { name: NAME, url, username, password, caFile, certFile, keyFile };
  const config = helm.file(JSON.stringify({ apiVersion: "v1", repositories: [repository] }));
  const at = [`--repository-config=${config}`, `--repository-cache=${helm.folderFor("repositories")}`];
  // Helm 4 fails by itself where an index cannot be had.
  const strict = (await helm.version()).major < 4 ? ["--fail-on-repo-update-fail"] : [];
  await helm.run(["repo", "update", ...strict, ...at]);
  return { chart: `${NAME}/${chart}`, options: at };
}

/** Docker Hub's credentials stand under an address of their own. Source: oras-go, registry/remote/credentials. */
function registryKey(host: string): string {
  return ["docker.io", "index.docker.io", "registry-1.docker.io"].includes(host) ? "https://index.docker.io/v1/" : host;
}

/** Options for those inputs that say something. */
export function optionArguments(from: JsonObject, options: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(options).flatMap(([input, option]) => {
    const value = textAt(from, input);
    return value === "" ? [] : [`${option}=${value}`];
  });
}
