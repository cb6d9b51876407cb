/**
 * Options that a function does not know are errors, for types are not checked when a program runs.
 *
 * @module
 */

/** The names of options of a type; of each of its members, if it is a union. */
type NamesOf<T> = T extends unknown ? keyof T : never;

/** What stands for options that are not given: one object for all calls, which is seen at a glance. */
export const NO_OPTIONS: Readonly<Record<never, never>> = {};

/**
 * Throws unless `options` is an object whose names are all among `names`. Only the names are looked at: their values
 * are the operation's to check.
 *
 * @param names All names of the type of `options`, neither more nor fewer, or it does not compile.
 * @throws {TypeError} If it is not.
 */
export function checkOptionNames<T extends object, N extends Readonly<Record<NamesOf<T>, true>>>(
  operation: string,
  options: T,
  names: N & Readonly<Record<Exclude<keyof N, NamesOf<T>>, never>>,
): void {
  if (options === NO_OPTIONS) return;
  if (typeof options === "object" && options !== null) {
    let isEmpty = true;
    for (const name in options) {
      if ((names as Readonly<Record<string, true>>)[name] !== true) {
        throw refusal(operation, options, names, name);
      }
      isEmpty = false;
    }
    // What shows no names may still be a map, a date or an empty array.
    if (!isEmpty || options.constructor === Object || isRecord(options)) return;
  }
  throw refusal(operation, options, names);
}

/** Whether an object is nothing but its properties. */
function isRecord(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function refusal(operation: string, options: unknown, names: object, name?: string): TypeError {
  const isPlain = typeof options === "object" && options !== null && !Array.isArray(options) &&
    (options.constructor === undefined || options.constructor === Object);
  if (name === undefined || !isPlain) {
    return new TypeError(`${operation} expects options to be an object but got ${describe(options)}`);
  }
  const known = Object.keys(names);
  const last = known.pop();
  const list = known.length === 0 ? `option ${last}` : `options ${known.join(", ")} and ${last}`;
  return new TypeError(`${operation} expects the ${list} but got ${name}`);
}

/** How what is no object of options reads in an error. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return value.constructor?.name ?? "an object";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}
