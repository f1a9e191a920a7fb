/** The longest time between two starts of a cron schedule, by a calendar of four years. */

import { Duration } from "./duration";

const SHORT: Readonly<Record<string, string>> = {
  "@annually": "0 0 1 1 *",
  "@yearly": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY = 86_400;

/** A day of the calendar. */
interface CalendarDay {
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

/** Every day of 2024 to 2027: a leap year and three others. 2024 begins on a Monday. */
const CALENDAR: readonly CalendarDay[] = [29, 28, 28, 28]
  .flatMap((february) => LENGTHS.flatMap((length, month) => daysOf(month + 1, month === 1 ? february : length)))
  .map((each, position) => ({ ...each, weekday: (position + 1) % 7 }));

function daysOf(month: number, length: number): Omit<CalendarDay, "weekday">[] {
  return Array.from({ length }, (_, day) => ({ day: day + 1, month }));
}

/** The longest time between two starts in UTC; `undefined` for a schedule that starts less than twice in four years. */
export function longestGap(schedule: string): Duration | undefined {
  const [minutes = "*", hours = "*", days = "*", months = "*", weekdays = "*"] = (SHORT[schedule.toLowerCase()] ?? schedule).split(/\s+/);
  const inDay = numbers(hours, [0, 23]).flatMap((hour) => numbers(minutes, [0, 59]).map((minute) => hour * 3600 + minute * 60));
  const isOn = dayTest({ days, months, weekdays });
  const starts = CALENDAR.flatMap((each, position) => (isOn(each) ? inDay.map((second) => position * DAY + second) : []));
  const gaps = starts.slice(1).map((start, position) => start - (starts[position] ?? start));
  return gaps.length === 0 ? undefined : Duration.seconds(gaps.reduce((longest, gap) => Math.max(longest, gap), 0));
}

/** Of two fields that are restricted, one is enough. Source: robfig/cron v3, dayMatches. */
function dayTest(fields: Readonly<Record<"days" | "months" | "weekdays", string>>): (each: CalendarDay) => boolean {
  const days = new Set(numbers(fields.days, [1, 31]));
  const months = new Set(numbers(fields.months, [1, 12], MONTHS));
  const weekdays = new Set(numbers(fields.weekdays, [0, 6], WEEKDAYS));
  const isEither = !fields.days.startsWith("*") && !fields.weekdays.startsWith("*");
  return ({ day, month, weekday }) => {
    const both = [days.has(day), weekdays.has(weekday)];
    return months.has(month) && (isEither ? both.includes(true) : !both.includes(false));
  };
}

/** Numbers of a field, sorted. */
function numbers(field: string, [min, max]: readonly [number, number], names: readonly string[] = []): number[] {
  const found = field.split(",").flatMap((part) => {
    const [range = "*", step = "1"] = part.split("/");
    const [from = min, to = part.includes("/") ? max : from] =
      range === "*" ? [min, max] : range.split("-").map((text) => numberOf(text, min, names));
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset).filter((each) => (each - from) % Number(step) === 0);
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function numberOf(text: string, min: number, names: readonly string[]): number {
  const position = names.indexOf(text.toLowerCase());
  return position < 0 ? Number(text) : position + min;
}
