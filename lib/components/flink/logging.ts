/** Log configuration of a cluster: to the console, and to a file that the REST API serves. */

import { compareText } from "#lib/core/order";
import type { FlinkPodSettings } from "./schema";

/** File of log4j 2 that native mode starts Flink's processes with. */
export const LOG_FILE = "log4j-console.properties";

const LAYOUT = "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n";

/** The content of {@link LOG_FILE}. */
export function logConfiguration({ level, loggers }: NonNullable<FlinkPodSettings["logging"]>): string {
  const lines = [
    `rootLogger.level = ${level}`,
    "rootLogger.appenderRef.console.ref = ConsoleAppender",
    "rootLogger.appenderRef.file.ref = FileAppender",
    ...appender("console", { name: "ConsoleAppender", type: "CONSOLE" }),
    // At most two files of 50 MB, so that logs cannot fill the node.
    ...appender("file", {
      name: "FileAppender",
      type: "RollingFile",
      fileName: "${sys:log.file}",
      filePattern: "${sys:log.file}.%i",
      "policies.type": "Policies",
      "policies.size.type": "SizeBasedTriggeringPolicy",
      "policies.size.size": "50MB",
      "strategy.type": "DefaultRolloverStrategy",
      "strategy.max": "1",
    }),
    ...Object.entries(loggers)
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([name, own], i) => [`logger.l${i}.name = ${name}`, `logger.l${i}.level = ${own}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function appender(id: string, settings: Readonly<Record<string, string>>): string[] {
  const all = { ...settings, "layout.type": "PatternLayout", "layout.pattern": LAYOUT };
  return Object.entries(all).map(([key, value]) => `appender.${id}.${key} = ${value}`);
}
