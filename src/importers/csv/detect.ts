/** CSV files that look like a log: a header with a step or a metric, numbers below. */
import path from 'node:path';
import { stepColumn } from '../columns';
import type { Detection, Look } from '../contract';
import { wholeLines } from '../jsonl/detect';
import { claimsOnFiles } from '../look';
import { fieldsOf, valueOf } from './format';
import { shapeOf } from './raw';

const NAME = /\.(csv|tsv)$/i;
const METRIC = /loss|reward|kl|accura|win|margin|logp|entropy|metric/i;

export const detectCsv = (look: Look): Promise<Detection[]> => claimsOnFiles(look, (name) => NAME.test(name), claim);

function claim(file: string, head: Buffer): Detection[] {
  const name = path.basename(file);
  if (!NAME.test(name)) return [];
  const [first, ...rest] = wholeLines(head);
  if (first === undefined || rest.length === 0) return [];
  const shape = shapeOf(first, fieldsOf);
  if (!shape.hasHeader || shape.columns.length < 2) return [];
  const { column } = stepColumn((candidate) => shape.columns.includes(candidate));
  const metric = shape.columns.find((candidate) => candidate !== column && METRIC.test(candidate));
  const hasNumbers = rest.some((line) => fieldsOf(line, shape.delimiter).filter((field) => typeof valueOf(field.trim(), shape.delimiter) === 'number').length >= 2);
  if (!hasNumbers || (column === undefined && metric === undefined)) return [];
  const says = [column, metric].filter((part) => part !== undefined).join(' and ');
  return [{ source: 'csv', path: file, confidence: column !== undefined && metric !== undefined ? 0.6 : 0.3, reason: `${name} is a table with the column ${says}`, covers: [name] }];
}
