/** node test/bench/tasks.mjs: what the built-in tasks' data are like, and what a linear judge must be told to tell good from bad (docs/data.md). */
import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

const { program, dispose } = await bundle({ tasks: 'tasks/main.ts' });
const { status } = spawnSync(process.execPath, [program('tasks')], { stdio: 'inherit' });
dispose();
process.exit(status ?? 1);
