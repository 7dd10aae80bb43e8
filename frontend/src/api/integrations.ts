import { client, ok, seen } from './client'
import type { components } from './schema'
import type { Integration } from './types'

type Schemas = components['schemas']
export type NewIntegration = Schemas['IntegrationIn']
export type IntegrationPatch = Schemas['IntegrationPatchIn']

const at = (integration_id: number) => ({ path: { integration_id } })

export const list = (query: { cursor?: string; limit?: number } = {}, signal?: AbortSignal) =>
  ok(client.GET('/api/v1/integrations', { params: { query }, signal }))

export const get = (id: number) => ok(client.GET('/api/v1/integrations/{integration_id}', { params: at(id) }))

/** The key is in this answer and nowhere else, so it is not kept under an Idempotency-Key. */
export const create = (body: NewIntegration) => ok(client.POST('/api/v1/integrations', { body }))

export const edit = (integration: Integration, body: IntegrationPatch) =>
  ok(
    client.PATCH('/api/v1/integrations/{integration_id}', {
      params: at(integration.id),
      body,
      headers: seen(integration),
    }),
  )

export const rotate = (integration: Integration) =>
  ok(client.POST('/api/v1/integrations/{integration_id}/rotate', { params: at(integration.id) }))

export const remove = (integration: Integration) =>
  ok(client.DELETE('/api/v1/integrations/{integration_id}', { params: at(integration.id) }))
