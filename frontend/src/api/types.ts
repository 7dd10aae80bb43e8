/** Short names for the shapes in `schema.d.ts`, which is made from the OpenAPI document (`npm run types`). */
import type { components } from './schema'

type Schemas = components['schemas']

export type User = Schemas['UserOut']
export type UserRef = Schemas['UserRefOut']
export type Role = User['role']
export type AllowedMove = Schemas['AllowedMoveOut']
export type Reason = Schemas['ReasonOut']

/** What an imported row keeps of the old system. */
export type Legacy = Schemas['LegacyOut']

export type Incident = Schemas['IncidentOut']
export type IncidentRef = Schemas['IncidentRefOut']
export type IncidentStatus = Incident['status']
export type Severity = Incident['severity']
export type BoardColumn = Schemas['BoardColumnOut']
export type TimelineEntry = Schemas['TimelineEntryOut']

export type Alert = Schemas['AlertOut']
export type AlertStatus = Alert['status']
export type AlertLevel = Alert['level']

export type Postmortem = Schemas['PostmortemOut']
export type PostmortemSummary = Schemas['PostmortemSummaryOut']
export type PostmortemStatus = Postmortem['status']
export type PostmortemComment = Schemas['CommentOut']
export type PostmortemRevision = Schemas['RevisionOut']

export type ActionItem = Schemas['ActionItemOut']
export type ActionItemStatus = ActionItem['status']

export type Integration = Schemas['IntegrationOut']

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** The four things that move along a flow. */
export type Entity = 'alert' | 'incident' | 'postmortem' | 'action_item'

/** What a person gave for a move; which of these a move wants stands in its `needs` and `takes`. */
export interface MoveInput {
  note?: string
  recovered_at?: string
  waive?: boolean
  incident_id?: number
}

export const INCIDENT_STATUSES = [
  'Pending',
  'InProgress',
  'Recovering',
  'Recovered',
  'AwaitingPostmortem',
  'Closed',
] as const satisfies readonly IncidentStatus[]
export const ALERT_STATUSES = [
  'Pending',
  'Acknowledged',
  'Ignored',
  'Linked',
  'Resolved',
] as const satisfies readonly AlertStatus[]
export const POSTMORTEM_STATUSES = [
  'Draft',
  'InReview',
  'Reviewed',
  'Published',
] as const satisfies readonly PostmortemStatus[]
export const ACTION_ITEM_STATUSES = [
  'Open',
  'InProgress',
  'Done',
  'Verified',
  'Cancelled',
] as const satisfies readonly ActionItemStatus[]
export const SEVERITIES = ['P1', 'P2', 'P3', 'P4'] as const satisfies readonly Severity[]
export const LEVELS = ['Critical', 'Error', 'Warning', 'Info'] as const satisfies readonly AlertLevel[]
export const ROLES = ['viewer', 'responder', 'manager', 'admin'] as const satisfies readonly Role[]

/** In the order of their flows. */
export const STATUSES: Record<Entity, readonly string[]> = {
  alert: ALERT_STATUSES,
  incident: INCIDENT_STATUSES,
  postmortem: POSTMORTEM_STATUSES,
  action_item: ACTION_ITEM_STATUSES,
}
