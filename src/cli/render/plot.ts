/** The KL-against-win-rate picture in a terminal: fits in braille, checkpoints as the arm's marker, told apart without colour. */
import type { GapPicture, PictureArm } from '../../core/figures/picture';
import { klAxis, linearAxis, mayStretch, percent, position, valueAt, type Axis } from '../../core/figures/scale';
import type { Colors } from '../colors';
import { oneLine } from './table';

export const ARM_MARKERS = ['●', '▲', '■', '◆', '✚', '✖'];
const markerOf = (arm: PictureArm) => ARM_MARKERS[arm.style % ARM_MARKERS.length] ?? '●';

/** Bit of each dot of a braille cell, by [row][column]. */
const DOTS = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const;
/** A full line for the first arm; gaps of so many dots for the next ones. */
const GAPS = [0, 3, 1, 5, 2, 4];
const GUTTER = 7;

/** `ink`: an arm's place in the palette, or a helping line. */
interface Cell {
  text: string;
  ink: number | 'line';
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly cells: Cell[][];
}

export interface PlotSize {
  readonly columns: number;
  readonly rows?: number;
}

export function plotPicture(picture: GapPicture, colors: Colors, size: PlotSize): string {
  const points = picture.arms.flatMap((arm) => [...arm.points, ...arm.fit]);
  if (points.length === 0) return 'Nothing to draw yet: no checkpoint has both KL and win rate.\n';
  const marks = [picture.budget, picture.bound].flatMap((value) => (value === undefined ? [] : [value]));
  const furthest = Math.max(...points.map(({ x }) => x));
  // A line far to the right of all data would squeeze the data; it is then named in the legend only.
  const x = klAxis([...points.map((point) => point.x), ...marks.filter((mark) => mayStretch(mark, furthest))], 'KL(π‖π_ref), nats per sequence (√ scale)');
  const y = linearAxis('Win rate', points.map((point) => point.y), { format: percent, wanted: 6, include: picture.reference === undefined ? [] : [picture.reference] });
  const canvas = blank(Math.max(30, Math.min(size.columns, 110) - GUTTER - 1), size.rows ?? 18);
  drawRules(canvas, picture, { x, y });
  for (const arm of picture.arms) drawFit(canvas, arm, { x, y });
  for (const arm of picture.arms) drawPoints(canvas, arm, { x, y });
  return [`${y.label} against the golden policy`, ...withYAxis(canvas, y, colors), ...xAxisLines(canvas, x), '', legend(picture, colors, canvas.width), ''].join('\n');
}

function blank(width: number, height: number): Canvas {
  return { width, height, cells: Array.from({ length: height }, () => Array.from({ length: width }, () => ({ text: ' ', ink: 'line' as const }))) };
}

interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

function put(canvas: Canvas, [column, row]: readonly [number, number], text: string, ink: Cell['ink']): void {
  const cell = canvas.cells[row]?.[column];
  if (cell !== undefined) Object.assign(cell, { text, ink });
}

const columnOf = (canvas: Canvas, axis: Axis, value: number) => Math.round(position(axis, value) * (canvas.width - 1));
const rowOf = (canvas: Canvas, axis: Axis, value: number) => Math.round((1 - position(axis, value)) * (canvas.height - 1));

function drawRules(canvas: Canvas, { budget, bound, reference }: GapPicture, { x, y }: Axes): void {
  if (reference !== undefined) for (let c = 0; c < canvas.width; c += 2) put(canvas, [c, rowOf(canvas, y, reference)], '·', 'line');
  for (const [value, sign] of [[bound, '┊'], [budget, '│']] as const) {
    if (value === undefined || value > x.max) continue;
    for (let r = 0; r < canvas.height; r += 1) put(canvas, [columnOf(canvas, x, value), r], sign, 'line');
  }
}

function drawFit(canvas: Canvas, arm: PictureArm, { x, y }: Axes): void {
  const gap = GAPS[arm.style % GAPS.length] ?? 0;
  const [first, last] = [arm.fit[0], arm.fit.at(-1)];
  if (first === undefined || last === undefined) return;
  const dotsAcross = canvas.width * 2 - 1;
  for (let dot = Math.ceil(position(x, first.x) * dotsAcross); dot <= position(x, last.x) * dotsAcross; dot += 1) {
    if (gap > 0 && dot % (gap * 2) >= gap) continue;
    const value = interpolate(arm.fit, valueAt(x, dot / dotsAcross));
    const down = Math.round((1 - position(y, value)) * (canvas.height * 4 - 1));
    const cell = canvas.cells[Math.floor(down / 4)]?.[Math.floor(dot / 2)];
    if (cell === undefined) continue;
    const code = cell.text.charCodeAt(0);
    const before = code >= 0x2800 && code <= 0x28ff ? code : 0x2800;
    cell.text = String.fromCharCode(before | (DOTS[(down % 4) as 0 | 1 | 2 | 3][(dot % 2) as 0 | 1]));
    cell.ink = arm.style;
  }
}

