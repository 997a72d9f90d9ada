/** package.json, its words and the code's ids belong together. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentJsonSchema } from '../../../src/core/experiment/jsonSchema';
import { COMMANDS, PANELS } from '../../../src/editor/ids';

const repository = path.resolve(import.meta.dirname, '../../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(repository, file), 'utf8'));
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[]; readonly menus: Readonly<Record<string, readonly { readonly group?: string; readonly when?: string }[]>> };
}
const manifest = readJson('package.json') as Manifest;
const words = readJson('package.nls.json') as Record<string, string>;

describe('package.json', () => {
  it('declares exactly the commands that the code has', () => {
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual([...COMMANDS].sort());
  });

  it('shows "Run alignment experiment" in the palette in exactly these words', () => {
    const command = manifest.contributes.commands.find((one) => one.command === 'alignmentGap.runExperiment');
    expect(command?.category).toBeUndefined();
    expect(words[command?.title.slice(1, -1) ?? '']).toBe('Run alignment experiment');
  });

  it('brings both panels back after a reload', () => {
    for (const type of Object.values(PANELS)) expect(manifest.activationEvents).toContain(`onWebviewPanel:${type}`);
  });

  it('takes every word from package.nls.json, and leaves none there unused', () => {
    const used = new Set([...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]));
    expect([...used].sort()).toEqual(Object.keys(words).sort());
  });

  it('gives no row of the tree more than three actions', () => {
    const inline = (manifest.contributes.menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline'));
    const kinds = ['run stoppable comparable charted', 'run resumable comparable charted', 'experiment stoppable charted', 'checkpoint comparable charted'];
    for (const kind of kinds) {
      const shown = inline.filter(({ when }) => [...(when ?? '').matchAll(/viewItem =~ \/\\b(\w+)\\b\//g)].every(([, word]) => kind.split(' ').includes(word ?? '')));
      expect(shown.length, kind).toBeLessThanOrEqual(3);
    }
  });
});

it('the schema that the editor checks experiment files with is current; if not: node scripts/experiment-schema.mjs', () => {
  expect(readJson('media/schema/alignment.schema.json')).toEqual(JSON.parse(JSON.stringify(experimentJsonSchema())));
});
