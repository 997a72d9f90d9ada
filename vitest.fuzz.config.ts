import { defineConfig } from 'vitest/config';

/** Damaged inputs by the hundred thousand: a stage of its own, so that the unit tests stay quick. */
export default defineConfig({
  test: { include: ['test/fuzz/**/*.fuzz.ts'], pool: 'forks', poolOptions: { forks: { minForks: 1, maxForks: 2 } } },
});
