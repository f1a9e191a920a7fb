/** Windowing as Beam reads it. Source: Beam 2.77, yaml_provider.py, `_parse_window_spec`. */

import { nearest } from "#lib/core/schema";
import type { BeamPipelineDocument } from "../document";
import type { Finding } from "../finding";
import type { ValueSite } from "../node";
import { isKnown, refusedWindowing, shown } from "./refusal";

/** Parameters by type; true for one that must be given. */
const WINDOWS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  global: {},
  fixed: { size: true, offset: false },
  sliding: { size: true, period: true, offset: false },
  sessions: { gap: true },
};

/** What Beam refuses in a windowing. One that is a text is YAML of its own, and left to Beam. */
export function windowingFindings(document: BeamPipelineDocument, site: ValueSite): Finding[] {
  if (!isKnown(site) || typeof site.scalar === "string") return [];
  const type = site.entries.get("type");
  const parameters = WINDOWS[String(type?.scalar)];
  if (!type || !parameters) {
    const got = type ? `the window type ${shown(type)}` : "windowing without a type";
    return [refusedWindowing(document, type ?? site, { got, allowed: Object.keys(WINDOWS).join(", "), fix: "set one of these types" })];
  }
  const given = [...site.entries].filter(([name]) => name !== "type");
  const missing = Object.keys(parameters).filter((name) => parameters[name] === true && !site.entries.has(name));
  const allowed = Object.keys(parameters).join(", ") || "no parameters";
  const what = `a window of type ${String(type.scalar)}`;
  return [
    ...missing.map((name) =>
      refusedWindowing(document, site, { got: `${what} without ${name}`, allowed, fix: `add ${name}, such as ${name}: 60s` }),
    ),
    ...given.flatMap(([name, value]) => {
      const near = nearest(name, Object.keys(parameters));
      if (!Object.hasOwn(parameters, name))
        return [
          refusedWindowing(document, value, {
            got: `${what} with ${name}`,
            allowed,
            fix: near ? `did you mean ${near}?` : "remove it",
            start: site.keys.get(name) ?? value.start,
          }),
        ];
      return isDuration(value)
        ? []
        : [refusedWindowing(document, value, { got: shown(value), allowed: "a number with ms, s, m, h or d", fix: "write such as 60s" })];
    }),
  ];
}

function isDuration({ scalar }: ValueSite): boolean {
  return typeof scalar === "number" || /^[-+]?(?:\d+\.?\d*|\.\d+)(?:ms|s|m|h|d)?$/.test(String(scalar));
}
