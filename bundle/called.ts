/**
 * Which functions of a package a program calls.
 *
 * @module
 */

/** The ends of functions in a file, each as `begin,end`. */
export type Ranges = ReadonlySet<string>;

interface Coverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** Runs a program with each list of arguments and gives what it called, by the URL of the file. */
export async function calledBy(
  program: string,
  config: string,
  runs: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, Ranges>> {
  const folder = await Deno.makeTempDir();
  try {
    for (const args of runs) {
      const run = ["run", "--no-prompt", "--config", config, `--coverage=${folder}`, program];
      const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: [...run, ...args] })
        .output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
    }
    const called = new Map<string, Set<string>>();
    for await (const { name } of Deno.readDir(folder)) {
      const { url, functions }: Coverage = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
      const ranges = called.get(url) ?? new Set();
      for (const { ranges: [{ startOffset, endOffset, count }] } of functions) {
        if (count > 0) ranges.add(`${startOffset},${endOffset}`);
      }
      called.set(url, ranges);
    }
    return called;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
