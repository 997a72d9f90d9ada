/** node test/bench/jsonl.mjs: imports a million lines of JSON beside a bare streaming JSON.parse loop, and follows 100 appended lines. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const { program, dispose } = await bundle({ jsonl: 'jsonl.ts' });
const { status } = spawnSync(process.execPath, [program('jsonl'), path.dirname(program('jsonl'))], { stdio: 'inherit' });
dispose();
process.exit(status ?? 1);
