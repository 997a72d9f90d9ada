/**
 * Part of `npm run lint`: what package.json contributes and what the sources register must be the same commands.
 * A command that needs something in hand (a run of the tree) must be hidden from the palette or have a `when`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './toolchain/paths.mjs';

/** Commands are registered under these calls; their first argument may stand on the next line. */
const REGISTRATION = /register(?:TextEditor)?Command\(\s*['"`]([\w.]+)['"`]/g;
/** Tables of commands: `'alignmentGap.run': …` or `id: 'alignmentGap.run'`. */
const IDENTIFIER = /['"`](alignmentGap\.[\w.]+)['"`]/g;

/**
 * @typedef {{ command: string, when?: string }} MenuItem
 * @typedef {{ command: string, title: string }} Command
 */

function sources() {
  const folder = path.join(repository, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name === 'extension.ts' || name.split(path.sep)[0] === 'editor');
  return files.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

/** @param {RegExp} pattern @param {string} text */
const found = (pattern, text) => new Set([...text.matchAll(pattern)].map((match) => String(match[1])));

const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
/** @type {{ commands?: Command[], menus?: Record<string, MenuItem[]> }} */
const { commands = [], menus = {} } = manifest.contributes ?? {};
const declared = commands.map(({ command }) => command);
const text = sources();
const named = found(IDENTIFIER, text);
const problems = [];

for (const command of declared) if (!named.has(command)) problems.push(`${command} is declared in package.json and named nowhere in src/editor`);
for (const command of found(REGISTRATION, text)) {
  if (!declared.includes(command)) problems.push(`${command} is registered in src/editor and not declared in package.json`);
}
const palette = menus['commandPalette'] ?? [];
for (const [menu, items] of Object.entries(menus)) {
  for (const { command } of items) {
    if (!declared.includes(command)) problems.push(`${command} stands in the menu ${menu} and is not declared`);
    const needsItem = menu === 'view/item/context';
    if (needsItem && !palette.some((item) => item.command === command)) problems.push(`${command} acts on an item of the tree: say in commandPalette when it may be offered`);
  }
}

for (const problem of new Set(problems)) console.error(`commands: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
