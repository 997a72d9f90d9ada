/** node test/bench/hostDelay.mjs: how long the extension host's event loop is held up while a log of 200 MB is loaded and followed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const { program, dispose } = await bundle({ hostDelay: 'hostDelay.ts', logsWorker: '../../src/editor/logs/worker.ts' });
const { status } = spawnSync(process.execPath, [program('hostDelay'), path.dirname(program('hostDelay')), program('logsWorker')], { stdio: 'inherit' });
dispose();
process.exit(status ?? 1);
