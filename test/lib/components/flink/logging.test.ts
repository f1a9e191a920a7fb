/** Log configuration of a cluster. */

import type { FlinkClusterProps } from "#lib/components/flink/index";
import { specOf } from "./cluster";

function properties(logging: FlinkClusterProps["logging"]): Map<string, string> {
  const text = String(specOf({ logging }, "logConfiguration", "log4j-console.properties"));
  const lines = text.trimEnd().split("\n");
  return new Map(lines.map((line) => [line.split(" = ")[0] ?? "", line.split(" = ").slice(1).join(" = ")]));
}

test("leaves the operator's own log configuration alone when nothing is said", () => {
  expect(specOf({}, "logConfiguration")).toBeUndefined();
});

test("keeps the file that the REST API serves beside the console", () => {
  const written = properties({ level: "WARN" });

  expect(written.get("rootLogger.level")).toBe("WARN");
  expect(written.get("appender.file.fileName")).toBe("${sys:log.file}");
  expect([...written.keys()].filter((key) => key.startsWith("rootLogger.appenderRef"))).toHaveLength(2);
});

test("names loggers in one order, whatever the order in which they were given", () => {
  const loggers = { "org.b": "DEBUG", "org.a": "TRACE" } as const;
  const turned = { "org.a": "TRACE", "org.b": "DEBUG" } as const;

  expect(properties({ loggers })).toEqual(properties({ loggers: turned }));
  expect(properties({ loggers }).get("logger.l0.name")).toBe("org.a");
});
