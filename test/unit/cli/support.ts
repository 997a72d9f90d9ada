/** The command line as users have it: bundled, in a process of its own, with the fake trainer behind it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { FAKE_TRAINER } from '../launch/support';

/** Bundled once a test file; the real bundle has the same settings (esbuild.mjs). */
export async function bundleCli(): Promise<string> {
  const outfile = path.join(await mkdtemp(path.join(os.tmpdir(), 'alignment-gap-cli-')), 'cli.js');
  await build({ entryPoints: ['src/cli/main.ts'], bundle: true, platform: 'node', format: 'cjs', target: 'node20', outfile, logLevel: 'silent' });
  return outfile;
}

export interface Called {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  /** Another Node than the one that runs the tests. */
  readonly node?: string;
}

export function call(cli: string, args: readonly string[], { cwd, env = {}, onStart, node = process.execPath }: CallOptions): Promise<Called> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [cli, ...args], { cwd, env: { ...process.env, ALIGNMENT_GAP_TRAINER: FAKE_TRAINER, ...env } });
    const texts = { out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => void (texts.out += data.toString()));
    child.stderr.on('data', (data: Buffer) => void (texts.err += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts }));
    onStart?.(child);
  });
}
