/** Whether the shared stages of begun runs are there still: then no process needs to be started to find that out. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { PlannedRun } from '../core/experiment/expand';
import { stagesOf } from '../core/experiment/stages';
import { artefactsDirectoryOf, ARTEFACT_FILE, readManifest } from '../runlog';

/** False as soon as one run has not begun, for nobody knows yet which artefacts it needs: the backend is part of their digest. */
export async function stagesAreThere(experimentDirectory: string, runs: readonly PlannedRun[]): Promise<boolean> {
  const files = await Promise.all(runs.map(({ name }) => artefactFiles(path.join(experimentDirectory, name))));
  if (files.some((list) => list === undefined)) return false;
  const distinct = new Set(files.flatMap((list) => list ?? []));
  const found = await Promise.all([...distinct].map((file) => access(file).then(() => true, () => false)));
  return found.every(Boolean);
}

async function artefactFiles(runDirectory: string): Promise<string[] | undefined> {
  const { artefacts, config } = await readManifest(runDirectory);
  const digests = stagesOf(config).map(({ kind }) => artefacts?.[kind]);
  const known = digests.filter((digest) => digest !== undefined);
  if (known.length < digests.length) return undefined;
  return known.map((digest) => path.join(artefactsDirectoryOf(runDirectory), digest, ARTEFACT_FILE));
}
