/**
 * Tests of checkpoint files: what a failed or interrupted write leaves behind.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  loadCheckpoint,
  loadCheckpointSync,
  saveCheckpoint,
  saveCheckpointSync,
} from "../../../tensor/io/checkpoint.ts";
import { tensor } from "../../../tensor/ops/create.ts";
import { zeros } from "../../../tensor/ops/full.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { tensorFromData } from "../../../tensor/make_tensor.ts";
import { assertRejects, inFolder, namesIn } from "./files.ts";
import { exactly } from "./trees.ts";

const train = {
  params: { weight: tensor([[1, 2], [3, 4]]) },
  key: tensorFromData("key", [], [1, 2]),
  step: 7,
};

Deno.test("loadCheckpoint() is the inverse of saveCheckpoint(), by path and by URL", async () => {
  await inFolder(async (folder) => {
    for (const path of [`${folder}/a`, new URL(`file://${folder}/b%20c`)]) {
      await saveCheckpoint(path, { before: true });
      await saveCheckpoint(path, train);
      assertEquals(exactly(await loadCheckpoint(path)), exactly(train));
      assertEquals(exactly(loadCheckpointSync(path)), exactly(train));
      saveCheckpointSync(path, { ...train, step: 8 });
      assertEquals((await loadCheckpoint(path, { like: train })).step, 8);
    }
    assertEquals(namesIn(folder), ["a", "b c"]);
  });
});

Deno.test("saveCheckpoint() saves what the tree holds at the call", async () => {
  await inFolder(async (folder) => {
    const tree = { step: 1 };
    const saving = saveCheckpoint(`${folder}/a`, tree);
    tree.step = 2;
    await saving;
    assertEquals(await loadCheckpoint(`${folder}/a`), { step: 1 });
  });
});

Deno.test("saveCheckpoint() many times at once leaves one of them", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a`;
    await Promise.all(
      Array.from({ length: 20 }, (_, step) => saveCheckpoint(path, { step, x: zeros([step]) })),
    );
    const { step, x } = await loadCheckpoint<{ step: number; x: Tensor }>(path);
    assertEquals(x.shape, [step]);
    assertEquals(namesIn(folder), ["a"]);
  });
});

Deno.test("saveCheckpoint() replaces the target of a link and keeps the mode of the file", async () => {
  if (Deno.build.os === "windows") return;
  await inFolder(async (folder) => {
    saveCheckpointSync(`${folder}/a`, 1);
    Deno.chmodSync(`${folder}/a`, 0o600);
    Deno.symlinkSync("a", `${folder}/latest`);
    await saveCheckpoint(`${folder}/latest`, 2);
    assertEquals(Deno.lstatSync(`${folder}/latest`).isSymlink, true);
    assertEquals(Deno.statSync(`${folder}/a`).mode! & 0o777, 0o600);
    assertEquals(await loadCheckpoint(`${folder}/a`), 2);
    saveCheckpointSync(`${folder}/latest`, 3);
    assertEquals(await loadCheckpoint(`${folder}/a`), 3);
    assertEquals(namesIn(folder), ["a", "latest"]);
  });
});

Deno.test("saveCheckpoint() that fails leaves the old file and nothing else", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a`;
    await saveCheckpoint(path, train);
    const isWhole = () => {
      assertEquals(namesIn(folder), ["a"]);
      assertEquals(exactly(loadCheckpointSync(path)), exactly(train));
    };
    await assertRejects(
      () => saveCheckpoint(path, { f: () => 1 }),
      TypeError,
      `saveCheckpoint of ${path} expects tensors, numbers, strings, booleans and holes but got a function at f`,
    );
    isWhole();
    const { rename, renameSync } = Deno;
    const { sync, syncSync } = Deno.FsFile.prototype;
    const fail = (): never => {
      throw new Deno.errors.PermissionDenied("Permission denied (os error 13): rename 'a'");
    };
    const message = `expects to write ${path} but got Permission denied (os error 13)`;
    try {
      Deno.rename = () => Promise.resolve().then(fail);
      Deno.renameSync = fail;
      await assertRejects(
        () => saveCheckpoint(path, 1),
        Deno.errors.PermissionDenied,
        `saveCheckpoint ${message}`,
      );
      isWhole();
      assertThrows(
        () => saveCheckpointSync(path, 1),
        Deno.errors.PermissionDenied,
        `saveCheckpointSync ${message}`,
      );
      isWhole();
      Object.assign(Deno, { rename, renameSync });
      Deno.FsFile.prototype.sync = () => Promise.resolve().then(fail);
      Deno.FsFile.prototype.syncSync = fail;
      await assertRejects(
        () => saveCheckpoint(path, 1),
        Deno.errors.PermissionDenied,
        `saveCheckpoint ${message}`,
      );
      isWhole();
      assertThrows(
        () => saveCheckpointSync(path, 1),
        Deno.errors.PermissionDenied,
        `saveCheckpointSync ${message}`,
      );
      isWhole();
    } finally {
      Object.assign(Deno, { rename, renameSync });
      Object.assign(Deno.FsFile.prototype, { sync, syncSync });
    }
  });
});

Deno.test("saveCheckpoint() and loadCheckpoint() name the operation and the path in their errors", async () => {
  await inFolder(async (folder) => {
    const missing = `${folder}/missing/a`;
    const { NotFound } = Deno.errors;
    await assertRejects(
      () => saveCheckpoint(missing, 1),
      NotFound,
      `saveCheckpoint expects to write ${missing}`,
    );
    assertThrows(
      () => saveCheckpointSync(missing, 1),
      NotFound,
      `saveCheckpointSync expects to write ${missing}`,
    );
    await assertRejects(() => loadCheckpoint(missing), NotFound, `loadCheckpoint expects to read ${missing}`);
    assertThrows(
      () => loadCheckpointSync(missing),
      NotFound,
      `loadCheckpointSync expects to read ${missing}`,
    );
    await assertRejects(() => saveCheckpoint(folder, 1), TypeError, "a folder instead of a regular file");
    assertThrows(() => saveCheckpointSync(folder, 1), TypeError, "a folder instead of a regular file");
    const path = `${folder}/a`;
    saveCheckpointSync(path, train);
    const like = { ...train, params: { weight: zeros([3]) } };
    await assertRejects(
      () => loadCheckpoint(path, { like }),
      RangeError,
      `loadCheckpoint of ${path} expects float32[3] but got float32[2, 2] at params/weight`,
    );
    Deno.truncateSync(path, 100);
    assertThrows(
      () => loadCheckpointSync(path),
      SyntaxError,
      `loadCheckpointSync of ${path} expects a whole checkpoint`,
    );
  });
});

Deno.test("saveCheckpointSync() killed at any time leaves a whole checkpoint", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a`;
    const args = ["run", "--no-check", "-A", new URL("endless_saves.ts", import.meta.url).pathname, path];
    for (let round = 0; round < 6; round++) {
      const process = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
      const reader = process.stdout.getReader();
      await reader.read();
      // A save takes some 25 ms; each round ends at another phase of the second or third.
      await new Promise((resolve) => setTimeout(resolve, 1 + 7 * round));
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
      const { count, parts } = loadCheckpointSync<{ count: number; parts: Tensor[] }>(path);
      assertEquals(parts.map((part) => part.data().every((value) => value === count)), [true, true]);
    }
    // The test is worth something only if it hit a write.
    assertEquals(namesIn(folder).some((name) => name.endsWith(".tmp")), true);
  });
});
