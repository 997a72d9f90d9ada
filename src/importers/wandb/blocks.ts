/**
 * The frames of a `.wandb` file: a header of 7 bytes, then LevelDB's log format. Blocks of 32 KiB are counted from the start of
 * the file; a piece never crosses a block, a record is one piece or several. Piece: u32le checksum · u16le length · u8 type · data.
 * The checksum is plain CRC-32 over type and data, neither masked nor Castagnoli. Source: wandb/core/pkg/leveldb/record.go.
 */
import { crc32 } from '../framing/crc';

export const BLOCK = 32 * 1024;
const PIECE_HEADER = 7;
export const FILE_HEADER = 7;
const MAGIC = [0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00] as const; // ":W&B", 0xBEE1, version 0

const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

/** A longer record is a table or a console log: its pieces are passed over. */
const LONGEST_RECORD = 16 * 1024 * 1024;

export interface BlockProblem {
  /** Of the piece in the file. */
  readonly offset: number;
  readonly message: string;
}

interface BlockSink {
  record(data: Uint8Array<ArrayBuffer>, offset: number): void;
  problem(problem: BlockProblem): void;
}

export const isWandb = (head: Uint8Array): boolean => head.length >= FILE_HEADER && MAGIC.every((byte, at) => head[at] === byte);

/**
 * Takes a file in chunks of any size. After damage it goes on with the next block, where pieces begin anew; the record that the
 * damage fell into is lost, the others are not.
 */
export class BlockReader {
  private readonly block = new Uint8Array(BLOCK);
  private readonly view = new DataView(this.block.buffer);
  /** Bytes of the block that are there. */
  private filled = 0;
  /** Of the next piece in the block. */
  private at = FILE_HEADER;
  private blockStart = 0;
  private pieces: Uint8Array[] = [];
  private pieceBytes = 0;
  private recordStart = 0;
  private broken = false;

  /** Pieces read, by type. */
  readonly pieceTypes = new Map<number, number>();

  constructor(private readonly sink: BlockSink) {}

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(BLOCK - this.filled, chunk.length - from);
      this.block.set(chunk.subarray(from, from + count), this.filled);
      this.filled += count;
      from += count;
      this.readPieces();
      if (this.filled === BLOCK) this.nextBlock();
    }
  }

  /** What lies after the last whole record: bytes, and where they begin; 0 where the file ends with a record. */
  get unfinished(): { readonly bytes: number; readonly offset: number } {
    const end = this.blockStart + this.filled;
    const rest = this.broken ? 0 : this.filled - this.at;
    const isInside = this.pieces.length > 0 || this.pieceBytes > 0;
    return isInside ? { bytes: end - this.recordStart, offset: this.recordStart } : { bytes: Math.max(0, rest), offset: this.blockStart + this.at };
  }

  private nextBlock(): void {
    if (!this.broken && this.at < BLOCK - PIECE_HEADER + 1) this.damaged('a piece is longer than its block');
    this.blockStart += BLOCK;
    this.filled = 0;
    this.at = 0;
    this.broken = false;
  }

  private readPieces(): void {
    if (this.blockStart === 0 && this.filled < FILE_HEADER) return;
    // Fewer than seven bytes at the end of a block are padding.
    while (!this.broken && this.at + PIECE_HEADER <= BLOCK && this.at + PIECE_HEADER <= this.filled) {
      const length = this.view.getUint16(this.at + 4, true);
      const type = this.block[this.at + 6]!;
      const start = this.at + PIECE_HEADER;
      if (start + length > BLOCK) return this.damaged('a piece is longer than its block');
      if (start + length > this.filled) return;
      if (type === 0 && length === 0) return this.damaged('zeros stand where a piece should');
      if (crc32(this.block, this.at + 6, start + length) !== this.view.getUint32(this.at, true)) return this.damaged('a piece fails its checksum');
      this.piece(type, start, start + length);
      this.at = start + length;
    }
  }

  private damaged(message: string): void {
    this.sink.problem({ offset: this.blockStart + this.at, message });
    this.broken = true;
    this.forget();
  }

  private piece(type: number, start: number, end: number): void {
    const offset = this.blockStart + this.at;
    this.pieceTypes.set(type, (this.pieceTypes.get(type) ?? 0) + 1);
    if (type === FULL || type === FIRST) {
      if (this.pieceBytes > 0) this.sink.problem({ offset: this.recordStart, message: 'a record has no end' });
      this.forget();
      this.recordStart = offset;
    } else if (type !== MIDDLE && type !== LAST) {
      this.sink.problem({ offset, message: `a piece is of the unknown type ${type}` });
      return;
    } else if (this.pieceBytes === 0) {
      // The rest of a record whose beginning was damaged, which was told.
      return;
    }
    // One more than the data, so that a first piece without data counts as begun.
    this.pieceBytes += end - start + 1;
    if (this.pieceBytes <= LONGEST_RECORD) this.pieces.push(this.block.slice(start, end));
    if (type === FULL || type === LAST) this.finish();
  }

  private finish(): void {
    if (this.pieceBytes > LONGEST_RECORD) this.sink.problem({ offset: this.recordStart, message: 'a record of more than 16 MiB was passed over' });
    // A copy in a buffer of its own, which the protobuf library needs.
    else this.sink.record(new Uint8Array(Buffer.concat(this.pieces)), this.recordStart);
    this.forget();
  }

  private forget(): void {
    this.pieces = [];
    this.pieceBytes = 0;
  }
}
