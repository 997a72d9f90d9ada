/** Why a foreign log cannot be read at all: cause, place, next step. What is only partly damaged is a warning of its run. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  constructor(
    message: string,
    readonly place: string,
    readonly next: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
