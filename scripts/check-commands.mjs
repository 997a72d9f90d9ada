/**
 * Part of `npm run lint`: what package.json contributes and what the sources register must be the same commands.
 * A command that needs something in hand (a run of the tree) must be hidden from the palette or have a `when`.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './toolchain/paths.mjs';

/**
 * @typedef {{ command: string, when?: string }} MenuItem
 * @typedef {{ command: string, title: string }} Command
 */

/** The list that `registerCommands` demands a handler for, entry by entry: read as text, because it is TypeScript. */
function registeredCommands() {
  const file = path.join(repository, 'src', 'editor', 'ids.ts');
  if (!existsSync(file)) return [];
  const list = /COMMANDS = \[([^\]]*)\]/.exec(readFileSync(file, 'utf8'))?.[1];
  if (list === undefined) throw new Error(`${file} has no list of COMMANDS any more: teach ${path.basename(import.meta.filename)} where it is`);
  return [...list.matchAll(/'([\w.]+)'/g)].map((match) => String(match[1]));
}

const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
/** @type {{ commands?: Command[], menus?: Record<string, MenuItem[]> }} */
const { commands = [], menus = {} } = manifest.contributes ?? {};
const declared = commands.map(({ command }) => command);
const registered = registeredCommands();
/** @type {string[]} */
const problems = [];

for (const command of declared) if (!registered.includes(command)) problems.push(`${command} is declared in package.json and not among the COMMANDS of src/editor/ids.ts`);
for (const command of registered) if (!declared.includes(command)) problems.push(`${command} is among the COMMANDS of src/editor/ids.ts and not declared in package.json`);
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
