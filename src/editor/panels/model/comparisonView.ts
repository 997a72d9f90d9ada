/** Two runs as the comparison page shows them. */
import { diffRuns } from '../../../core/analysis';
import { encodeRun, type ComparisonView, type ConfigRow } from '../../../core/protocol';
import type { Run } from '../../../core/run/types';
import { toCurve } from './gapView';
import { groupOf } from './groups';

export function comparisonView(a: Run, b: Run, ignorePatterns: readonly string[]): ComparisonView {
  const diff = diffRuns(a, b);
  const isIgnored = ignoring(ignorePatterns);
  const rows = (fields: typeof diff.config): ConfigRow[] =>
    fields.map((field) => ({
      path: field.path,
      kind: field.kind,
      ...(field.a === undefined ? {} : { a: JSON.stringify(field.a) }),
      ...(field.b === undefined ? {} : { b: JSON.stringify(field.b) }),
      ...(isIgnored(field.path) ? { ignored: true } : {}),
    }));
  return {
    a: encodeRun(a, groupOf(a)),
    b: encodeRun(b, groupOf(b)),
    config: rows(diff.config),
    environment: rows(diff.environment),
    outcome: diff.outcome.map(({ metric, step, a: left, b: right, delta, low, high }) => ({
      metric, step, a: left, b: right, delta, ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }),
    })),
    matchedKl: toCurve(diff.matchedKl.map(({ kl, delta, low, high }) => ({ kl, value: delta, low, high }))),
    ignorePatterns: [...ignorePatterns],
    notes: diff.notes,
  };
}

/** `*` stands for any characters; a pattern also covers the fields below the one it names. */
export function ignoring(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.filter((pattern) => pattern !== '').map((pattern) =>
    new RegExp(`^${pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}(?:[.[].*)?$`));
  return (path) => expressions.some((expression) => expression.test(path));
}
