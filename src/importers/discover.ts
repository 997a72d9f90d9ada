/** Which logs lie in a folder, and what they are. Names decide first; only beginnings of files are read. */
import path from 'node:path';
import type { Detection, ForeignSource, Look } from './contract';
import { METRICS_FILE, RUN_FILE } from '../runlog/paths';
import { evaluationsIn } from './evaluations';
import { lookAt } from './look';
import { IMPORTERS } from './registry';

const DEPTH = 6;
const MOST_FOLDERS = 2000;
/** The reason where nothing but the user's word speaks for a source. */
export const SAID = 'it was said to be that';

export interface Discovery {
  /** One entry a log: its candidates, the most confident first. */
  readonly logs: readonly (readonly [Detection, ...Detection[]])[];
  /** What was not searched because there was too much; for a warning. */
  readonly limits: readonly string[];
}

/**
 * The candidates for the log at a path, the most confident first; for a folder of many logs, those of all, in their order.
 * @throws ImportError where the path cannot be read
 */
export async function detect(target: string): Promise<Detection[]> {
  return (await discover(target)).logs.flat();
}

/** @throws ImportError where the path itself cannot be read; unreadable folders below are told in `limits` */
export async function discover(target: string, source?: ForeignSource): Promise<Discovery> {
  const logs: [Detection, ...Detection[]][] = [];
  const limits: string[] = [];
  let folders = 0;
  const visit = async (look: Look, depth: number): Promise<void> => {
    folders += 1;
    if (isOurs(look)) return;
    const claims = await claimsOn(look, source);
    logs.push(...grouped(claims));
    const covered = new Set(claims.flatMap((claim) => (claim.path === look.path ? claim.covers ?? [] : [])));
    for (const { name, kind } of look.entries) {
      if (kind !== 'folder' || covered.has(name) || isHidden(name)) continue;
      if (depth === DEPTH || folders >= MOST_FOLDERS) {
        limits.push(`${path.join(look.path, name)} was not searched: ${depth === DEPTH ? `it lies more than ${DEPTH} folders deep` : `more than ${MOST_FOLDERS} folders`}`);
        continue;
      }
      const below = await lookAt(path.join(look.path, name)).catch((error: unknown) => void limits.push(error instanceof Error ? error.message : String(error)));
      if (below !== undefined) await visit(below, depth + 1);
    }
  };
  const top = await lookAt(target);
  await visit(top, 0);
  // What a user says of a file counts, whatever it looks like.
  if (logs.length === 0 && source !== undefined && top.kind === 'file') logs.push([{ source, path: top.path, reason: SAID, confidence: 1 }]);
  return { logs, limits };
}

/** A run directory of our own is read by `runlog`. */
const isOurs = ({ entries }: Look): boolean => entries.some(({ name }) => name === RUN_FILE) && entries.some(({ name }) => name === METRICS_FILE);

const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules' || name === '__pycache__';

async function claimsOn(look: Look, source?: ForeignSource): Promise<Detection[]> {
  const asked = IMPORTERS.filter((importer) => source === undefined || importer.source === source);
  const claims = (await Promise.all(asked.map((importer) => importer.detect(look)))).flat().sort((a, b) => b.confidence - a.confidence);
  // What was measured afterwards is joined to the folder's own log, whatever that is, and is no log beside it.
  const evaluations = await evaluationsIn(look);
  return claims.map((claim) => (claim.path === look.path ? { ...claim, covers: [...(claim.covers ?? []), ...evaluations] } : claim));
}

/**
 * Claims on one path are candidates for one log. A file inside a folder that a more confident claim covers is no log of its
 * own, but stays a candidate of that log: a folder may be read as the other.
 */
function grouped(claims: readonly Detection[]): [Detection, ...Detection[]][] {
  const groups: [Detection, ...Detection[]][] = [];
  for (const claim of claims) {
    const owner = groups.find(([first]) => first.path === claim.path || covers(first, claim.path));
    if (owner === undefined) groups.push([claim]);
    else owner.push(claim);
  }
  return groups;
}

const covers = (claim: Detection, target: string): boolean =>
  (claim.covers ?? []).some((name) => path.join(claim.path, name) === target || path.join(path.dirname(claim.path), name) === target);
