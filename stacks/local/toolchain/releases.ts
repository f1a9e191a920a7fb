/** Official release archives: address, digest, and the public file that contains the digest. Data only. */

import { KUBERNETES_VERSION, type ModuleName } from "./parts";

/** Platforms with a search for archives, in Go's terms. */
export const PLATFORMS = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"] as const;

/** One of them. */
export type Platform = (typeof PLATFORMS)[number];

/** A file of an official release. */
export interface ReleaseArchive {
  readonly url: string;
  /** Hash algorithm, a colon, hex digits. */
  readonly digest: `sha256:${string}` | `sha512:${string}`;
  /** Repository and file with the digest. */
  readonly source: string;
  /**
   * Folder in the archive with the programs.
   *
   * @default the file is the program
   */
  readonly folder?: string;
  /**
   * What to unpack: the programs only, or the whole folder.
   *
   * @default "programs"
   */
  readonly takes?: "programs" | "folder";
}

/** Why the programs of a module are built on a platform. */
export interface NoArchive {
  readonly built: string;
}

/** Only the engine that we build needs a provider that we build: it runs where downloads may be impossible. */
const OF_THE_ENGINE: NoArchive = { built: "an official engine downloads the version of the SDK by itself" };

/** The release archive of each module's programs, by platform. */
export const RELEASES: Readonly<Record<ModuleName, Readonly<Record<Platform, ReleaseArchive | NoArchive>>>> = {
  pulumi: {
    "linux/amd64": pulumi("linux-x64", "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5"),
    "linux/arm64": pulumi("linux-arm64", "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853"),
    "darwin/amd64": pulumi("darwin-x64", "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534"),
    "darwin/arm64": pulumi("darwin-arm64", "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864"),
  },
  kubernetes: {
    "linux/amd64": kubernetes(
      "amd64",
      "016b09cb70b4335201095b96cd564059eece9ece9e945e045b4558afa9dbd99840cd7a48ed6c06a888276c939c8dc30afc8a7435689c9efd295a9f9de1f477c3",
    ),
    "linux/arm64": kubernetes(
      "arm64",
      "b5a74b68e3e88f420ff6bae262f0611a80360672a05170b71613babb4fd072f36b2f067347feb16f0a9c1b20bca01fc8c07d83e3a55ecd133615c9fa6e5066ca",
    ),
    "darwin/amd64": { built: "Kubernetes publishes its control plane for Linux only" },
    "darwin/arm64": { built: "Kubernetes publishes its control plane for Linux only" },
  },
  etcd: {
    "linux/amd64": etcd("amd64", "b4928654aed84d90952620c7144555e4186d795e1e7414e65fe0cf6265fd0465"),
    "linux/arm64": etcd("arm64", "5ab53ff70301fa9d782fa4b59fdfc1fae49ffdf427a0afb3cd313a93449800fc"),
    "darwin/amd64": { built: "no public package definition with the digest of etcd 3.6.13 for macOS was found" },
    "darwin/arm64": { built: "no public package definition with the digest of etcd 3.6.13 for macOS was found" },
  },
  kwok: {
    "linux/amd64": kwok("amd64", "56ca852c4aa5851b44e99019214942ec55c6b6c25cbf85bea91019c1931b3415"),
    "linux/arm64": kwok("arm64", "d66e9a2532ecfecff83de0f68ee1973a941b9c145ca246340cf9e8de8aeca033"),
    "darwin/amd64": { built: "no public package definition with the digest of kwok 0.7.0 for macOS was found" },
    "darwin/arm64": { built: "no public package definition with the digest of kwok 0.7.0 for macOS was found" },
  },
  "kubernetes-provider": {
    "linux/amd64": OF_THE_ENGINE,
    "linux/arm64": OF_THE_ENGINE,
    "darwin/amd64": OF_THE_ENGINE,
    "darwin/arm64": OF_THE_ENGINE,
  },
};

/** The archive of a module's programs for a platform, or the reason why there is none. */
export function releaseFor(module: ModuleName, platform: string): ReleaseArchive | NoArchive {
  const known = PLATFORMS.find((one) => one === platform);
  return known === undefined ? { built: `no archive for ${platform} is pinned` } : RELEASES[module][known];
}

/** The language hosts find each other beside the engine, so the whole folder is unpacked. */
function pulumi(platform: string, sha256: string): ReleaseArchive {
  return {
    url: `https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-${platform}.tar.gz`,
    digest: `sha256:${sha256}`,
    source: "pulumi/homebrew-tap 51fb494f9549 Formula/pulumi.rb",
    folder: "pulumi",
    takes: "folder",
  };
}

/** No public list has digests of the single programs; the release notes have those of the archives, in SHA-512. */
function kubernetes(architecture: string, sha512: string): ReleaseArchive {
  return {
    url: `https://dl.k8s.io/v${KUBERNETES_VERSION}/kubernetes-server-linux-${architecture}.tar.gz`,
    digest: `sha512:${sha512}`,
    source: "kubernetes/kubernetes 008b3652959c CHANGELOG/CHANGELOG-1.34.md",
    folder: "kubernetes/server/bin",
  };
}

function etcd(architecture: string, sha256: string): ReleaseArchive {
  return {
    url: `https://github.com/etcd-io/etcd/releases/download/v3.6.13/etcd-v3.6.13-linux-${architecture}.tar.gz`,
    digest: `sha256:${sha256}`,
    source: "kubernetes-sigs/kubespray 46dbdd3994b3 roles/kubespray_defaults/vars/main/checksums.yml",
    folder: `etcd-v3.6.13-linux-${architecture}`,
  };
}

function kwok(architecture: string, sha256: string): ReleaseArchive {
  return {
    url: `https://github.com/kubernetes-sigs/kwok/releases/download/v0.7.0/kwok-linux-${architecture}`,
    digest: `sha256:${sha256}`,
    source: "archlinux/aur (branch kwok-bin, 0.7.0-1) PKGBUILD",
  };
}
