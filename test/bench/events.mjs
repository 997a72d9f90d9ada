/** node test/bench/events.mjs: reads event files with every checksum verified, beside reading the same bytes and hashing them. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const { program, dispose } = await bundle({ events: 'events.ts' });
const { status } = spawnSync(process.execPath, [program('events'), path.dirname(program('events'))], { stdio: 'inherit' });
dispose();
process.exit(status ?? 1);
