/**
 * docs/findings.md from runs made here: every study with at least five seeds, then a table with a row a claim, and of each
 * study its pictures and its card. `npm run findings` runs what is missing in alignment-runs and writes the page;
 * `npm run findings -- --from DIR` writes it from runs that are there, and starts nothing. The same runs give the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findingsPage } from './findings/page.mjs';
import { repository } from './toolchain/paths.mjs';

const { values } = parseArgs({ options: { from: { type: 'string' }, out: { type: 'string', default: 'alignment-runs' }, seeds: { type: 'string', default: '5' }, jobs: { type: 'string' }, docs: { type: 'string', default: 'docs' } } });
const cli = path.join(repository, 'dist', 'cli.js');
const root = path.resolve(values.from ?? values.out);
const args = values.from === undefined ? ['--seeds', values.seeds, ...(values.jobs === undefined ? [] : ['--jobs', values.jobs])] : ['--verdict-only'];

// Progress goes to standard error, where one can see it; the cards come from the files.
const { status } = spawnSync(process.execPath, [cli, 'study', 'all', '--out', root, ...args, '--json'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (status === null || status > 1) throw new Error('The studies could not be run; what is wrong stands above.');

/** @returns {{ name: string }[]} in the order of the paper */
function studies() {
  const { stdout } = spawnSync(process.execPath, [cli, 'study', '--list', '--json'], { encoding: 'utf8' });
  return JSON.parse(stdout).studies;
}

const cards = studies().map(({ name }) => JSON.parse(readFileSync(path.join(root, name, 'verdict.json'), 'utf8')));
const pictures = path.resolve(values.docs, 'findings');
mkdirSync(pictures, { recursive: true });
// A picture of an earlier run that this one does not draw would stay as if it belonged to it.
for (const file of readdirSync(pictures)) if (file.endsWith('.svg')) rmSync(path.join(pictures, file));
for (const { study, figures } of cards) for (const { file } of figures) writeFileSync(path.join(pictures, file), readFileSync(path.join(root, study, file)));
writeFileSync(path.resolve(values.docs, 'findings.md'), findingsPage(cards));
console.error(`${path.resolve(values.docs, 'findings.md')}: ${cards.length} studies, ${cards.flatMap(({ claims }) => claims).length} claims.`);
// Unfinished runs are said on the page; whoever waits for a complete one learns it here.
process.exitCode = status;
