/** Views of a run: live rows on a terminal, plain lines elsewhere, one JSON document per line with `--json`. */

import type { JsonObject } from "#lib/core/json";
import type { EngineEvent } from "../../engine/events";
import { API_VERSION, colorsFor, type Output, type TextStream } from "../output";
import { elapsed, rowCount, rowElapsed, rowState, rowWait } from "./row-text";
import type { Row, RunModel } from "./run-model";

/** A view of a run. */
export interface View {
  /** Called after the model has handled the event. */
  event(event: EngineEvent): void;
  /** Prints a line that is not an event of the engine. */
  note(line: string): void;
  /** Leaves the final state on the screen. */
  end(): void;
}

/** Chooses the view for the output. */
export function viewFor(model: RunModel, output: Output): View {
  const { stdout, stderr, env } = output.terminal;
  if (output.json) return jsonView(stdout);
  const live = stderr.isTTY === true && env["TERM"] !== "dumb" && !env["NO_COLOR"] && !env["CI"];
  return live ? liveView(model, output) : plainView(model, output);
}

/** One document per line: starts, ends, failures and messages. */
function jsonView(stdout: TextStream): View {
  const write = (kind: string, body: JsonObject): void => {
    stdout.write(jsonLine(kind, body));
  };
  return {
    event: (event) => {
      if (event.type === "message") {
        if (event.severity !== "debug" && event.text !== "")
          write("Message", { severity: event.severity, text: event.text, urn: event.urn });
      } else if (event.type !== "summary") {
        const { type, operation, urn, name: id, resourceType, differences } = event;
        write("Resource", { state: type, operation, id, urn, type: resourceType, differences });
      }
    },
    note: (text) => write("Message", { severity: "info", text }),
    end: () => {},
  };
}

/** One document as one line. */
export function jsonLine(kind: string, body: JsonObject): string {
  return `${JSON.stringify({ apiVersion: API_VERSION, kind, ...body })}\n`;
}

/** Interval at which plain lines report what is still running. */
const HEARTBEAT_MS = 5_000;

function plainView(model: RunModel, { terminal: { stderr } }: Output): View {
  const said = new Map<string, string>();
  const say = (row: Row): void => {
    const wait = rowWait(row, "id");
    const line = `${row.stage}: ${rowCount(row, model.kind)}, ${rowElapsed(row, Date.now())}${wait ? `; waiting for ${wait}` : ""}`;
    stderr.write(`${line}\n`);
  };
  const timer = setInterval(() => {
    for (const row of model.rows()) if (row.busy.length > 0) say(row);
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    event: () => {
      for (const row of model.rows()) {
        const state = `${rowState(row)} ${row.failed.length}`;
        if (said.get(row.stage) === state) continue;
        said.set(row.stage, state);
        if (rowState(row) === "done" || rowState(row) === "failed") say(row);
      }
    },
    note: (line) => void stderr.write(`${line}\n`),
    end: () => clearInterval(timer),
  };
}

/** More frames would only cost time. */
const FRAME_MS = 100;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function liveView(model: RunModel, { terminal: { stderr, env } }: Output): View {
  const colors = colorsFor(stderr, env);
  const began = Date.now();
  let drawn = 0;
  const marks = {
    waiting: () => colors.dim("·"),
    "at work": () => colors.cyan(SPINNER[Math.floor((Date.now() - began) / FRAME_MS) % SPINNER.length] ?? "·"),
    done: () => colors.green("✓"),
    failed: () => colors.red("✗"),
  };
  const line = (row: Row): string => {
    const head = `${row.stage.padEnd(19)} ${rowCount(row, model.kind).padEnd(16)} ${rowElapsed(row, Date.now()).padStart(11)}`;
    const wait = rowWait(row, "kind and name");
    return `${marks[rowState(row)]()} ${cut(wait ? `${head}  ${wait}` : head, (stderr.columns ?? 120) - 3)}`;
  };
  const erase = (): string => (drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : "");
  const draw = (above = ""): void => {
    const lines = [...model.rows().map(line), colors.dim(`  ${elapsed(Date.now() - began)}`)];
    stderr.write(`${erase()}${above}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    event: () => {},
    note: (text) => draw(`${text}\n`),
    end: () => {
      clearInterval(timer);
      draw();
    },
  };
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
}
