/** Folders of dashboards: one for each stage of the life cycle, and one for the dashboard that Grafana opens first. */

import type { Stage } from "#lib/kube/stage";

/** Folder of what belongs to no stage. */
export const GENERAL_FOLDER = "Beamstack";

/** Stable id of the home dashboard. */
export const HOME = "beamstack-home";

/** Where the sidecar puts the home dashboard. Source: value grafana.sidecar.dashboards.folder of the chart, and its folder annotation. */
export const HOME_FILE = `/tmp/dashboards/${GENERAL_FOLDER}/${HOME}.json`;

/** Name of a stage for people, and of the folder of its dashboards: `Model serving`. */
export function stageTitle(stage: Stage): string {
  return stage.charAt(0).toUpperCase() + stage.slice(1).replaceAll("-", " ");
}
