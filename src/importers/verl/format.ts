/** verl's console (`step:1 - key:value - …`) and its file logger (`{"step": 1, "data": {…}}`), told apart line by line. */
import { verlLine } from '../console';
import { isWholeObject, jsonLine } from '../lines/jsonLine';
import type { LineFormat, LineParser } from '../lines/reader';
import type { Tables } from '../lines/tables';
import { isObject, numberOf, numbersOf } from '../values';

/** Ray, vLLM and the model loaders print to the same console. */
export const verlConsole: LineFormat = { source: 'verl', begin: () => ({ take: takePrinted, isRow: (text) => verlLine(text) !== undefined }) };
export const verlFile: LineFormat = { source: 'verl', begin: (): LineParser => ({ take: takeLogged, isWhole: isWholeObject }) };

function takePrinted(text: string, _: number, tables: Tables): string | undefined {
  const row = verlLine(text);
  if (row !== undefined) tables.add(undefined, row);
  return undefined;
}

function takeLogged(text: string, _: number, tables: Tables): string | undefined {
  if (text.trim() === '') return undefined;
  const read = jsonLine(text);
  if ('problem' in read) return read.problem;
  const { step, data } = read.object;
  const at = numberOf(step);
  if (at === undefined || !Number.isFinite(at) || !isObject(data)) return 'expected a step and data';
  tables.add(undefined, { step: at, values: numbersOf(data) });
  return undefined;
}
