/** Ours: a construct tree, a release, its files; the YAML goes to standard output, as one text like that of the peers. */

import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { benchRelease } from "../release";

process.stdout.write([...unwrap(plainTree(benchRelease(Number(process.argv[2])))).values()].join(""));
