import tseslint from 'typescript-eslint';

/**
 * The one-way doors of docs/architecture.md as lint rules. `group` patterns are matched against the import's text,
 * so every relative way into a folder is listed by its folder name.
 */
const door = (files, ignores, forbidden) => ({
  files,
  ignores,
  rules: {
    'no-restricted-imports': ['error', { patterns: forbidden.map(([group, message]) => ({ group, message })) }],
  },
});
const VSCODE = [['vscode'], 'Only src/editor and src/extension.ts import vscode.'];
const TENSORFLOW = [['@tensorflow/*'], 'Only src/training imports TensorFlow.js.'];
const EDITOR = [['**/editor/**', '**/editor'], 'Nothing but src/extension.ts may depend on the editor.'];
const CLI = [['**/cli/**', '**/cli'], 'Nothing depends on the command line.'];
const LAUNCH = [['**/launch/**', '**/launch'], 'Only cli and editor launch runs.'];
const TRAINING = [['**/training/**', '**/training'], 'Training runs in a process of its own; nothing links it.'];
const IMPORTERS = [['**/importers/**', '**/importers'], 'Importers sit below cli and editor only.'];
const RUNLOG = [['**/runlog/**', '**/runlog'], 'core and webview are pure: they never touch the disk.'];
const ENGINES = [['**/engines/**', '**/engines'], 'core and webview are pure: where engines lie is a matter of the disk.'];
const NODE = [['node:*', 'fs', 'path', 'os', 'child_process'], 'core and webview run anywhere: no Node modules.'];

export default tseslint.config(
  { ignores: ['src/training/backend/assembly/', 'dist/', 'node_modules/', '.toolchain/', 'test-results/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', { max: 5 }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] } },
  door(['src/core/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, LAUNCH, TRAINING, IMPORTERS, RUNLOG, ENGINES, NODE]),
  door(['webview/**/*.ts', 'webview/**/*.tsx'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, LAUNCH, TRAINING, IMPORTERS, RUNLOG, ENGINES, NODE]),
  door(['src/engines/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, LAUNCH, TRAINING, IMPORTERS, RUNLOG]),
  door(['src/runlog/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, LAUNCH, TRAINING, IMPORTERS]),
  door(['src/importers/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, LAUNCH, TRAINING]),
  door(['src/training/**/*.ts'], [], [VSCODE, EDITOR, CLI, LAUNCH, IMPORTERS]),
  door(['src/launch/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, CLI, TRAINING, IMPORTERS]),
  door(['src/cli/**/*.ts'], [], [VSCODE, TENSORFLOW, EDITOR, TRAINING]),
  door(['src/editor/**/*.ts', 'src/extension.ts'], [], [TENSORFLOW, CLI, TRAINING]),
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off', '@typescript-eslint/no-unsafe-argument': 'off' } },
);
