/** The picture of the README: what `npm run up` prints when it is done, drawn from the release of the environment `local`. */

import { unwrap } from "#lib/core/problem";
import { STAGES } from "#lib/kube/stage";
import { loadEnvironment } from "#stacks/environments";

/** Width of a character and height of a line, in pixels. */
const CHARACTER = 7.8;
const LINE = 19;
const LEFT = 20;
const TOP = 44;

/** A line: its texts, each at a column. */
type Line = readonly { readonly column: number; readonly text: string; readonly color?: string; readonly bold?: boolean }[];

const TEXT = "#d4d7dd";
const GREEN = "#7fd18b";
const GREY = "#8b919c";

/** The picture as SVG. */
export function picture(): string {
  const { objects } = unwrap(loadEnvironment("local")).release;
  const rows = STAGES.flatMap((stage) => {
    const own = objects.filter((object) => object.stage === stage);
    const components = [...new Set(own.map(({ component }) => component))].sort();
    return own.length === 0 ? [] : [{ stage, count: `${own.length}`, components }];
  });
  const lines: readonly Line[] = [
    [
      { column: 0, text: "$", color: GREEN },
      { column: 2, text: "npm run up", bold: true },
    ],
    [],
    ...rows.map(({ stage, count }) => ready(stage, count)),
    [{ column: 0, text: `local is up: ${objects.length} objects, ${objects.length} created`, bold: true }],
    [],
    tableRow("stage", "objects", "components", GREY),
    ...rows.map(({ stage, count, components }) => tableRow(stage, count, components.join(", "))),
  ];
  return svg(lines);
}

function ready(stage: string, count: string): Line {
  return [
    { column: 0, text: "✓", color: GREEN },
    { column: 2, text: stage },
    { column: 22, text: `${count} of ${count} ready` },
  ];
}

function tableRow(stage: string, count: string, components: string, color = TEXT): Line {
  return [
    { column: 0, text: stage, color },
    { column: 20, text: count, color },
    { column: 29, text: components, color },
  ];
}

function svg(lines: readonly Line[]): string {
  const height = TOP + lines.length * LINE + 8;
  const texts = lines.flatMap((line, index) =>
    line.length === 0 ? [] : [`<text y="${TOP + index * LINE}">${line.map(span).join("")}</text>`],
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 ${height}" width="960" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">npm run up in a terminal</title>
<desc id="desc">Every stage of the lifecycle is ready; the environment local is up, with its objects and components by stage.</desc>
<rect width="960" height="${height}" rx="8" fill="#16191f"/>
<circle cx="20" cy="18" r="5" fill="#3a404b"/><circle cx="38" cy="18" r="5" fill="#3a404b"/><circle cx="56" cy="18" r="5" fill="#3a404b"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">
${texts.join("\n")}
</g>
</svg>
`;
}

function span({ column, text, color = TEXT, bold = false }: Line[number]): string {
  const place = `x="${(LEFT + column * CHARACTER).toFixed(1)}" textLength="${(text.length * CHARACTER).toFixed(1)}"`;
  return `<tspan ${place} fill="${color}"${bold ? ' font-weight="bold"' : ""}>${text}</tspan>`;
}
