/** npm run bench: bundles engines and driver, and runs the driver from the repository's folder. */
import { spawnSync } from 'node:child_process';
import { bundle, root } from './bundle.mjs';

const { program, dispose } = await bundle({ driver: 'driver/main.ts', engine: 'engine/main.ts' });
const { status } = spawnSync(process.execPath, [program('driver'), ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
dispose();
process.exit(status ?? 1);
