/**
 * Generated pages as `deno fmt` leaves them.
 *
 * @module
 */

/** Markdown as `deno fmt` writes it; needs the permission to run Deno. */
export function formatMarkdown(text: string): string {
  const path = Deno.makeTempFileSync({ suffix: ".md" });
  try {
    Deno.writeTextFileSync(path, text);
    const config = new URL("../deno.json", import.meta.url).pathname;
    const { code, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", config, path],
      stderr: "piped",
    }).outputSync();
    if (code !== 0) {
      throw new Error(`Expected deno fmt to succeed but got ${new TextDecoder().decode(stderr)}`);
    }
    return Deno.readTextFileSync(path);
  } finally {
    Deno.removeSync(path);
  }
}
