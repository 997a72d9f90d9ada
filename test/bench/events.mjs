/** node test/bench/events.mjs: reads event files with every checksum verified, beside reading the same bytes and hashing them. */
import * as esbuild from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const program = path.join(scratch, 'events.cjs');
await esbuild.build({ absWorkingDir: root, entryPoints: ['test/bench/events.ts'], bundle: true, platform: 'node', format: 'cjs', outfile: program, logLevel: 'warning' });
const { status } = spawnSync(process.execPath, [program, scratch], { stdio: 'inherit' });
rmSync(scratch, { recursive: true });
process.exit(status ?? 1);
