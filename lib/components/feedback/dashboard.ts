/** Dashboard of feedback loops. */

import type { DashboardContent } from "#lib/kube/monitoring";

const LOOP = 'loop=~"$loop"';

/** What models see, and what became of their candidates. */
export const feedbackDashboard: DashboardContent = {
  uid: "beamstack-feedback",
  title: "Feedback",
  variables: [{ name: "loop", metric: "beamstack_feedback_champion_version", label: "loop" }],
  rows: [
    {
      title: "Data",
      panels: [
        {
          title: "Drift",
          type: "series",
          unit: "short",
          description: "Population stability index of each column: 0.1 is some drift, 0.2 much.",
          queries: { "{{loop}} {{column}}": `max by (loop, column) (beamstack_feedback_drift{${LOOP}})` },
        },
        {
          title: "Missing values",
          type: "series",
          unit: "percentunit",
          description: "Share of rows without a value.",
          queries: { "{{loop}} {{column}}": `max by (loop, column) (beamstack_feedback_missing_share{${LOOP}})` },
        },
        {
          title: "Rows",
          type: "series",
          unit: "short",
          description: "Rows of today's table.",
          queries: { "{{loop}}": `max by (loop) (beamstack_feedback_rows{${LOOP}})` },
        },
      ],
    },
    {
      title: "Model",
      panels: [
        {
          title: "Version that serves",
          type: "series",
          unit: "short",
          description: "Number of the version with the alias champion: it rises with a promotion, and falls when one is taken back.",
          queries: { "{{loop}}": `max by (loop) (beamstack_feedback_champion_version{${LOOP}})` },
        },
        {
          title: "Share of the newer version",
          type: "series",
          unit: "percentunit",
          description: "Requests that a version gets while it is rolled out.",
          queries: { "{{loop}} {{version}}": `max by (loop, version) (beamstack_feedback_canary_percent{${LOOP}}) / 100` },
        },
        {
          title: "Candidates",
          type: "series",
          unit: "short",
          description: "State of the last candidate.",
          queries: { "{{loop}} {{version}} {{state}}": `max by (loop, version, state) (beamstack_feedback_candidate{${LOOP}})` },
        },
        {
          title: "Failures",
          type: "series",
          unit: "ops",
          description: "Comparisons, and looks at the registry and the service, that fail.",
          queries: { "{{loop}} {{step}}": `sum by (loop, step) (rate(beamstack_feedback_failures_total{${LOOP}}[10m]))` },
        },
      ],
    },
  ],
};
