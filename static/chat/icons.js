// @ts-check
/** Line icons on a 24 × 24 grid, drawn in the colour of the text around them. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const PATHS = {
  alert: "M12 8v5M12 16.5v.1M12 3.5 2.8 19.5h18.4Z",
  attach: "m20 11.5-8 8a5.2 5.2 0 0 1-7.4-7.4l8.4-8.4a3.5 3.5 0 0 1 5 5l-8.4 8.3a1.7 1.7 0 0 1-2.5-2.4l7.7-7.7",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron: "m9 6 6 6-6 6",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM15 9V4H5v11h4",
  cross: "M7 7l10 10M17 7 7 17",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  edit: "M4 20h4L19 9l-4-4L4 16ZM13 7l4 4",
  external: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6Z",
  keyboard: "M3 6.5h18v11H3ZM7 10.5h.1M12 10.5h.1M17 10.5h.1M8 14h8",
  logout: "M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5",
  menu: "M4 7h16M4 12h16M4 17h16",
  office: "M4 20V5h10v15M14 10h6v10M2.5 20h19M7.5 9h3M7.5 13h3M17 14v.1",
  plus: "M12 5v14M5 12h14",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.2h-4.2",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM16.2 16.2 20.5 20.5",
  send: "M12 19.5V5M5.5 11.5 12 5l6.5 6.5",
  shield: "M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6ZM9 12l2.2 2.2L15.2 10",
  stop: "M7.5 7.5h9v9h-9Z",
  trash: "M4.5 7h15M9.5 7V4h5v3M6.5 7l.8 13h9.4l.8-13M10 11v5.5M14 11v5.5",
  upload: "M12 16V5M7 9.5l5-5 5 5M5 20h14",

  "theme-auto": "M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16",
  "theme-light": "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  "theme-dark": "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",

  "agent-auto": "M11 4l1.8 5.2L18 11l-5.2 1.8L11 18l-1.8-5.2L4 11l5.2-1.8ZM18.5 15.5l.8 2.2 2.2.8-2.2.8-.8 2.2-.8-2.2-2.2-.8 2.2-.8Z",
  "agent-finance": "M4 20V10M10 20V4M16 20v-8M21.5 20h-19",
  "agent-marketing": "M4 10v4h3l9 4.5v-13L7 10ZM19 9.5c1.3 1.4 1.3 3.6 0 5M7 14l1.5 5.5h2.3L9.5 15.5",
  "agent-management": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM15.5 8.5l-2 5-5 2 2-5Z",
  "agent-sales": "M3.5 16.5 9 11l4 4 7.5-8M15.5 6.5h5.2v5.2",
  "agent-support": "M5 14v-2a7 7 0 0 1 14 0v2M5 13h2.5v5H5.5A1.5 1.5 0 0 1 4 16.5v-2A1.5 1.5 0 0 1 5 13ZM19 13h-2.5v5h2a1.5 1.5 0 0 0 1.5-1.5v-2a1.5 1.5 0 0 0-1-1.5ZM18.5 18c0 1.8-2 2.7-4.5 2.7",

  "file-audio": "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  "file-image": "M4 5h16v14H4ZM4 16l4.5-4.5 4 4 3-3L20 17M15.5 8.5v.1",
  "file-mail": "M3.5 6h17v12.5h-17ZM3.5 7l8.5 6.5L20.5 7",
  "file-sheet": "M4 5h16v14H4ZM4 10h16M4 14.5h16M10 5v14",
  "file-slides": "M4 4.5h16v11H4ZM12 15.5v4M8.5 20l3.5-3.5 3.5 3.5M8 12V9.5M12 12V8M16 12v-1.5",
  "file-text": "M6 3.5h8l4.5 4.5v12.5H6ZM14 3.5V8h4.5M9 12.5h6M9 16h6",
  "file-video": "M4 6h11v12H4ZM15 10.5 20.5 7v10L15 13.5",
};

/** @type {Record<string, string>} */
const FILE_ICONS = {
  audio: "file-audio", csv: "file-sheet", eml: "file-mail", image: "file-image", pptx: "file-slides", video: "file-video",
  xlsx: "file-sheet",
};

/**
 * An icon, hidden from screen readers: the control around it has the name.
 * @param {string} name
 */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS["file-text"]);
  picture.append(path);
  return picture;
}

/** A turning ring, as large as an icon. */
export function spinner() {
  const ring = document.createElement("span");
  ring.className = "spinner";
  ring.setAttribute("aria-hidden", "true");
  return ring;
}

/**
 * The name of the icon for a kind of file (or a content type).
 * @param {string} type
 */
export function fileIcon(type) {
  return FILE_ICONS[type] ?? FILE_ICONS[type.split("/")[0]] ?? "file-text";
}

/**
 * The name of the icon of an agent.
 * @param {string} agent
 */
export function agentIcon(agent) {
  return `agent-${agent}` in PATHS ? `agent-${agent}` : "agent-auto";
}
