import { client, ok, seen } from './client'
import type { components } from './schema'
import type { User } from './types'

type Schemas = components['schemas']
export type Tokens = Schemas['TokensOut']
export type PersonalPatch = Schemas['PersonalIn']

const CSRF_COOKIE = 'csrf_refresh_token'

/** Readable twin of the HttpOnly cookie; without it nobody is logged in here. */
export function csrfToken(): string | null {
  const pair = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${CSRF_COOKIE}=`))
  return pair ? decodeURIComponent(pair.slice(CSRF_COOKIE.length + 1)) : null
}

const csrf = () => ({ 'X-CSRF-TOKEN': csrfToken() ?? '' })

export const login = (username: string, password: string) =>
  ok(client.POST('/api/v1/auth/login', { body: { username, password, use_cookie: true } }))

/** Kept alive when the page goes: a refresh token works once, so its answer must not be lost to a reload. */
export const refresh = () => ok(client.POST('/api/v1/auth/refresh', { headers: csrf(), keepalive: true }))

export const logout = () => ok(client.POST('/api/v1/auth/logout', { headers: csrf() }))

export const me = () => ok(client.GET('/api/v1/auth/me'))

export const editMe = (me: User, body: PersonalPatch) =>
  ok(client.PATCH('/api/v1/auth/me', { body, headers: seen(me) }))

export const changePassword = (current_password: string, new_password: string) =>
  ok(client.POST('/api/v1/auth/password', { body: { current_password, new_password } }))
