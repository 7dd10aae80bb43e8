import { client, ok, once, seen } from './client'
import type { components, paths } from './schema'
import type { ActionItem, ActionItemStatus, MoveInput } from './types'

type Schemas = components['schemas']
export type ActionItemQuery = NonNullable<paths['/api/v1/action-items']['get']['parameters']['query']>
export type NewActionItem = Schemas['ActionItemIn']
export type ActionItemPatch = Schemas['ActionItemPatchIn']

const at = (item_id: number) => ({ path: { item_id } })

export const list = (query: ActionItemQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/action-items', { params: { query }, signal }))

export const get = (id: number, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/action-items/{item_id}', { params: at(id), signal }))

export const create = (body: NewActionItem) => ok(client.POST('/api/v1/action-items', { body, headers: once() }))

export const edit = (item: ActionItem, body: ActionItemPatch) =>
  ok(client.PATCH('/api/v1/action-items/{item_id}', { params: at(item.id), body, headers: seen(item) }))

export const transition = (item: ActionItem, to: ActionItemStatus, input: MoveInput = {}) =>
  ok(
    client.POST('/api/v1/action-items/{item_id}/transitions', {
      params: at(item.id),
      body: { to, ...input } as Schemas['ActionItemMoveIn'],
      headers: { ...seen(item), ...once() },
    }),
  )
