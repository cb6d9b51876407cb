/** How a program ended. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a program of `examples/`. */
export async function runExample(file: string, ...args: readonly string[]): Promise<Run> {
  const path = new URL(`../../examples/${file}`, import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", path, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

/** Runs what writes files in a new folder, which is removed in the end. */
export async function inFolder(f: () => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const old = Deno.cwd();
  try {
    Deno.chdir(folder);
    await f();
  } finally {
    Deno.chdir(old);
    await Deno.remove(folder, { recursive: true });
  }
}
