/** What is wrong with an experiment file, in words that name the place and the next step. */
import { findNodeAtLocation, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser/lib/esm/main.js';
import leven from 'leven';
import type { core } from 'zod/mini';
import { armProblems } from './armProblems';
import { discriminatorsAt, fieldsAt } from './fields';
import type { TextPlaces } from './places';
import { resolvePolicy } from './policy';
import type { Experiment } from './schema';

export interface Problem {
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** The field, e.g. `arms[1].sampling`; empty for the file as a whole. */
  readonly path: string;
}

type Path = readonly (string | number)[];

export const printPath = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');

export function syntaxProblems(text: string, errors: readonly ParseError[], places: TextPlaces): Problem[] {
  if (text.trim() === '') return [{ message: 'the file is empty; start from a template', line: 1, column: 1, path: '' }];
  return errors.map(({ error, offset }) => {
    const words = printParseErrorCode(error).replace(/(?<=.)(?=[A-Z])/g, ' ').toLowerCase();
    return { message: `not valid JSON: ${words}`, ...places.at(offset), path: '' };
  });
}

/** JSON.parse would let the last of two equal fields win in silence. */
export function duplicateFields(node: Node, places: TextPlaces, path: Path = []): Problem[] {
  const children = node.children ?? [];
  if (node.type === 'array') return children.flatMap((child, i) => duplicateFields(child, places, [...path, i]));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return children.flatMap(({ children: [key, value] = [] }) => {
    if (!key || !value) return [];
    const name = String(key.value);
    const here = [...path, name];
    const twice = { message: `field "${name}" is given twice; keep one`, ...places.at(key.offset), path: printPath(here) };
    const found = seen.has(name) ? [twice] : [];
    seen.add(name);
    return [...found, ...duplicateFields(value, places, here)];
  });
}

export function schemaProblems(issues: readonly core.$ZodIssue[], tree: Node, places: TextPlaces, base: Path = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...(issue.path as Path)];
    if (issue.code === 'unrecognized_keys') return unknownFields(issue.keys, path, tree, places);
    if (issue.code === 'invalid_union') return unionProblems(issue, path, tree, places);
    const node = findNodeAtLocation(tree, [...path]);
    if (node !== undefined) return [{ message: describeIssue(issue, node), ...places.at(node.offset), path: printPath(path) }];
    return [{ message: `field "${String(path.at(-1))}" is missing`, ...placeOf(tree, path.slice(0, -1), places), path: printPath(path) }];
  });
}

/** Of a union, the branch of the value's own type tells most: an object that is nearly right, not "or a string". */
function unionProblems(issue: core.$ZodIssueInvalidUnion, path: Path, tree: Node, places: TextPlaces): Problem[] {
  const node = findNodeAtLocation(tree, [...path]);
  // A union told apart by a field: the field is what is wrong.
  if (issue.errors.length === 0 && issue.discriminator !== undefined) return discriminatorProblems(issue.discriminator, path, tree, places);
  const wrongType = (branch: core.$ZodIssue[]): boolean =>
    branch.some((found) => found.path.length === 0 && (found.code === 'invalid_type' || found.code === 'invalid_value'));
  const near = issue.errors.find((branch) => !wrongType(branch));
  if (node !== undefined && near !== undefined) return schemaProblems(near, tree, places, path);
  const words = issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation)).join(', or ');
  if (node === undefined) {
    return [{ message: `field "${String(path.at(-1))}" is missing: ${words}`, ...placeOf(tree, path.slice(0, -1), places), path: printPath(path) }];
  }
  return [{ message: `${words}, not ${written(node)}`, ...places.at(node.offset), path: printPath(path) }];
}

function discriminatorProblems(field: string, path: Path, tree: Node, places: TextPlaces): Problem[] {
  const inner = path.at(-1) === field ? path : [...path, field];
  const node = findNodeAtLocation(tree, [...inner]);
  const known = discriminatorsAt(inner.slice(0, -1), field).map((value) => JSON.stringify(value)).join(' or ');
  const at = { path: printPath(inner), ...(node === undefined ? placeOf(tree, inner.slice(0, -1), places) : places.at(node.offset)) };
  return [{ message: node === undefined ? `field "${field}" is missing: expected ${known}` : `expected ${known}, not ${written(node)}`, ...at }];
}

