// @ts-check
/** Numbers and times as people read them. */

const dayTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

/**
 * A size in bytes, as "1.4 MB".
 * @param {number} bytes
 */
export function fileSize(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

/**
 * A duration in milliseconds, as "0.4 s" or "2 min 5 s"; empty when unknown or too short to matter.
 * @param {number|null} milliseconds
 */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds < 50) return "";
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * The time of today, or the day before today.
 * @param {string} iso
 */
export function shortTime(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return "";
  return daysAgo(moment) === 0 ? dayTime.format(moment) : `${dayDate.format(moment)}, ${dayTime.format(moment)}`;
}

/**
 * Date and time in full, for tooltips.
 * @param {string} iso
 */
export function longTime(iso) {
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime()) ? "" : fullDate.format(moment);
}

/**
 * How many calendar days lie between a moment and today.
 * @param {Date} moment
 */
export function daysAgo(moment) {
  const start = new Date(moment);
  const today = new Date();
  start.setHours(0, 0, 0, 0);
  today.setHours(0, 0, 0, 0);
  return Math.round((today.getTime() - start.getTime()) / 86_400_000);
}

/**
 * A machine name as words: "send_email" → "Send email", "lead_id" → "Lead id".
 * @param {string} name
 */
export function words(name) {
  const spaced = name.replace(/[_.]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * The first letters of a name, at most two.
 * @param {string} name
 */
export function initials(name) {
  const parts = name.trim().split(/\s+/);
  const last = parts.length > 1 ? parts[parts.length - 1] : "";
  return ((parts[0]?.[0] ?? "") + (last[0] ?? "")).toUpperCase();
}
