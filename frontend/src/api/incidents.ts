import { client, ok, once, seen } from './client'
import type { components, paths } from './schema'
import type { Incident, IncidentStatus, MoveInput } from './types'

type Schemas = components['schemas']
export type BoardQuery = NonNullable<paths['/api/v1/incidents/board']['get']['parameters']['query']>
export type IncidentQuery = NonNullable<paths['/api/v1/incidents']['get']['parameters']['query']>
export type NewIncident = Schemas['IncidentIn']
export type IncidentPatch = Schemas['IncidentPatchIn']

const at = (incident_id: number) => ({ path: { incident_id } })

export const board = (query: BoardQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/incidents/board', { params: { query }, signal }))

export const list = (query: IncidentQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/incidents', { params: { query }, signal }))

export const get = (id: number, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/incidents/{incident_id}', { params: at(id), signal }))

export const create = (body: NewIncident) => ok(client.POST('/api/v1/incidents', { body, headers: once() }))

export const edit = (incident: Incident, body: IncidentPatch) =>
  ok(client.PATCH('/api/v1/incidents/{incident_id}', { params: at(incident.id), body, headers: seen(incident) }))

export const transition = (incident: Incident, to: IncidentStatus, input: MoveInput = {}) =>
  ok(
    client.POST('/api/v1/incidents/{incident_id}/transitions', {
      params: at(incident.id),
      body: { to, ...input } as Schemas['IncidentMoveIn'],
      headers: { ...seen(incident), ...once() },
    }),
  )

export const timeline = (id: number, query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/incidents/{incident_id}/timeline', { params: { ...at(id), query }, signal }))

export const addNote = (id: number, note: { text: string; occurred_at?: string }) =>
  ok(
    client.POST('/api/v1/incidents/{incident_id}/timeline', {
      params: at(id),
      body: note as Schemas['TimelineNoteIn'],
      headers: once(),
    }),
  )

export const alerts = (id: number, query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/incidents/{incident_id}/alerts', { params: { ...at(id), query }, signal }))
