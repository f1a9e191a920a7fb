/** How the memory of a pod is divided between the JVM's heap and everything else. */

import type { Size } from "#lib/core/size";

/** Share of the heap that is added for other memory. Source: Spark 4.0 documentation, spark.kubernetes.memoryOverheadFactor. */
const OVERHEAD = { jvm: 0.1, other: 0.4 } as const;

/** Least memory besides the heap, in MiB. Source: the same, spark.driver.minMemoryOverhead. */
const LEAST_OVERHEAD = 384;

/** Least heap that Spark starts with, in MiB: 1.5 times its reserved memory of 300. Source: Spark 4.0, UnifiedMemoryManager. */
const LEAST_HEAP = 450;

/** Heap and overhead, in MiB; together the memory of the pod. */
export interface SparkMemory {
  readonly heap: number;
  readonly overhead: number;
}

/** Divides the memory of a pod; programs in Python and R need memory besides the JVM. */
export function divideMemory(memory: Size, language: keyof typeof OVERHEAD): SparkMemory {
  const total = Math.floor(memory.inMebibytes);
  const overhead = Math.max(LEAST_OVERHEAD, total - Math.floor(total / (1 + OVERHEAD[language])));
  return { heap: total - overhead, overhead };
}

/** Does Spark start with this memory? */
export function isEnough({ heap }: SparkMemory): boolean {
  return heap >= LEAST_HEAP;
}
