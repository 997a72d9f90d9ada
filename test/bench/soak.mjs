/** node test/bench/soak.mjs [steps]: see soak.ts. */
import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

const { program, dispose } = await bundle({ soak: 'soak.ts' });
const { status } = spawnSync(process.execPath, ['--expose-gc', program('soak'), ...process.argv.slice(2)], { stdio: 'inherit' });
dispose();
process.exit(status ?? 1);
