import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { arange, compile, random, reshape, sum, type Tensor } from "../../tensor/mod.ts";
import {
  mixUp,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomErase,
  randomFlip,
} from "../../train/mod.ts";

const key = random.key(5);
const images = reshape(arange(4 * 2 * 3 * 5), [4, 2, 3, 5]);

Deno.test("randomFlip() turns some images wholly and leaves the others", () => {
  const twice = randomFlip(key, randomFlip(key, images));
  assertEquals(twice.toArray(), images.toArray());
  const turned = randomFlip(key, images, { direction: "vertical" });
  const rows = turned.data();
  const kinds = [0, 1, 2, 3].map((i) => rows[i * 30] === images.data()[i * 30]);
  assertEquals(new Set(kinds).size, 2);
  assertEquals(sum(turned).item(), sum(images).item());
});

Deno.test("randomCrop() gives parts of the images at places of their own", () => {
  const parts = randomCrop(key, images, { size: [2, 3] });
  assertEquals(parts.shape, [4, 2, 2, 3]);
  const [data, whole] = [parts.data(), images.data()];
  for (let i = 0; i < 4; i++) {
    const first = data[i * 12] - whole[i * 30];
    const [top, left] = [Math.floor(first / 5), first % 5];
    assertEquals(top >= 0 && top <= 1 && left >= 0 && left <= 2, true);
    assertEquals(data[i * 12 + 4], whole[i * 30 + (top + 1) * 5 + left + 1]);
  }
});

Deno.test("changes of images compile, keep shapes and depend on their key alone", () => {
  const changes: Readonly<Record<string, (key: Tensor, x: Tensor) => Tensor>> = {
    flip: (key, x) => randomFlip(key, x),
    crop: (key, x) => randomCrop(key, x, { size: [3, 5], padding: 1 }),
    erase: (key, x) => randomErase(key, x, { size: 2 }),
    brightness: (key, x) => randomBrightness(key, x, { amount: 0.5, min: 0, max: 50 }),
    contrast: (key, x) => randomContrast(key, x, { amount: 0.5 }),
    mix: (key, x) => mixUp(key, { images: x, targets: x }).images,
  };
  for (const [name, change] of Object.entries(changes)) {
    const changed = change(key, images);
    assertEquals(changed.shape, images.shape, name);
    assertEquals(change(key, images).data(), changed.data(), name);
    const compiled = compile(change)(key, images).data();
    changed.data().forEach((value, i) =>
      assertEquals(Math.abs(compiled[i] - value) <= 1e-4 * 120, true, name)
    );
  }
});

Deno.test("augmentation refuses what does not fit", () => {
  assertThrows(() => randomFlip(key, arange(3)), RangeError, "randomFlip expects images");
  assertThrows(() => randomFlip(key, images, { probability: 2 }), RangeError, "between 0 and 1 but got 2");
  assertThrows(() => randomCrop(key, images, { size: [4, 5] }), RangeError, "within [3, 5] but got [4, 5]");
  assertThrows(
    () => randomCrop(key, images, { size: [2.5, 2] }),
    TypeError,
    "a size of whole rows and columns",
  );
  assertThrows(() => randomFlip(key, [1] as unknown as Tensor), TypeError, "randomFlip expects a tensor");
  assertThrows(() => randomErase(key, images, { size: 0 }), RangeError, "positive integer but got 0");
  assertThrows(() => randomContrast(key, images, { amount: -1 }), RangeError, "at least 0 but got -1");
  assertThrows(() => mixUp(key, { images, targets: arange(3) }), RangeError, "each of 4 images but got [3]");
});
