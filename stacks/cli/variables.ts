/** Environment variables that the command reads: the table of its reference page. */

/** A variable. */
interface Variable {
  readonly name: string;
  /** What it sets, and what holds without it. */
  readonly text: string;
}

/** Variables of this package first, then those of the programs and libraries that it follows. */
export const VARIABLES: readonly Variable[] = [
  {
    name: "BEAMSTACK_IAC_HOME",
    text: "folder of embedded control planes and their states; default `beamstack-iac/<project>` in `XDG_STATE_HOME`, else in `~/.local/state`",
  },
  { name: "BEAMSTACK_IAC_ENVIRONMENT", text: "environment of `synth` without an argument; default `local`" },
  {
    name: "BEAMSTACK_IAC_CHARTS",
    text: "absolute path of a folder with Helm charts, or address of a repository; default: that of each chart",
  },
  {
    name: "BEAMSTACK_IAC_TOOLCHAIN",
    text: "folders with programs, which take precedence over `PATH` and the cache ([toolchain](toolchain.md))",
  },
  { name: "BEAMSTACK_IAC_TOOLCHAIN_MIRROR", text: "mirror of release archives, or `off` ([toolchain](toolchain.md))" },
  {
    name: "BEAMSTACK_IAC_FLINK_JOB_SERVER",
    text: "path of the job server's jar for `pipeline run-local --on flink`; default: Maven downloads it",
  },
  { name: "BEAMSTACK_IAC_KUBERNETES_PROVIDER", text: "provider version that the program requests; set by `local env` only" },
  { name: "BEAMSTACK_IAC_CLUSTER_AWAY", text: "the cluster does not answer; set by `preview` for its program only" },
  { name: "BEAMSTACK_IAC_REHEARSAL", text: "backend of a rehearsal; set by `local env --rehearse` only" },
  { name: "XDG_CACHE_HOME", text: "folder of built programs and compiled environment files; default `~/.cache`" },
  {
    name: "PULUMI_BACKEND_URL",
    text: "place of the state of environments with a cluster of their own; default: `backend.url` of `Pulumi.yaml`, else `pulumi login`",
  },
  { name: "PULUMI_CONFIG_PASSPHRASE", text: "passphrase of secrets in the state; embedded environments generate one" },
  { name: "PULUMI_CONFIG_PASSPHRASE_FILE", text: "the same, in a file" },
  { name: "PULUMI_ACCESS_TOKEN", text: "token of Pulumi Cloud" },
  { name: "PULUMI_HOME", text: "folder of Pulumi's plugins and credentials; default `~/.pulumi`" },
  { name: "PULUMI_K8S_DELETE_UNREACHABLE", text: "`true`: drop objects of a cluster that is gone from the state" },
  { name: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE", text: "`true`: leave objects of an unreachable cluster as the state has them" },
  { name: "KUBECONFIG", text: "kubeconfigs, as for kubectl; default `~/.kube/config`" },
  { name: "HTTPS_PROXY", text: "proxy of clusters and downloads; `HTTP_PROXY` and `NO_PROXY` too" },
  { name: "NO_COLOR", text: "no colours, if it is not empty" },
];
