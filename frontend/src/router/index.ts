import { useOverlay } from '@nuxt/ui/composables'
import { createRouter, createWebHistory, type Router, type RouterHistory } from 'vue-router'
import type { Role } from '@/api/types'
import { noAnswer } from '@/api/problem'
import { useNotify } from '@/composables/useNotify'
import { useSession } from '@/stores/session'
import { routes } from './routes'

declare module 'vue-router' {
  interface RouteMeta {
    /** No login needed. */
    open?: boolean
    /** Without sidebar and bottom bar. */
    bare?: boolean
    /** Locale key of the window's title. */
    title?: string
    /** The least role that may see it; others are told so. */
    role?: Role
    /** Shown in the navigation: `label` is a locale key, `key` the second key after `g`. */
    nav?: { icon: string; label: string; key?: string; place?: 'main' | 'admin' }
    /** The name of the navigation entry that is lit on a page of its own. */
    under?: string
  }
}

export function createAppRouter(): Router {
  const history = createWebHistory()
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })

  router.beforeEach(async (to) => {
    const session = useSession()
    await session.restore()
    if (!to.meta.open && !session.isIn) return loginAddress(to.fullPath)
    if (to.name === 'login' && session.isIn) return safeNext(to.query.next)
    if (to.meta.role && !session.may(to.meta.role)) return { name: 'board' }
  })

  closeFirst(router, history)
  reloadAfterDeploy(router)
  return router
}

/** The phone's "back" closes a menu or a dialog and stays on the page; whatever else leads away closes it too. */
function closeFirst(router: Router, history: RouterHistory) {
  const { overlays, closeAll } = useOverlay()
  let isBack = false
  history.listen((_to, _from, { type }) => (isBack = type === 'pop'))
  router.beforeEach((to, from) => {
    const wasBack = isBack
    isBack = false
    if (to.path === from.path && !wasBack) return
    if (wasBack && closeMenu()) return false
    if (!overlays.some(({ isOpen }) => isOpen)) return
    closeAll()
    if (wasBack) return false
  })
}

/** Whether one was open. Whoever opened it hears Escape, as from a keyboard. */
function closeMenu(): boolean {
  const menu = document.querySelector('[role=menu]')
  menu?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
  return menu !== null
}

export function loginAddress(next: string) {
  return { name: 'login', query: next === '/' || next.startsWith('/login') ? {} : { next } }
}

/** Only an address of ours: `//elsewhere` and the like lead to the board. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/incidents-new'
}

/** After an update the old page's chunks are gone: load the address anew, once. A server that is away has no newer ones. */
function reloadAfterDeploy(router: Router) {
  router.onError(async (error, to) => {
    const gone = /dynamically imported module|Importing a module script failed|Failed to fetch/i.test(String(error))
    const mark = `closeloop-reloaded:${to.fullPath}`
    if (!gone || sessionStorage.getItem(mark)) return
    if (!(await fetch('/healthz').catch(() => null))?.ok) return useNotify().refused(noAnswer(error))
    sessionStorage.setItem(mark, '1')
    location.assign(to.fullPath)
  })
}