function unknownFields(keys: readonly string[], path: Path, tree: Node, places: TextPlaces): Problem[] {
  const known = fieldsAt(path);
  return keys.map((key) => {
    const value = findNodeAtLocation(tree, [...path, key]);
    const offset = value?.parent?.offset ?? value?.offset ?? 0;
    return { message: `unknown field "${key}"; ${suggestion(key, known)}`, ...places.at(offset), path: printPath([...path, key]) };
  });
}

function suggestion(key: string, known: readonly string[]): string {
  const typed = key.toLowerCase();
  const nearest = known
    // A name begun, such as "vocab", is no slip of the keys but as clear as one.
    .map((name) => ({ name, distance: typed.length > 2 && name.toLowerCase().startsWith(typed) ? 1 : leven(typed, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (nearest && nearest.distance <= Math.max(2, key.length / 3)) return `did you mean "${nearest.name}"?`;
  return `fields here are ${known.map((name) => `"${name}"`).join(', ')}`;
}

function describeIssue(issue: core.$ZodIssue, node: Node): string {
  if (issue.code === 'invalid_format') return `${issue.message}; ${written(node)} has something else`;
  return `${expectation(issue)}, not ${written(node)}`;
}

function expectation(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'int' ? 'a whole number' : article(issue.expected)}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') return `expected at least ${issue.minimum === 2 ? 'two' : 'one'}`;
      return issue.inclusive ? `expected ${String(issue.minimum)} or more` : `expected more than ${String(issue.minimum)}`;
    case 'too_big':
      if (issue.origin === 'array') return `expected at most ${String(issue.maximum)}`;
      return `expected ${String(issue.maximum)} or less`;
    default:
      return issue.message;
  }
}

const article = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

function written(node: Node): string {
  if (node.type === 'object' || node.type === 'array') return (node.children?.length ?? 0) === 0 ? `an empty ${node.type}` : `an ${node.type}`;
  return JSON.stringify(node.value);
}

function placeOf(tree: Node, path: Path, places: TextPlaces): { line: number; column: number } {
  return places.at((findNodeAtLocation(tree, [...path]) ?? tree).offset);
}

/** What the schema's shape cannot say: names that would collide, values given twice, widths that heads cannot share. */
export function meaningProblems(experiment: Experiment, tree: Node, places: TextPlaces): Problem[] {
  const problem = (message: string, path: Path): Problem => ({ message, ...placeOf(tree, path, places), path: printPath(path) });
  const policies = ([[['policy'], experiment.policy], [['stages', 'proxyPolicy'], experiment.stages.proxyPolicy], [['stages', 'opponentPolicy'], experiment.stages.opponentPolicy]] as const).flatMap(
    ([path, policy]) => (policy === undefined ? [] : [{ path, ...resolvePolicy(policy) }]),
  );
  const repeated = (values: readonly (string | number)[], path: (i: number) => Path, what: string): Problem[] =>
    values.flatMap((value, i) =>
      values.indexOf(value) < i ? [problem(`${what} ${JSON.stringify(value)} is given twice; each run needs a name of its own`, path(i))] : [],
    );
  return [
    ...policies.flatMap(({ path, width, heads }) => (width % heads === 0 ? [] : [problem(`width ${width} is not a multiple of ${heads} heads`, [...path, 'width'])])),
    ...repeated(experiment.arms.map((arm) => arm.name), (i) => ['arms', i, 'name'], 'arm'),
    ...repeated(experiment.beta, (i) => ['beta', i], 'beta'),
    ...repeated(experiment.seeds, (i) => ['seeds', i], 'seed'),
    ...experiment.arms.flatMap((arm, a) => [
      ...repeated([arm.learningRate].flat(), (i) => ['arms', a, 'learningRate', i], 'learning rate'),
      ...repeated(arm.beta ?? [], (i) => ['arms', a, 'beta', i], 'beta'),
      ...armProblems(arm, experiment).map(({ message, path }) => problem(message, ['arms', a, ...path])),
    ]),
  ];
}
