/** A small file's meaning, read again only when the file has changed. */
import { stat } from 'node:fs/promises';

export class WhenChanged<T> {
  /** Tells one version of the file from the next. */
  version = '';
  private value: { readonly of: T } | undefined;

  constructor(
    private readonly file: string,
    private readonly read: () => Promise<T>,
  ) {}

  /** Errors are those of `read`, and are not remembered. */
  async get(): Promise<T> {
    const version = await stat(this.file, { bigint: true }).then(({ ino, size, mtimeNs }) => `${ino}/${size}/${mtimeNs}`, () => 'absent');
    if (this.value === undefined || version !== this.version) {
      this.value = undefined;
      this.value = { of: await this.read() };
      this.version = version;
    }
    return this.value.of;
  }
}
