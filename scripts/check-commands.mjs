/**
 * Part of `npm run lint`: the commands that package.json contributes are those that the sources register, menus name only
 * such commands, what is hidden from the palette can be reached elsewhere, and every text has its translation key.
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
for (const [menu, items] of Object.entries(menus)) {
  for (const { command } of items) if (!declared.includes(command)) problems.push(`${command} stands in the menu ${menu} and is not declared`);
}

const elsewhere = new Set(Object.entries(menus).flatMap(([menu, items]) => (menu === 'commandPalette' ? [] : items.map(({ command }) => command))));
for (const { command, when } of menus['commandPalette'] ?? []) {
  if (when === 'false' && !elsewhere.has(command)) problems.push(`${command} is hidden from the palette and in no other menu: nobody can call it`);
}

const texts = path.join(repository, 'package.nls.json');
const translated = existsSync(texts) ? Object.keys(JSON.parse(readFileSync(texts, 'utf8'))) : [];
const used = new Set([...JSON.stringify(manifest).matchAll(/"%([\w.-]+)%"/g)].map((match) => String(match[1])));
for (const key of used) if (!translated.includes(key)) problems.push(`package.json uses %${key}%, which package.nls.json lacks`);
for (const key of translated) if (!used.has(key)) problems.push(`package.nls.json has ${key}, which package.json does not use`);

for (const problem of new Set(problems)) console.error(`commands: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
