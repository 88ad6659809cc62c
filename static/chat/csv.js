// @ts-check

/**
 * The first rows of a CSV text (RFC 4180; comma, semicolon or tab, whichever the first line has most of).
 * @param {string} text
 * @param {number} limit
 * @returns {string[][]}
 */
export function parseCsv(text, limit) {
  const source = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(source.slice(0, source.search(/\r?\n|$/)));
  /** @type {string[][]} */
  const rows = [];
  let row = [""];
  let quoted = false;
  for (let index = 0; index < source.length && rows.length < limit; index += 1) {
    const sign = source[index];
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (source[index + 1] === '"') row[row.length - 1] += source[(index += 1)];
      else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === separator) row.push("");
    else if (sign === "\n") {
      rows.push(row);
      row = [""];
    } else if (sign !== "\r") row[row.length - 1] += sign;
  }
  if (rows.length < limit && row.some(Boolean)) rows.push(row);
  return rows;
}

/** @param {string} line */
function separatorOf(line) {
  const count = (/** @type {string} */ sign) => line.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
