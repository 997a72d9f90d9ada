/** Whatever draws: studies with their cards, and reports. A bundle of its own (esbuild.mjs), loaded by the commands that need it. */
export { writeReport } from './reportFile';
export { carryOutStudy } from './studies';
