/** The table of release archives: consistent with the pins, and with the page that shows it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#stacks/local/files";
import { type ModuleName, PARTS } from "#stacks/local/toolchain/parts";
import { PLATFORMS, RELEASES, type ReleaseArchive, releaseFor } from "#stacks/local/toolchain/releases";

const MODULES = Object.keys(RELEASES) as ModuleName[];

const archives = MODULES.flatMap((module) =>
  PLATFORMS.flatMap((platform): [string, ModuleName, ReleaseArchive][] => {
    const release = releaseFor(module, platform);
    return "built" in release ? [] : [[`${module} for ${platform}`, module, release]];
  }),
);

test.each(archives)("%s is of the version that is pinned", (_name, module, { url, folder }) => {
  const versions = PARTS.filter((part) => part.module === module).map(({ version }) => version);
  const named = [url, folder ?? ""].flatMap((text) => text.match(/\d+\.\d+\.\d+/g) ?? []);

  expect(new Set(named)).toEqual(new Set(versions));
});

test.each(archives)("%s has a digest of the length of its hash, and says where that was found", (_name, _module, { digest, source }) => {
  expect(digest).toMatch(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
  expect(source).toMatch(/^[\w.-]+\/[\w.-]+ .+/);
});

test.each(archives)("%s is its program, or an archive with a folder of programs", (_name, module, { url, folder }) => {
  expect(url.endsWith(".tar.gz")).toBe(folder !== undefined);
  if (folder === undefined) expect(PARTS.filter((part) => part.module === module)).toHaveLength(1);
});

test("no two archives are the same file", () => {
  expect(new Set(archives.map(([, , { url }]) => url)).size).toBe(archives.length);
  expect(new Set(archives.map(([, , { digest }]) => digest)).size).toBe(archives.length);
});

test("a platform that nobody looked for archives of is built for", () => {
  expect(releaseFor("etcd", "linux/s390x")).toEqual({ built: "no archive for linux/s390x is pinned" });
});

test("the page on the toolchain has a row for each module and platform, as the table says", () => {
  const page = readFileSync(join(packageRoot(), "docs/toolchain.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| [\w-]+ \| (linux|darwin)\//.test(line));

  expect(rows).toEqual(
    MODULES.flatMap((module) =>
      PLATFORMS.map((platform) => {
        const release = releaseFor(module, platform);
        const cells = "built" in release ? ["built", release.built] : [`\`${release.url}\``, release.source];
        return `| ${[module, platform, ...cells].join(" | ")} |`;
      }),
    ),
  );
});
