/**
 * node test/bench/prediction.mjs [--rounds N] [--jobs N] [experiment files…]: predicts each study, carries it out, and prints
 * actual ÷ predicted. No test, because other work on the machine comes and goes; the load beside each number says how much.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'dist/cli.js');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '1' }, jobs: { type: 'string' } } });
const templates = ['your-own-pairs', 'online-vs-offline'].map((name) => path.join(root, 'media/templates', `${name}.alignment.json`));
const files = positionals.length > 0 ? positionals : templates;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'prediction-'));
const jobs = values.jobs === undefined ? [] : ['--jobs', values.jobs];

/** @param {readonly string[]} args */
function call(...args) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, ...jobs, '--json'], { encoding: 'utf8', env: { ...process.env, ALIGNMENT_GAP_CACHE: scratch } });
  if (status !== 0) throw new Error(`alignment-gap ${args.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - began) / 1000, document: JSON.parse(stdout) };
}

/** @param {number} value */
const seconds = (value) => `${value.toFixed(1)} s`.padStart(9);
const load = () => (os.loadavg()[0] ?? 0).toFixed(1);

console.log('study'.padEnd(24), 'quick'.padStart(9), 'careful'.padStart(9), 'actual'.padStart(9), 'after'.padStart(9), ' actual ÷ quick, careful, mean of careful before and after; wall ÷ processor time alone and together; load');
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const file of files) {
    const out = path.join(scratch, `runs-${round}`);
    const before = load();
    const quick = call('bench', file, '--out', out, '--quick').document.study;
    const careful = call('bench', file, '--out', out).document.study;
    const run = call('run', file, '--out', out);
    // Stages are there now: another folder, so that the same study is predicted.
    const after = call('bench', file, '--out', path.join(scratch, 'nothing')).document.study;
    const ratios = [quick.seconds, careful.seconds, (careful.seconds + after.seconds) / 2].map((predicted) => (run.seconds / predicted).toFixed(2));
    console.log(careful.name.padEnd(24), seconds(quick.seconds), seconds(careful.seconds), seconds(run.seconds), seconds(after.seconds), ` ${ratios.join(', ')}; ${careful.pace.alone.toFixed(2)} and ${careful.pace.together.toFixed(2)}; ${before} to ${load()}`);
  }
}
rmSync(scratch, { recursive: true });
