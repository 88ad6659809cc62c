// @ts-check
/** Every sentence the chat shows. A translation is a second table with the same keys. */

const en = {
  "app.name": "Mezzofy",
  "agent.auto": "Auto",
  "agent.auto.description": "Picks the right agent for each message",
  "agent.answer": "{agent} agent",
  "agent.assistant": "Mezzofy",

  "mode.offline": "Offline mode: no AI model is connected. Built-in skills and the knowledge base answer.",
  "mode.offline.short": "Offline mode",
  "mode.claude": "Claude answers. Please check important figures against their sources.",
  "mode.claude.short": "Claude",
  "mode.kimi": "Kimi answers. Please check important figures against their sources.",
  "mode.kimi.short": "Kimi",

  "empty.morning": "Good morning, {name}",
  "empty.afternoon": "Good afternoon, {name}",
  "empty.evening": "Good evening, {name}",
  "empty.lead": "What shall we get done?",

  "sessions.untitled": "New chat",
  "sessions.none": "Your chats will appear here.",
  "sessions.nomatch": "No chat has “{query}” in its title.",
  "sessions.more": "Show older chats",
  "sessions.failed": "Your chats could not be loaded. {detail}",
  "sessions.working": "working",
  "sessions.today": "Today",
  "sessions.yesterday": "Yesterday",
  "sessions.week": "Last 7 days",
  "sessions.older": "Older",
  "sessions.delete": "Delete “{title}”",
  "sessions.deleted": "The chat was deleted.",

  "delete.title": "Delete this chat?",
  "delete.body": "“{title}” and its messages will be removed. Files and records it made stay where they are.",
  "delete.confirm": "Delete chat",
  "dialog.cancel": "Cancel",
  "dialog.close": "Close",

  "composer.placeholder": "Message Mezzofy",
  "composer.placeholder.agent": "Message the {agent} agent",
  "composer.toolong": "This message is too long: {count} of {max} characters.",
  "attach.toolarge": "{name} is {size}. The limit is {max}.",
  "attach.emptyfile": "{name} is empty, so there is nothing to read in it.",
  "attach.one": "One file per message: {name} is attached. Send the others one by one.",
  "attach.remove": "Remove {name}",
  "attach.cancel": "Cancel the upload",
  "attach.uploading": "Uploading {percent} %",
  "attach.reading": "Uploaded. Checking the file …",
  "attach.cancelled": "The upload was cancelled. Your file and message are still here.",
  "attach.failed": "{detail} Your file and message are still here.",

  "drop.title": "Drop a file to send it with your message",
  "message.you": "You",
  "message.sending": "Sending …",
  "message.waiting": "Waiting for the connection. It will be sent by itself.",
  "message.refused": "Not sent. {detail}",
  "message.retry": "Try again",
  "message.discard": "Discard",
  "message.copy": "Copy",
  "message.copied": "Copied",
  "message.copyfailed": "Your browser did not allow copying.",
  "message.download": "Download",

  "code.copy": "Copy code",
  "table.region": "Table, scroll sideways for more",
  "sources.title": "Sources",
  "sources.open": "Source {n}: {label}",

  "run.queued": "Starting …",
  "run.thinking": "Working …",
  "run.waiting": "Waiting for your decision",
  "run.stopping": "Stopping …",
  "run.cancelled": "You stopped this answer.",
  "run.failed": "This did not work.",
  "run.failed.unknown": "Something went wrong on our side.",
  "run.reference": "Reference {reference}",
  "run.retry": "Try again",
  "run.retryfailed": "The file could not be read again. Please attach it once more.",
  "run.usage": "{tokens} tokens, ${cost}",
  "run.made_offline": "Offline",

  "steps.done.one": "Worked through {count} step",
  "steps.done.other": "Worked through {count} steps",
  "steps.sofar.one": "{count} step done",
  "steps.sofar.other": "{count} steps done",
  "steps.running": "running",
  "steps.ok": "done",
  "steps.bad": "failed",

  "artifact.list": "Files",
  "artifact.preview": "Preview {name}",
  "artifact.download": "Download {name}",
  "artifact.nopreview": "There is no preview for this kind of file. Download it to open it.",
  "artifact.previewfailed": "The preview could not be loaded.",
  "artifact.loading": "Loading the preview …",
  "artifact.page": "Page {page} of {name}",
  "artifact.pages": "The first {shown} of {total} pages. Download the file to see all.",
  "artifact.simplified": "A simplified preview: the file itself is set by its own program.",
  "artifact.more": "The first {count} rows. Download the file to see all.",

  "approval.title": "Needs your approval",
  "approval.approve": "Approve",
  "approval.reject": "Reject",
  "approval.edit": "Edit",
  "approval.details": "What would be done",
  "approval.note": "Note (optional)",
  "approval.approved": "Approved",
  "approval.rejected": "Rejected",
  "approval.expired": "Expired without a decision",
  "approval.by": "{outcome} by {name}",
  "approval.already": "This was already decided. {detail}",
  "approval.nothing": "It needs no further details.",
  "approval.badvalue": "“{name}” must be a number.",
  "approval.foureyes": "Somebody other than the requester has to agree to this.",
  "approval.deciders": "Somebody other than the requester has to agree to this: {names}.",
  "approval.yes": "Yes",
  "approval.no": "No",

  "jump.latest": "Jump to the latest message",
  "jump.approval": "Your decision is needed below",

  "connection.lost": "Connection lost. Reconnecting …",
  "connection.offline": "You are offline. Messages are kept and sent when you are back.",
  "connection.refused": "Live updates are not available for this account.",
  "connection.slow": "That was a lot at once. Please wait a moment; we reconnect by ourselves.",

  "error.network": "The server could not be reached. Please check your connection.",
  "error.server": "The server could not do this just now. Please try again in a moment.",
  "error.toolarge": "The file is too large.",
  "error.toofast": "That was a bit fast. Please wait a moment and try again.",
  "error.forbidden": "You are not allowed to do this.",
  "error.unknown": "This did not work (code {status}).",
  "history.missing": "This chat does not exist, or it belongs to someone else.",
  "history.failed": "This chat could not be loaded. {detail}",
  "history.retry": "Load again",

  "announce.working": "{agent} is working.",
  "announce.answer": "Answer from {agent}: {text}",
  "announce.failed": "The answer failed: {text}",
  "announce.approval": "Your approval is needed: {text}",

  "shortcut.title": "Keyboard shortcuts",
  "shortcut.search": "Search your chats",
  "shortcut.new": "New chat",
  "shortcut.compose": "Write a message",
  "shortcut.send": "Send",
  "shortcut.line": "New line",
  "shortcut.stop": "Stop the answer, or close what is open",
  "shortcut.help": "This list",

  "theme.auto": "Theme: as the system",
  "theme.light": "Theme: light",
  "theme.dark": "Theme: dark",
};

/** @typedef {keyof typeof en} StringKey */

/** @type {Record<string, string>} */
const table = en;
const plurals = new Intl.PluralRules("en");

/**
 * The sentence of a key, its {placeholders} filled.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const sentence = table[key];
  if (sentence === undefined) throw new Error(`No string ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The sentence of a key that depends on a count; the table has `key.one` and `key.other`.
 * @param {string} key
 * @param {number} count
 */
export function tn(key, count) {
  const form = plurals.select(count);
  return t(`${key}.${`${key}.${form}` in table ? form : "other"}`, { count });
}

/**
 * Whether the table has the key.
 * @param {string} key
 */
export function hasString(key) {
  return key in table;
}
