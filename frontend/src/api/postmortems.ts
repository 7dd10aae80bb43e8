import { client, ok, once, seen } from './client'
import type { components, paths } from './schema'
import type { MoveInput, Postmortem, PostmortemStatus, PostmortemSummary } from './types'

type Schemas = components['schemas']
export type PostmortemQuery = NonNullable<paths['/api/v1/postmortems']['get']['parameters']['query']>
export type PostmortemPatch = Schemas['PostmortemPatchIn']

const at = (postmortem_id: number) => ({ path: { postmortem_id } })

export const list = (query: PostmortemQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/postmortems', { params: { query }, signal }))

export const get = (id: number, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/postmortems/{postmortem_id}', { params: at(id), signal }))

export const create = (incident_id: number) =>
  ok(client.POST('/api/v1/postmortems', { body: { incident_id }, headers: once() }))

export const edit = (postmortem: Postmortem, body: PostmortemPatch) =>
  ok(client.PATCH('/api/v1/postmortems/{postmortem_id}', { params: at(postmortem.id), body, headers: seen(postmortem) }))

export const transition = (postmortem: Postmortem | PostmortemSummary, to: PostmortemStatus, input: MoveInput = {}) =>
  ok(
    client.POST('/api/v1/postmortems/{postmortem_id}/transitions', {
      params: at(postmortem.id),
      body: { to, ...input } as Schemas['PostmortemMoveIn'],
      headers: { ...seen(postmortem), ...once() },
    }),
  )

export const comments = (id: number, query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/postmortems/{postmortem_id}/comments', { params: { ...at(id), query }, signal }))

export const addComment = (id: number, text: string) =>
  ok(client.POST('/api/v1/postmortems/{postmortem_id}/comments', { params: at(id), body: { text }, headers: once() }))

export const revisions = (id: number, query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/postmortems/{postmortem_id}/revisions', { params: { ...at(id), query }, signal }))
