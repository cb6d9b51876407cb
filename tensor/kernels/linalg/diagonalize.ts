/**
 * Singular values of two diagonals by implicit QR steps, in float64 memory.
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * Takes the matrix with the diagonal `d` and `e` above it to its diagonal by implicit QR steps (Golub and Reinsch, 1970), whose
 * rotations go through n rows of `leftWidth` and `turnedWidth` elements too, from the left and the right; those of no width
 * are left alone. `angles` is room for 8 n elements. False where it does not converge.
 */
export const diagonalize: Steps["diagonalize"] = (
  p,
  steps,
  d,
  e,
  n,
  angles,
  left,
  leftStep,
  leftWidth,
  turned,
  turnedStep,
  turnedWidth,
) => {
  const EPSILON = 2 ** -52, TINY = 2 ** -966;
  const radius = (y: number, z: number): number => {
    const square = y * y + z * z;
    return square > 1e-280 && square < 1e280 ? Math.sqrt(square) : Math.hypot(y, z);
  };
  // Rotations of a sweep wait for the next one that begins in the same row, so that both go through the rows at once.
  let waiting = 0, start = 0;
  const others = angles + 4 * n, byLeft = 2 * n;
  const rotateWaiting = (): void => {
    if (waiting > 0 && turnedWidth > 0) {
      steps.rotate(turned + start * turnedStep, turnedStep, angles, waiting, turnedWidth);
    }
    if (waiting > 0 && leftWidth > 0) {
      steps.rotate(left + start * leftStep, leftStep, angles + byLeft, waiting, leftWidth);
    }
    waiting = 0;
  };
  let finite = true;
  for (let last = n, rounds = 0; last > 0 && finite;) {
    let k = last - 2;
    for (; k >= 0; k--) {
      if (Math.abs(p[e + k]) > TINY + EPSILON * (Math.abs(p[d + k]) + Math.abs(p[d + k + 1]))) continue;
      p[e + k] = 0;
      break;
    }
    // The block from k + 1 to `last` has no zeros beside its diagonal.
    const first = k + 1;
    if (first === last - 1) {
      rounds = 0;
      last--;
      continue;
    }
    if (rounds++ === 100) finite = false;
    let zero = last - 1;
    for (; zero >= first; zero--) {
      const beside = (zero < last - 1 ? Math.abs(p[e + zero]) : 0) +
        (zero > first ? Math.abs(p[e + zero - 1]) : 0);
      if (Math.abs(p[d + zero]) <= TINY + EPSILON * beside) break;
    }
    if (zero >= first) rotateWaiting();
    if (zero === last - 1) {
      // A last zero: its column is cleared from the right, upwards.
      p[d + zero] = 0;
      let f = p[e + zero - 1];
      p[e + zero - 1] = 0;
      for (let j = zero - 1; j >= first && f !== 0; j--) {
        const r = radius(p[d + j], f), cosine = p[angles] = p[d + j] / r, sine = p[angles + 1] = f / r;
        p[d + j] = r;
        if (j > first) {
          f = -sine * p[e + j - 1];
          p[e + j - 1] *= cosine;
        }
        if (turnedWidth > 0) {
          steps.rotate(turned + j * turnedStep, (zero - j) * turnedStep, angles, 1, turnedWidth);
        }
      }
    } else if (zero >= first) {
      // A zero above: its row is cleared from the left, downwards.
      p[d + zero] = 0;
      let f = p[e + zero];
      p[e + zero] = 0;
      for (let j = zero + 1; j < last && f !== 0; j++) {
        const r = radius(p[d + j], f), cosine = p[angles] = p[d + j] / r, sine = p[angles + 1] = f / r;
        p[d + j] = r;
        f = -sine * p[e + j];
        p[e + j] *= cosine;
        if (leftWidth > 0) steps.rotate(left + j * leftStep, (zero - j) * leftStep, angles, 1, leftWidth);
      }
    } else {
      const high = last - 1;
      let most = Math.abs(p[d + high]);
      for (let j = first; j < high; j++) most = Math.max(most, Math.abs(p[d + j]), Math.abs(p[e + j]));
      const sp = p[d + high] / most, before = p[d + high - 1] / most, beside = p[e + high - 1] / most;
      const sk = p[d + first] / most, ek = p[e + first] / most;
      const b = ((before + sp) * (before - sp) + beside * beside) / 2, square = (sp * beside) ** 2;
      let shift = 0;
      if (b !== 0 || square !== 0) {
        const root = Math.sqrt(b * b + square);
        shift = square / (b + (b < 0 ? -root : root));
      }
      let f = (sk + sp) * (sk - sp) + shift, g = sk * ek;
      const sweep = waiting > 0 ? others : angles, other = sweep + byLeft;
      for (let j = first, angle = 0; j < high; j++, angle += 2) {
        let r = radius(f, g), cosine = r === 0 ? 1 : f / r, sine = r === 0 ? 0 : g / r;
        if (j > first) p[e + j - 1] = r;
        f = cosine * p[d + j] + sine * p[e + j];
        p[e + j] = cosine * p[e + j] - sine * p[d + j];
        g = sine * p[d + j + 1];
        p[d + j + 1] *= cosine;
        p[sweep + angle] = cosine;
        p[sweep + angle + 1] = sine;
        r = radius(f, g);
        cosine = r === 0 ? 1 : f / r;
        sine = r === 0 ? 0 : g / r;
        p[d + j] = r;
        f = cosine * p[e + j] + sine * p[d + j + 1];
        p[d + j + 1] = cosine * p[d + j + 1] - sine * p[e + j];
        g = sine * p[e + j + 1];
        p[e + j + 1] *= cosine;
        p[other + angle] = cosine;
        p[other + angle + 1] = sine;
      }
      p[e + high - 1] = f;
      if (turnedWidth === 0 && leftWidth === 0) continue;
      const count = high - first;
      if (waiting > 0 && start === first && count <= waiting) {
        for (let i = 2 * count; i < 2 * waiting; i++) p[others + i] = p[others + byLeft + i] = 1 - i % 2;
        if (turnedWidth > 0) {
          steps.rotateTwice(turned + first * turnedStep, turnedStep, angles, others, waiting, turnedWidth);
        }
        if (leftWidth > 0) {
          steps.rotateTwice(
            left + first * leftStep,
            leftStep,
            angles + byLeft,
            others + byLeft,
            waiting,
            leftWidth,
          );
        }
        waiting = 0;
      } else {
        if (waiting > 0) {
          rotateWaiting();
          for (let i = 0; i < 2 * count; i++) {
            p[angles + i] = p[others + i];
            p[angles + byLeft + i] = p[others + byLeft + i];
          }
        }
        waiting = count;
        start = first;
      }
    }
  }
  rotateWaiting();
  return finite;
};
