/**
 * Shared stages are content-addressed: an artefact's digest covers everything that shaped it (settings, seed, engine,
 * parents), so runs that share a stage share its folder, and a change anywhere upstream gives a new one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { StageKind } from '../../core/run/events';
import { takeLock } from '../../runlog/lock';
import { ARTEFACT_FILE } from '../../runlog/paths';

export interface ArtefactDescription {
  readonly kind: StageKind;
  readonly digest: string;
  /** What went into the digest, kept for the reader. */
  readonly inputs: unknown;
  /** What the stage measured of itself, e.g. a held-out accuracy. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** Between two looks whether another process has computed it. */
const WAIT_MS = 200;

/** sha256 over JSON with sorted keys, first 20 hex digits: 80 bits are ample for a folder of stages. */
export function digestOf(inputs: unknown): string {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex').slice(0, 20);
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export class ArtefactStore {
  constructor(private readonly folder: string) {}

  pathOf(digest: string): string {
    return path.join(this.folder, digest);
  }

  describe(digest: string): ArtefactDescription | undefined {
    const file = path.join(this.pathOf(digest), ARTEFACT_FILE);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ArtefactDescription) : undefined;
  }

  /**
   * Computes an artefact unless it is there. The folder appears whole or not at all: it is filled aside and renamed.
   * A second process that wants the same artefact waits for the first, and takes over if that one dies.
   */
  async ensure(description: Omit<ArtefactDescription, 'facts'>, compute: (folder: string) => Promise<ArtefactDescription['facts']>): Promise<{ readonly description: ArtefactDescription; readonly cached: boolean }> {
    mkdirSync(this.folder, { recursive: true });
    for (;;) {
      const present = this.describe(description.digest);
      if (present) return { description: present, cached: true };
      const lock = await takeLock(`${this.pathOf(description.digest)}.lock`);
      if (!('release' in lock)) {
        await wait(WAIT_MS);
        continue;
      }
      try {
        return { description: this.describe(description.digest) ?? (await this.fill(description, compute)), cached: false };
      } finally {
        await lock.release();
      }
    }
  }

  private async fill(description: Omit<ArtefactDescription, 'facts'>, compute: (folder: string) => Promise<ArtefactDescription['facts']>): Promise<ArtefactDescription> {
    const aside = `${this.pathOf(description.digest)}.partial`;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { recursive: true });
    const whole: ArtefactDescription = { ...description, facts: await compute(aside) };
    writeFileSync(path.join(aside, ARTEFACT_FILE), `${JSON.stringify(whole, null, 2)}\n`);
    renameSync(aside, this.pathOf(description.digest));
    return whole;
  }
}
