import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartSource } from "#stacks/program/chart-source";

const chart = { name: "cert-manager", version: "v1.19.1", repository: "https://charts.jetstack.io" };
const oci = { ...chart, repository: "oci://quay.io/jetstack/charts" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "charts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ["the repository that the component pins", chart, "", { chart: "cert-manager", repositoryOpts: { repo: "https://charts.jetstack.io" } }],
  ["an OCI address in whole", oci, "", { chart: "oci://quay.io/jetstack/charts/cert-manager" }],
  ["a mirror", oci, "https://charts.example.com/", { chart: "cert-manager", repositoryOpts: { repo: "https://charts.example.com" } }],
  ["a mirror in a registry", chart, "oci://registry.example.com/charts", { chart: "oci://registry.example.com/charts/cert-manager" }],
])("a chart comes from %s", (_, pinned, mirror, source) => {
  expect(chartSource({ chart: pinned }, mirror)).toEqual(source);
});

test("a chart comes from the archive in the folder of charts", () => {
  const path = join(folder, "cert-manager-v1.19.1.tgz");
  writeFileSync(path, "");

  expect(chartSource({ chart }, folder)).toEqual({ chart: path });
});

test.each([
  [chart, "cert-manager --repo https://charts.jetstack.io"],
  [oci, "oci://quay.io/jetstack/charts/cert-manager"],
])("a chart that is not in the folder is named with the command that fetches it", (pinned, source) => {
  expect(() => chartSource({ chart: pinned }, folder)).toThrow(
    `BEAMSTACK_IAC_CHARTS names a folder without cert-manager-v1.19.1.tgz; where there is a network, run helm pull ${source} --version v1.19.1 -d ${folder}`,
  );
});

test("a relative folder is refused: the program runs in another folder than its user", () => {
  expect(() => chartSource({ chart }, "charts")).toThrow(/give the whole path/);
});
