/**
 * `npm test`: everything, on a fresh clone, with nothing installed. It uses no package itself.
 *
 *   npm test -- [--only STAGE,…] [--skip STAGE,…] [--bail]
 *
 * Stages run one after another, later ones also when an earlier one failed (unless --bail). The last line is
 * `N passed, N failed, N skipped`; the exit code is 1 when something failed, 2 when the call was wrong.
 */
import { parseArgs } from 'node:util';
import { closingLine, sum } from './testing/counts.mjs';
import { STAGES } from './testing/stages.mjs';

const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function chosenStages() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, skip: { type: 'string' }, bail: { type: 'boolean' } } });
  const names = STAGES.map(({ name }) => name);
  const list = (/** @type {string | undefined} */ text) => text?.split(',') ?? [];
  const unknown = [...list(values.only), ...list(values.skip)].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no stage "${unknown.join('", "')}"; the stages are ${names.join(', ')}`);
  const only = values.only === undefined ? names : list(values.only);
  const skip = list(values.skip);
  return { stages: STAGES.filter(({ name }) => only.includes(name) && !skip.includes(name)), bail: values.bail === true };
}

async function main() {
  const { stages, bail } = chosenStages();
  const started = performance.now();
  const state = { noWorkbench: false, packaged: false };
  const done = [];
  for (const stage of stages) {
    console.log(`\n== ${stage.name}`);
    const since = performance.now();
    const counts = await stage.run(state);
    done.push({ name: stage.name, counts, time: seconds(since) });
    console.log(`== ${stage.name}: ${closingLine(counts)}, ${seconds(since)}`);
    if (bail && counts.failed > 0) break;
  }
  const total = sum(done.map(({ counts }) => counts));
  console.log();
  for (const { name, counts, time } of done) console.log(`${name.padEnd(10)} ${time.padStart(9)}   ${closingLine(counts)}`);
  console.log(`${'all'.padEnd(10)} ${seconds(started).padStart(9)}`);
  console.log(closingLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  console.error(`npm test: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
