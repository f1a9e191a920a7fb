/** Ours: a construct tree, a release, its files; the YAML goes to standard output. */

import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { benchRelease } from "../release";

for (const text of unwrap(plainTree(benchRelease(Number(process.argv[2])))).values()) process.stdout.write(text);
