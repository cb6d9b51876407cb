/**
 * Errors that tell where they happened.
 *
 * @module
 */

/** Runs `parse` and lets its errors begin with where they happened. */
export function within<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    for (const Kind of [SyntaxError, TypeError, RangeError]) {
      if (error instanceof Kind) throw new Kind(`${where}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