function interpolate(curve: PictureArm['fit'], x: number): number {
  const right = Math.max(1, curve.findIndex((point) => point.x >= x));
  const [a, b] = [curve[right - 1], curve[right]];
  if (a === undefined || b === undefined) return a?.y ?? NaN;
  const share = b.x === a.x ? 0 : (x - a.x) / (b.x - a.x);
  return a.y + Math.min(1, Math.max(0, share)) * (b.y - a.y);
}

function drawPoints(canvas: Canvas, arm: PictureArm, { x, y }: Axes): void {
  for (const point of arm.points) put(canvas, [columnOf(canvas, x, point.x), rowOf(canvas, y, point.y)], markerOf(arm), arm.style);
}

function withYAxis(canvas: Canvas, y: Axis, colors: Colors): string[] {
  const labels = new Map(y.ticks.map(({ at, label }) => [rowOf(canvas, y, at), label]));
  return canvas.cells.map((cells, row) => {
    const label = labels.get(row);
    return `${(label ?? '').padStart(GUTTER - 1)} ${label === undefined ? '│' : '┤'}${painted(cells, colors)}`;
  });
}

/** One escape sequence a stretch of one ink, none for what is blank at the end. */
function painted(cells: readonly Cell[], colors: Colors): string {
  const last = cells.findLastIndex(({ text }) => text !== ' ');
  const stretches: Cell[] = [];
  for (const { text, ink } of cells.slice(0, last + 1)) {
    const before = stretches.at(-1);
    if (before !== undefined && (before.ink === ink || text === ' ')) before.text += text;
    else stretches.push({ text, ink });
  }
  return stretches.map(({ text, ink }) => (text.trim() === '' ? text : ink === 'line' ? colors.dim(text) : colors.arm(ink, text))).join('');
}

function xAxisLines(canvas: Canvas, x: Axis): string[] {
  const rule = Array.from({ length: canvas.width }, () => '─');
  const labels = Array.from({ length: canvas.width + 6 }, () => ' ');
  let free = 0;
  for (const { at, label } of x.ticks) {
    const column = columnOf(canvas, x, at);
    const start = Math.max(0, column - Math.floor(label.length / 2));
    if (start < free) continue;
    rule[column] = '┬';
    for (const [i, character] of [...label].entries()) labels[start + i] = character;
    free = start + label.length + 1;
  }
  const indent = ' '.repeat(GUTTER);
  return [`${indent}└${rule.join('')}`, `${indent} ${labels.join('').trimEnd()}`, `${indent} ${' '.repeat(Math.max(0, Math.floor((canvas.width - x.label.length) / 2)))}${x.label}`];
}

/** Entries side by side, in as many lines as the width needs. */
function legend(picture: GapPicture, colors: Colors, width: number): string {
  const entries = [
    ...picture.arms.map((arm) => ({ text: `${markerOf(arm)} ${oneLine(arm.name)}`, style: arm.style })),
    ...ruleEntries(picture),
    ...(picture.reference === undefined ? [] : [{ text: `· reference policy ${percent(picture.reference)}` }]),
  ];
  const indent = ' '.repeat(GUTTER + 1);
  let used = 0;
  return entries.map((entry, i) => {
    const painted = 'style' in entry ? colors.arm(entry.style, entry.text) : entry.text;
    const before = i === 0 ? indent : used + 3 + entry.text.length > width ? `\n${indent}` : '   ';
    used = before === '   ' ? used + 3 + entry.text.length : entry.text.length;
    return before + painted;
  }).join('');
}

/** β 0.1 has its bound at 5 nats, the usual budget: one line then says both. */
function ruleEntries({ budget, bound }: GapPicture): { text: string }[] {
  if (budget !== undefined && budget === bound) return [{ text: `│ budget = 1/(2β) = ${budget} nats` }];
  return [
    ...(budget === undefined ? [] : [{ text: `│ budget ${budget} nats` }]),
    ...(bound === undefined ? [] : [{ text: `┊ 1/(2β) = ${Number(bound.toFixed(2))} nats` }]),
  ];
}
