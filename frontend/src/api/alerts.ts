import { client, ok, once, seen } from './client'
import type { components, paths } from './schema'
import type { Alert, AlertStatus, MoveInput } from './types'

type Schemas = components['schemas']
export type AlertQuery = NonNullable<paths['/api/v1/alerts']['get']['parameters']['query']>
export type AlertFilter = Schemas['AlertFilter']
export type BulkMove = { to: AlertStatus; ids?: number[]; filter?: AlertFilter } & Pick<
  MoveInput,
  'note' | 'incident_id'
>

const at = (alert_id: number) => ({ path: { alert_id } })

/** Labels are asked for as `label.NAME=value`. */
function serialize(query: Record<string, unknown>): string {
  const { labels = {}, ...plain } = query as AlertQuery
  const named = Object.entries(labels).map(([name, value]) => [`label.${name}`, value])
  const given = Object.entries(plain).filter(([, value]) => value !== undefined && value !== null)
  return new URLSearchParams([...given, ...named].map(([name, value]) => [String(name), String(value)])).toString()
}

export const list = (query: AlertQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/alerts', { params: { query }, querySerializer: serialize, signal }))

export const counts = (query: Omit<AlertQuery, 'status' | 'sort' | 'limit' | 'cursor'>, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/alerts/counts', { params: { query }, querySerializer: serialize, signal }))

export const get = (id: number, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/alerts/{alert_id}', { params: at(id), signal }))

export const history = (id: number, query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/alerts/{alert_id}/history', { params: { ...at(id), query }, signal }))

export const transition = (alert: Pick<Alert, 'id' | 'version'>, to: AlertStatus, input: MoveInput = {}) =>
  ok(
    client.POST('/api/v1/alerts/{alert_id}/transitions', {
      params: at(alert.id),
      body: { to, ...input } as Schemas['AlertMoveIn'],
      headers: { ...seen(alert), ...once() },
    }),
  )

export const bulk = (body: BulkMove) =>
  ok(client.POST('/api/v1/alerts/bulk', { body: body as Schemas['AlertBulkIn'], headers: once() }))
