/** Ours: a construct tree, a release, its files; prints the YAML as one text, as the peers do. */

import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { benchRelease } from "../release";

process.stdout.write([...unwrap(plainTree(benchRelease(Number(process.argv[2])))).values()].join(""));
