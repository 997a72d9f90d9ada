/** Numbers out of what trainers print: verl's `step:1 - key:value - …` and Python dictionaries. Linear in the line's length. */
import { numberOf } from './values';

/** A terminal's colours, and what Ray puts before a line: `(TaskRunner pid=123)`. */
const COLOURS = /\u001b\[[0-9;]*m/g;
const NUMPY = /^(?:np\.)?(?:float|int)\d*\((.+)\)$/;
const TENSOR = /^tensor\(([^,)]+)[^)]*\)$/;
const LONGEST = 256 * 1024;

export const withoutColours = (text: string): string => (text.includes('\u001b') ? text.replace(COLOURS, '') : text);

interface PrintedRow {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** `step:7 - actor/pg_loss:0.01 - …`, undefined for any other line. */
export function verlLine(line: string): PrintedRow | undefined {
  const text = withoutColours(line.slice(0, LONGEST));
  const start = text.search(/(?:^|[\s)\]])step:\d/);
  if (start < 0) return undefined;
  const [first = '', ...parts] = text.slice(text.indexOf('step:', start)).split(' - ');
  const step = Number(first.slice('step:'.length));
  if (!Number.isSafeInteger(step) || parts.length === 0) return undefined;
  const values = Object.fromEntries(parts.flatMap((part): [string, number][] => {
    const colon = part.lastIndexOf(':');
    const number = printedNumber(part.slice(colon + 1));
    return colon <= 0 || number === undefined ? [] : [[part.slice(0, colon).trim(), number]];
  }));
  return { step, values };
}

/** The numbers of a printed dictionary, `{'loss': 0.5, 'lr': tensor(1., device='cuda:0')}`; texts and nested values are passed over. */
export function pythonNumbers(text: string): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  const pattern = /(['"])([^'"]{1,200})\1: ?(tensor\([^()]{1,100}\)|[^,{}[\]'"]{1,60}(?=[,}]))/g;
  for (const [, , key, value] of text.slice(0, LONGEST).matchAll(pattern)) {
    const number = printedNumber(value ?? '');
    if (key !== undefined && number !== undefined) Object.defineProperty(values, key, { value: number, enumerable: true, writable: true, configurable: true });
  }
  return values;
}

function printedNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return numberOf(NUMPY.exec(trimmed)?.[1] ?? TENSOR.exec(trimmed)?.[1]?.replace(/\.$/, '') ?? trimmed);
}
