/** Parameters of `ray start` that users may set. */

/**
 * The others are set by a prop or by KubeRay, or would change what the platform relies on: addresses and ports of flows, probes and metrics.
 * Source: `ray start --help` of Ray 2.58.0.
 */
export const START_PARAMS = [
  "dashboard-agent-grpc-port",
  "include-log-monitor",
  "log-color",
  "log-style",
  "max-worker-port",
  "min-worker-port",
  "node-manager-port",
  "object-manager-port",
  "object-spilling-directory",
  "runtime-env-agent-port",
  "worker-port-list",
] as const;
