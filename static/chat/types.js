// @ts-check
/**
 * The shapes that travel between the modules. Names with an underscore are the server's own
 * (see docs/websocket.md); camelCase names are ours.
 *
 * @typedef {Object} Citation
 * @property {string} kind            what is cited, as "crm.lead"
 * @property {string} id
 * @property {string} label
 * @property {string} [url]
 *
 * @typedef {Object} Artifact
 * @property {string} id
 * @property {string} name
 * @property {string} type            "pdf", "pptx", "csv", … or a content type for uploads
 * @property {number} size_bytes
 * @property {string} download_url
 *
 * @typedef {Object} Approval
 * @property {string} id
 * @property {string} tool
 * @property {string} summary
 * @property {Object<string, unknown>} [arguments]
 * @property {[string, "text"|"texts"|""][]} [fields]   the arguments in their order, also those left out
 * @property {string} [status]        "pending", "approved", "rejected", "expired", …
 * @property {string} [run_id]
 * @property {string} [decided_by]
 * @property {ApprovalPreview} [preview]
 * @property {boolean} [four_eyes]    somebody else than the requester has to agree
 * @property {string[]} [deciders]     who may, then
 * @property {string} [why]            what it does, and what made a person necessary
 *
 * @typedef {Object} ApprovalPreview
 * @property {[string, string][]} [lines]   label and value
 * @property {string} [body]                the text that would leave the house
 * @property {"text"|"markdown"|"html"} [body_format]
 * @property {string[]} [warnings]
 *
 * @typedef {Object} Step
 * @property {string} key             the step's number within its run, as text
 * @property {string} tool
 * @property {string} summary
 * @property {"running"|"ok"|"failed"} state
 * @property {number} startedAt       milliseconds of this browser's clock
 * @property {number|null} durationMs null while running, and when nobody measured it
 *
 * @typedef {"queued"|"running"|"waiting_approval"|"completed"|"failed"|"cancelled"} RunStatus
 *
 * @typedef {Object} Failure
 * @property {string} code
 * @property {string} detail
 * @property {string} reference       what to name when asking for help; empty when there is none
 *
 * @typedef {Object} Run
 * @property {string} id
 * @property {RunStatus} status
 * @property {string} agent
 * @property {string} skill
 * @property {string} mode
 * @property {{input_tokens: number, output_tokens: number, cost_usd: string}|null} usage
 * @property {import("./run_text.js").RunText} text
 * @property {Map<string, Step>} steps
 * @property {Artifact[]} artifacts
 * @property {Approval[]} approvals
 * @property {Citation[]} citations
 * @property {string} line            the live status line
 * @property {boolean} stopping       the user asked to stop, the server has not answered yet
 * @property {Failure|null} failure
 * @property {string} at              ISO time of the answer, or of the question while there is none
 * @property {number} heardAt         when the last event of this run arrived, milliseconds
 * @property {number} version         rises with each change, so that a view knows when to draw
 *
 * @typedef {Object} Message
 * @property {string} id              the server's id, or the client id until it is known
 * @property {string} clientId
 * @property {"user"|"assistant"|"system"} role
 * @property {string} content
 * @property {string} created_at
 * @property {string} agent
 * @property {Citation[]} citations
 * @property {Artifact[]} artifacts
 * @property {Artifact[]} attachments
 * @property {string} runId
 * @property {"sent"|"sending"|"waiting"|"refused"} delivery
 * @property {string} problem         why it was refused, as a sentence
 * @property {number} version
 *
 * @typedef {Object} Session
 * @property {string} id              empty until the server has given one
 * @property {string} title
 * @property {Message[]} messages
 * @property {Map<string, Run>} runs
 * @property {"empty"|"loading"|"ready"|"missing"|"failed"} state
 * @property {string} problem
 * @property {import("./event_gate.js").EventGate} gate
 *
 * @typedef {Object} SessionRow
 * @property {string} id
 * @property {string} title
 * @property {string} at              ISO time of the last activity
 * @property {boolean} isWorking      a run is under way in it
 *
 * @typedef {Object} Agent
 * @property {string} name
 * @property {string} title
 * @property {string} description
 *
 * @typedef {Object} Bootstrap
 * @property {{id: string, name: string, email: string, department: string, roles: string[], permissions: string[]}} user
 * @property {string} mode
 * @property {string} mode_label
 * @property {Agent[]} agents
 * @property {(string|{text: string, agent?: string})[]} suggestions
 * @property {number} max_upload_bytes
 * @property {boolean} is_staff
 *
 * @typedef {Object} ServerEvent
 * @property {string} type
 * @property {number} [seq]
 * @property {number} [prev]
 * @property {string} [session_id]
 * @property {string} [run_id]
 */

export {};
