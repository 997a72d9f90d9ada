/** What the list of native engines shows. */
import { ENGINE_NAMES, ENGINES, type EngineName } from '../../../engines';
import { ENGINE_WORDS } from '../../../launch/native/words';

export interface EngineChoice {
  readonly engine: EngineName;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** @param isInstalled whether this program has installed the engine already; choosing it installs it anew. */
export function engineChoices(isInstalled: (engine: EngineName) => boolean): EngineChoice[] {
  return ENGINE_NAMES.map((engine) => {
    const { title, package: name, version } = ENGINES[engine];
    const { brings, inShort } = ENGINE_WORDS[engine];
    const there = isInstalled(engine) ? ', installed: choose it to install it again' : '';
    return { engine, label: title, description: `${brings} (${name} ${version}${there})`, detail: inShort };
  });
}
