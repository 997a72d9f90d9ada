/** Which files may be logs, by their names, and which of those people can read. The same names stand in package.json. */
import path from 'node:path';

const BINARY = /(\.tfevents\.|\.wandb$|\.(db|sqlite3?)$)/i;

export const isText = (file: string): boolean => !BINARY.test(path.basename(file));
