import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import * as auth from '@/api/auth'
import { ApiProblem } from '@/api/problem'
import { ROLES, type Role, type User } from '@/api/types'
import { withTabLock } from './tabLock'

const RETRY_MS = 2000

/**
 * Who is logged in. The access token lives in memory only; the refresh token in a cookie that no
 * script can read. Both end with `logOut()`, in every tab.
 */
export const useSession = defineStore('session', () => {
  const user = shallowRef<User | null>(null)
  const token = shallowRef<string | null>(null)
  const restored = ref(false)
  /** On start the server does not answer. */
  const isAway = ref(false)
  /** Called when the session ends without the person having asked for it. */
  let onLost = () => {}

  const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('closeloop-session')
  tabs?.addEventListener('message', ({ data }) => {
    if (data === 'out' && token.value) lose()
  })

  function accept(tokens: auth.Tokens) {
    token.value = tokens.access_token
    user.value = tokens.user
  }

  function forget() {
    token.value = null
    user.value = null
  }

  function lose() {
    forget()
    onLost()
  }

  async function logIn(username: string, password: string) {
    accept(await auth.login(username, password))
    restored.value = true
  }

  /** Throws when the server was not reached: the cookie would let the next one in. */
  async function logOut() {
    await auth.logout().catch((error) => {
      if (!(error instanceof ApiProblem && error.status === 401)) throw error
    })
    forget()
    tabs?.postMessage('out')
  }

  let restoring: Promise<void> | null = null

  /** On start: is there still a session behind the cookie? A server that is away is asked until it answers. */
  function restore(): Promise<void> {
    if (restored.value) return Promise.resolve()
    restoring ??= askUntilAnswered().finally(() => (restoring = null))
    return restoring
  }

  async function askUntilAnswered() {
    for (;;) {
      try {
        await renew(null)
        break
      } catch (error) {
        if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) break
        isAway.value = true
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    isAway.value = false
    restored.value = true
  }

  let renewing: Promise<string | null> | null = null

  /** A new token in place of `used`. Everybody who asks meanwhile waits for the same answer. */
  function renew(used: string | null): Promise<string | null> {
    if (token.value && token.value !== used) return Promise.resolve(token.value)
    renewing ??= withTabLock('closeloop-refresh', spendCookie).finally(() => (renewing = null))
    return renewing
  }

  async function spendCookie(): Promise<string | null> {
    const had = token.value !== null
    if (!auth.csrfToken()) return refused(had)
    try {
      accept(await auth.refresh())
      return token.value
    } catch (error) {
      // A server that is away does not end a session; one that says no does.
      if (error instanceof ApiProblem && error.status === 401) return refused(had)
      throw error
    }
  }

  function refused(had: boolean): null {
    if (had) lose()
    else forget()
    return null
  }

  function may(role: Role): boolean {
    return user.value !== null && ROLES.indexOf(user.value.role) >= ROLES.indexOf(role)
  }

  return {
    user,
    token,
    restored,
    isAway,
    isIn: computed(() => user.value !== null),
    logIn,
    logOut,
    restore,
    renew,
    may,
    whenLost(handler: () => void) {
      onLost = handler
    },
  }
})
