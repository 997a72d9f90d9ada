/**
 * All columns of a message in one buffer. VS Code hands every distinct ArrayBuffer of a webview message to the other
 * process as an argument of its own and writes their number into one byte: with more than about 250 the message arrives
 * damaged (columns end up empty or exchanged). Views on a shared buffer count once, whatever their number.
 */

/** @returns the message with each Float64Array replaced by an equal view on one buffer; everything else as it was */
export function packColumns<T>(message: T): T {
  const columns = new Map<Float64Array, number>();
  let length = 0;
  visit(message, (column) => {
    if (columns.has(column)) return;
    columns.set(column, length);
    length += column.length;
  });
  const shared = new Float64Array(length);
  for (const [column, offset] of columns) shared.set(column, offset);
  return replace(message, (column) => shared.subarray(columns.get(column) ?? 0, (columns.get(column) ?? 0) + column.length)) as T;
}

function visit(value: unknown, found: (column: Float64Array) => void): void {
  if (value instanceof Float64Array) found(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) visit(inner, found);
}

function replace(value: unknown, by: (column: Float64Array) => Float64Array): unknown {
  if (value instanceof Float64Array) return by(value);
  if (Array.isArray(value)) return value.map((inner) => replace(inner, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner, by)]));
}
