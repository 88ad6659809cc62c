// @ts-check
/**
 * The text of a run, written in pieces at their offsets.
 *
 * An offset counts Unicode code points (as the server's strings do), while a JavaScript string counts UTF-16 units; the
 * two differ from the first emoji on. A new piece replaces everything from its offset on: a run that is executed again
 * after a crash may word its answer differently. A piece that was seen before never takes anything away.
 */
export class RunText {
  #value = "";
  #points = 0;

  get value() {
    return this.#value;
  }

  /** The length in code points: the offset at which the next piece belongs. */
  get length() {
    return this.#points;
  }

  /** @param {string} value */
  replace(value) {
    this.#value = value;
    this.#points = countPoints(value);
  }

  /**
   * Write a piece at its offset. False when text before it is missing; then nothing is written.
   * @param {string} piece
   * @param {number} offset
   * @param {boolean} repeat the piece belongs to an event that was passed before
   */
  write(piece, offset, repeat) {
    if (offset > this.#points) return false;
    const end = offset + countPoints(piece);
    if (repeat && end <= this.#points) return true;
    this.#value = this.#value.slice(0, this.#unitsBefore(offset)) + piece;
    this.#points = end;
    return true;
  }

  /** @param {number} points */
  #unitsBefore(points) {
    if (points >= this.#points) return this.#value.length;
    if (this.#points === this.#value.length) return points;
    let units = 0;
    for (let seen = 0; seen < points; seen += 1) units += (this.#value.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
    return units;
  }
}

/** @param {string} text */
function countPoints(text) {
  let count = text.length;
  for (let index = 0; index < text.length; index += 1) {
    // A character beyond the first plane takes two units.
    if ((text.codePointAt(index) ?? 0) > 0xffff) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}
