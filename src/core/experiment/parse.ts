/** From the text of an experiment file to an `Experiment`, or to problems that name line, column and field. */
import { parseTree, type Node, type ParseError } from 'jsonc-parser/lib/esm/main.js';
import { duplicateFields, meaningProblems, schemaProblems, syntaxProblems, type Problem } from './problems';
import { experimentSchema, type Experiment } from './schema';
import { TextPlaces } from './places';

export type { Problem } from './problems';
export type ParsedExperiment =
  | { readonly ok: true; readonly experiment: Experiment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** JSON with comments and trailing commas; a leading byte order mark is passed over. Never throws. */
export function parseExperiment(text: string): ParsedExperiment {
  // Blanked, not cut, so that offsets stay those of the file as the editor shows it.
  const source = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const places = new TextPlaces(source);
  const errors: ParseError[] = [];
  const tree = parseTree(source, errors, { allowTrailingComma: true, disallowComments: false });
  if (tree === undefined || errors.length > 0) return { ok: false, problems: syntaxProblems(source, errors, places) };
  return validate(tree, places);
}

function validate(tree: Node, places: TextPlaces): ParsedExperiment {
  const duplicates = duplicateFields(tree, places);
  const result = experimentSchema.safeParse(plainValue(tree));
  const found = result.success ? meaningProblems(result.data, tree, places) : schemaProblems(result.error.issues, tree, places);
  const problems = [...duplicates, ...found].sort((a, b) => a.line - b.line || a.column - b.column);
  if (problems.length > 0 || !result.success) return { ok: false, problems };
  return { ok: true, experiment: result.data };
}

/** Own copy of jsonc-parser's getNodeValue that keeps a literal `__proto__` field an ordinary, hence unknown, field. */
function plainValue(node: Node): unknown {
  switch (node.type) {
    case 'array':
      return (node.children ?? []).map(plainValue);
    case 'object': {
      const entries = (node.children ?? []).flatMap(({ children }): [string, unknown][] => {
        const [key, value] = children ?? [];
        return key && value ? [[String(key.value), plainValue(value)]] : [];
      });
      return Object.fromEntries(entries);
    }
    default:
      return node.value;
  }
}
