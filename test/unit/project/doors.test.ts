/** The one-way doors of docs/architecture.md hold because lint refuses what breaks them: so lint itself is tested. */
import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
let eslint: ESLint;
beforeAll(() => {
  // Only the door rule: the type-aware rules would need each made-up text to be a file of the project.
  eslint = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports', overrideConfig: { languageOptions: { parserOptions: { projectService: false } } } });
});

const refusals = async (file: string, module: string): Promise<number> => {
  const [result] = await eslint.lintText(`import * as x from '${module}';\nexport const y = x;\n`, { filePath: path.join(root, file) });
  if (result?.fatalErrorCount) throw new Error(JSON.stringify(result.messages));
  return result?.errorCount ?? 0;
};

describe('a one-way door', () => {
  it.each([
    { file: 'src/core/run/collect.ts', module: 'vscode' },
    { file: 'src/core/run/collect.ts', module: 'node:fs' },
    { file: 'src/core/run/collect.ts', module: '../../runlog' },
    { file: 'src/core/analysis/gap.ts', module: '@tensorflow/tfjs-core' },
    { file: 'src/core/run/collect.ts', module: '../../engines' },
    { file: 'webview/dashboard/App.tsx', module: '../../src/engines' },
    { file: 'src/engines/folder.ts', module: '../launch' },
    { file: 'src/engines/folder.ts', module: '../training/main' },
    { file: 'src/runlog/readRun.ts', module: 'vscode' },
    { file: 'src/runlog/readRun.ts', module: '../launch' },
    { file: 'src/training/main.ts', module: 'vscode' },
    { file: 'src/training/main.ts', module: '../editor/ids' },
    { file: 'src/launch/plan.ts', module: '@tensorflow/tfjs-core' },
    { file: 'src/launch/plan.ts', module: '../training/main' },
    { file: 'src/cli/main.ts', module: 'vscode' },
    { file: 'src/cli/main.ts', module: '../editor/ids' },
    { file: 'src/editor/ids.ts', module: '../cli/program' },
    { file: 'src/editor/ids.ts', module: '@tensorflow/tfjs-core' },
    { file: 'webview/dashboard/App.tsx', module: 'vscode' },
    { file: 'webview/dashboard/App.tsx', module: '../../src/runlog' },
  ])('keeps $module out of $file', async ({ file, module }) => {
    expect(await refusals(file, module)).toBeGreaterThan(0);
  });

  it.each([
    { file: 'src/editor/ids.ts', module: 'vscode' },
    { file: 'src/extension.ts', module: 'vscode' },
    { file: 'src/training/main.ts', module: '@tensorflow/tfjs-core' },
    { file: 'src/training/main.ts', module: '../core/random' },
    { file: 'src/training/backend/native.ts', module: '../../engines' },
    { file: 'src/launch/native/install.ts', module: '../../engines' },
    { file: 'src/launch/plan.ts', module: '../runlog' },
    { file: 'src/cli/main.ts', module: '../launch' },
    { file: 'webview/dashboard/App.tsx', module: '../../src/core/run' },
  ])('lets $module into $file', async ({ file, module }) => {
    expect(await refusals(file, module)).toBe(0);
  });
});
