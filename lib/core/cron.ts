/** Schedules in the notation of cron. */

import { z } from "zod";

/** One field of cron: `*`, numbers, names, ranges, lists and steps, all within bounds. */
function cronField(min: number, max: number, names = ""): string {
  const number = Array.from({ length: max - min + 1 }, (_, step) => String(min + step))
    .reverse()
    .join("|");
  const value = `(?:0?(?:${number})${names && `|${names}`})`;
  const part = `(?:\\*|${value}(?:-${value})?)(?:/[1-9]\\d?)?`;
  return `${part}(?:,${part})*`;
}

const CRON = [
  cronField(0, 59),
  cronField(0, 23),
  cronField(1, 31),
  cronField(1, 12, "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"),
  cronField(0, 6, "sun|mon|tue|wed|thu|fri|sat"),
].join("\\s+");

/** A schedule. Source: robfig/cron v3, ParseStandard, which Karpenter and KubeRay read schedules with. */
export const cronSchema = z.string().regex(new RegExp(`^(?:@(?:annually|yearly|monthly|weekly|daily|midnight|hourly)|${CRON})$`, "i"), {
  error: "five fields of cron such as 0 9 * * mon-fri, or @daily",
});

/** A time zone of a schedule. */
export const timeZoneSchema = z
  .string()
  .regex(/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/, { error: "a name of the tz database such as Europe/Berlin" });
