/**
 * Names of options in Python and here.
 *
 * @module
 */

/** `weight_decay` as `weightDecay`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=.)_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** `weightDecay` as `weight_decay`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
