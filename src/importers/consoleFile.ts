/** Files into which somebody piped what a trainer printed. */
const CONSOLE = /\.(log|txt|out|stdout)$|^(nohup\.out|console|stdout|slurm-\d+.*)$/i;
/** Of trackers and Python, never a trainer's console. */
const NOT_CONSOLE = /^(requirements|license|debug(-internal)?|latest_checkpointed_iteration|vocab|merges)\b/i;

export const isConsoleFile = (name: string): boolean => CONSOLE.test(name) && !NOT_CONSOLE.test(name);

/** A bar that is drawn again and again ends its lines with a carriage return only. */
export const textOf = (head: Buffer): string => head.toString('utf8').replaceAll('\r', '\n');
