import { client, ok, once, seen } from './client'
import type { components, paths } from './schema'
import type { User } from './types'

type Schemas = components['schemas']
export type UserQuery = NonNullable<paths['/api/v1/users']['get']['parameters']['query']>
export type NewUser = Schemas['UserIn']
export type UserPatch = Schemas['UserPatchIn']

export const list = (query: UserQuery, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/users', { params: { query }, signal }))

export const get = (id: number) => ok(client.GET('/api/v1/users/{user_id}', { params: { path: { user_id: id } } }))

export const create = (body: NewUser) => ok(client.POST('/api/v1/users', { body, headers: once() }))

export const edit = (user: User, body: UserPatch) =>
  ok(client.PATCH('/api/v1/users/{user_id}', { params: { path: { user_id: user.id } }, body, headers: seen(user) }))
