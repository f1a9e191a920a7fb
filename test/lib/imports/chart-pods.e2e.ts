/** The real charts, rendered with the values of every environment: they make the pods that the facts say, and nothing in a closed namespace. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseChart } from "#lib/release/release";
import { renderChart } from "#stacks/import/chart-pods";
import { peerProgram } from "../../../bench/tools";
import { ENVIRONMENTS, releaseOf } from "../../network/environments";
import { type NamedPod, podsOf, renderedChart } from "../../network/pods";

/** Folder with whole charts by name; no package registry serves them. */
const CHART_FOLDER = process.env["BEAMSTACK_IAC_CHARTS"];
const scratch = mkdtempSync(join(tmpdir(), "chart-pods-"));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const title = "are those of the facts";

describe.each(Object.entries(ENVIRONMENTS))("pods of the charts of %s", (name, spec) => {
  if (CHART_FOLDER === undefined || !existsSync(CHART_FOLDER)) {
    test.skip(`${title} (skipped: set BEAMSTACK_IAC_CHARTS to a folder with the charts)`, () => undefined);
    return;
  }
  const release = releaseOf(spec);
  const whole = release.helmReleases.filter(({ chart }) => renderedChart(chart.facts ?? chart.name, "pods") !== undefined);
  const render = (one: ReleaseChart) => renderChart(one, CHART_FOLDER, peerProgram("helm", scratch));

  test(title, () => {
    const rendered = whole.flatMap((one) => render(one).pods.map((pod) => describePod(pod, pod.workload)));
    const known = podsOf(release, spec.network?.webhooks ?? "pods").filter(({ instance }) =>
      whole.some(({ chart }) => chart.name === instance),
    );
    const workloads = new Set(rendered.map(({ workload }) => workload));

    expect(known.filter(({ kind }) => workloads.has(kind) || !SERVERS.has(kind)).map((pod) => describePod(pod, pod.kind))).toEqual(
      rendered,
    );
  });

  if (name === "GKE Autopilot") {
    test("are all outside of kube-system, and so is everything else", () => {
      expect(whole.flatMap((one) => render(one).elsewhere)).toEqual([]);
    });
  }
});

/** Made by the operator of the chart. */
const SERVERS = new Set(["prometheus", "alertmanager"]);

type Described = Pick<NamedPod, "namespace" | "labels" | "ports" | "hostNetwork">;

function describePod({ namespace, labels, ports, hostNetwork }: Described, workload: string) {
  return { workload, namespace, labels, ports, hostNetwork };
}
