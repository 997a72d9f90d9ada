/** A study as small as one can be that is still trained for real: some seconds of shared stages, two runs of as long as one asks for. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param name of the experiment and of its file
 * @param steps of each run; about 500 a second on one core
 */
export function writeExperiment(workspaceDir: string, name: string, steps: number): void {
  const experiment = {
    name,
    task: 'summarisation',
    policy: 'tiny',
    arms: [
      { name: 'online', sampling: 'online', objective: 'ipo' },
      { name: 'offline', sampling: 'offline', objective: 'ipo' },
    ],
    seeds: [1],
    steps,
    checkpoints: 12,
    evaluation: { prompts: 64, pairs: 64, samples: 2 },
    stages: { pairs: 400, pretrainingResponses: 1000, pretrainingSteps: 300, sftSteps: 5, proxySteps: 300, goldenPolicySteps: 100 },
  };
  writeFileSync(path.join(workspaceDir, `${name}.alignment.json`), `// A study for the tests.\n${JSON.stringify(experiment, null, 2)}\n`);
}
