/** Writes media/schema/alignment.schema.json, from which the editor completes and checks experiment files, from the zod schema. */
import * as esbuild from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './toolchain/paths.mjs';

const { outputFiles } = await esbuild.build({
  entryPoints: [path.join(repository, 'src/core/experiment/jsonSchema.ts')],
  absWorkingDir: repository,
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'warning',
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
/** @type {{ experimentJsonSchema: () => object }} */
const { experimentJsonSchema } = await import(`data:text/javascript;base64,${code}`);
const file = path.join(repository, 'media/schema/alignment.schema.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
console.log(path.relative(repository, file));
