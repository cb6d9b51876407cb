/**
 * Where the fixed things stand at the start of the heap: the words through which threads agree on a job, the
 * argument block of an eager launch, and cells for scalar operands. The byte 0 is never given out.
 *
 * @module
 */

/** The most threads that can be configured, the main thread among them. */
export const MAX_THREADS: number = 64;

/**
 * The pool's control words. All but the last four are addresses into the int32 view; those that several
 * threads write are 128 bytes apart, so that no two share a cache line or its prefetched neighbour.
 */
export const CONTROL: {
  /** The number of the newest job; workers wait for it to change. */
  readonly EPOCH: number;
  /** The number of the job that may be joined, 0 for none, `STOP` to send workers home. */
  readonly OPEN: number;
  /** How many chunks are claimed. */
  readonly NEXT: number;
  /** How many of them by workers, which take the last ones. */
  readonly BACK: number;
  /** Workers between seeing a job and having left it. */
  readonly ACTIVE: number;
  /** Whether the main thread sleeps until `ACTIVE` is 0. */
  readonly WAITING: number;
  /** Workers that sleep until `EPOCH` changes. */
  readonly SLEEPING: number;
  /** Workers started and not yet gone. */
  readonly PRESENT: number;
  /** Workers that take part in jobs. */
  readonly READY: number;
  /** 0, or 1 + the length of the message at `MESSAGE` when a kernel threw in a worker. */
  readonly FAILED: number;
  /** Milliseconds without a job after which a worker leaves. */
  readonly IDLE: number;
  /** One word a worker: 0 when there is none, its token while it starts, minus its token when it serves. */
  readonly SLOTS: number;
  /** float64 address of the job: the address of its table, and its chunks. */
  readonly JOB: number;
  /** float64 address of the table of a job of one launch. */
  readonly ROW: number;
  /** uint16 address of the message of an error. */
  readonly MESSAGE: number;
  /** The value of `OPEN` that sends workers home. */
  readonly STOP: number;
} = {
  EPOCH: 128 / 4,
  OPEN: 256 / 4,
  NEXT: 384 / 4,
  ACTIVE: 512 / 4,
  WAITING: 640 / 4,
  SLEEPING: 768 / 4,
  PRESENT: 896 / 4,
  READY: 1024 / 4,
  FAILED: 1152 / 4,
  IDLE: 1156 / 4,
  SLOTS: 1408 / 4,
  BACK: 1792 / 4,
  JOB: 1280 / 8,
  ROW: 1296 / 8,
  MESSAGE: 2048 / 2,
  STOP: -1,
};

/** The most UTF-16 code units of an error's message that reach the main thread. */
export const MESSAGE_LENGTH: number = 1000;

/** float64 address of a block of 1024 numbers for the arguments of an eager launch. */
export const ARGUMENTS: number = 4096 / 8;

/** Byte address of 32 cells of 64 bytes each, for scalar operands. */
export const CELLS: number = 12288;

/** The first byte that the allocator may give out. */
export const FIRST_BYTE: number = 16384;
