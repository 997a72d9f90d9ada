/** node test/bench/jsonl.mjs: imports a million lines of JSON beside a bare streaming JSON.parse loop, and follows 100 appended lines. */
import * as esbuild from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const program = path.join(scratch, 'jsonl.cjs');
await esbuild.build({ absWorkingDir: root, entryPoints: ['test/bench/jsonl.ts'], bundle: true, platform: 'node', format: 'cjs', outfile: program, logLevel: 'warning' });
const { status } = spawnSync(process.execPath, [program, scratch], { stdio: 'inherit' });
rmSync(scratch, { recursive: true });
process.exit(status ?? 1);
