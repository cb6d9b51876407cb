/**
 * Plans of products in WebAssembly: how a product is cut into tiles, and how its operands are read.
 *
 * @module
 */
import { joinBatch, matmulPlan, type MatmulSizes, type MatrixProduct } from "../matmul.ts";
import { SKINNY } from "../matmul_skinny.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { doubleMatmulPlan } from "./double_matmul.ts";
import { isBetterExchanged, matmulBatchSimdPlan } from "./matmul_batch.ts";
import { isAliased, matmulSkinnySimdPlan } from "./matmul_skinny_plan.ts";
import { BLOCK } from "./tile.ts";

/** Most columns of a tile, at a long k and at a short one. */
const COLUMNS: readonly [number, number] = [128, 576];

/**
 * Float32 elements of B for all of k that a wide tile may have: the second-level cache holds them beside A and C. Whole
 * rows of C are best for what is carried out on them.
 */
const WIDE = 1 << 16;

/** Most rows of a tile, where the columns of B stay packed for all rows, and where each tile packs its own. */
const ROWS: readonly [number, number] = [160, 240];

/** Elements of a tile where the columns of B stay packed: what is carried out on them finds them in the cache. */
const TILE = 19_200;

/** Rows for which B is packed, where a product has more: packing takes as long as a few rows. */
const PACKED_ROWS = 64;

/** Tiles that a product should have, if they do not become too small. */
const TILES_WANTED = 16;

/** Float32 elements of packed B that stay for the tiles below each other: half of the scratch area. */
const STAYING = 1 << 17;

/**
 * Rows for which it does not pay to pack B; and where its rows, if they are so many, fall on the same few lines of the
 * first-level cache.
 */
const [FEW_ROWS, FEWER_ROWS, FEW_LINES] = [16, 4, 32];

/** Bytes of a block of B that is read in place, if it fits in the first-level cache. */
const CACHED = 24_576;

/** A stride of A over k, in elements, whose multiples are so many that it is turned. */
const TURNED = 256;

/** Chunks that a large product should have. */
const CHUNKS_WANTED = 32;

/** Nanoseconds per multiplication, for choosing grains. */
const NANOSECONDS = 0.04;

/** Nanoseconds of a tile beside which what comes before and after it does not count. */
const WORTHWHILE = 4000;

/** The extent of even tiles along an axis, in multiples of `unit`, at most `limit`. */
function evenTile(extent: number, limit: number, unit: number): number {
  const tiles = Math.max(1, Math.ceil(extent / limit));
  return Math.max(unit, unit * Math.ceil(extent / tiles / unit));
}

/** Nanoseconds of a part of a product whose rows are too few to be cut, and the most of such parts. */
const [PART, MOST_PARTS] = [30_000, 4];

/** Fewest columns of such a part. */
const LEAST_COLUMNS = 64;

/** Into how many parts the columns of a product are cut that takes so long: of few rows, so that threads share them. */
function partsOf(rows: number, count: number, nanoseconds: number): number {
  if (rows > PACKED_ROWS || count > 1) return 1;
  return Math.max(1, Math.min(MOST_PARTS, Math.floor(nanoseconds / PART)));
}

/**
 * Multiplications of a matrix that are too few for the loops of few rows or columns, where there is a batch: if B is read
 * in place, and if not.
 */
const TINY: readonly [number, number] = [2048, 64];

/**
 * Products of a batch from which, and k for each of the few rows or columns below which, adding up across lanes takes longer;
 * the second k where both operands lie along k and the columns are fewer.
 */
const [SEVERAL, ACROSS_LANES] = [8, [8, 6]];

/** Multiplications of a float64 product that take less time than the way into WebAssembly. */
const TINY_DOUBLE = 200;

/** The launch that computes a product. Operands: A, B, C, as for `matmulPlan`. */
export function matmulSimdPlan(sizes: MatmulSizes, relaxed: boolean): KernelPlan {
  const product = joinBatch(sizes);
  const { rows, inner, columns, aInner, bInner, bColumn, count } = product;
  const few = Math.min(rows, columns);
  if (sizes.dtype === "float64") {
    const isPlain = few < SKINNY || rows * inner * columns <= TINY_DOUBLE;
    return isPlain ? matmulPlan(sizes) : doubleMatmulPlan(product, relaxed);
  }
  const alongK = aInner === 1 && bInner === 1 && columns < rows;
  const tiny = isBetterExchanged(product) ||
    (bColumn === 1 && columns >= 4 ? rows * inner * columns <= TINY[0] : rows * inner * columns <= TINY[1] ||
      (count >= SEVERAL && (bInner === 1 || bColumn === 1) && inner < few * ACROSS_LANES[alongK ? 1 : 0]));
  const skinny = tiny ? null : matmulSkinnySimdPlan(product, relaxed);
  return skinny ?? matmulBatchSimdPlan(product, relaxed) ?? matmulSkinnySimdPlan(product, relaxed) ??
    tilesPlan(product, relaxed, false);
}

/** The launch of a product by tiles. `exchanged`: the operands are B, A, C. */
export function tilesPlan(product: MatrixProduct, relaxed: boolean, exchanged: boolean): KernelPlan {
  const { rows, inner, columns, aRow, aInner, bInner, bColumn, axes, count } = product;
  const direct = bColumn === 1 &&
    (rows <= (inner >= FEW_LINES && isAliased(bInner) ? FEWER_ROWS : FEW_ROWS) ||
      4 * Math.abs(bInner) * Math.min(inner, BLOCK) <= CACHED);
  const parts = partsOf(rows, count, NANOSECONDS * count * rows * columns * inner);
  const fit = Math.min(Math.max(WIDE / Math.max(1, inner), COLUMNS[0]), COLUMNS[1]);
  const widest = Math.min(fit, Math.max(LEAST_COLUMNS, columns / parts));
  const tileColumns = evenTile(columns, widest, 4);
  const staying = !direct && tileColumns * inner <= STAYING;
  const strips = count * Math.ceil(columns / tileColumns);
  const worthwhile = WORTHWHILE / (NANOSECONDS * tileColumns * (4 + inner));
  const shared = Math.max(PACKED_ROWS, Math.ceil(rows * strips / TILES_WANTED), worthwhile);
  const most = direct || staying
    ? Math.min(Math.max(ROWS[0], worthwhile), TILE / tileColumns, shared)
    : ROWS[1];
  const tileRows = evenTile(rows, most, 2);
  const turned = aRow === 1 && aInner % TURNED === 0 && Math.min(inner, tileColumns) >= 64;
  const rowTiles = Math.ceil(rows / tileRows);
  const work = NANOSECONDS * tileRows * tileColumns * (4 + inner);
  const wanted = Math.ceil(CHUNKS_WANTED / Math.max(1, strips));
  // Tiles below each other share what is packed.
  const kept = Math.min(rowTiles, Math.max(Math.ceil(rowTiles / wanted), Math.round(PACKED_ROWS / tileRows)));
  return {
    kernel: "matmulSimd.float32",
    scalars: [
      ...[rows, inner, columns, aRow, aInner, bInner, bColumn, tileRows, tileColumns],
      ...[direct ? 1 : 0, staying ? 1 : 0, relaxed ? 1 : 0, turned ? 1 : 0, exchanged ? 1 : 0],
      ...[axes.length, ...axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b])],
    ],
    total: rowTiles * strips,
    grain: staying ? Math.max(grainFor(work), kept) : grainFor(work),
  };
}
