import type { RouteRecordRaw } from 'vue-router'

/** In the order of the navigation, which shows every route that has `meta.nav`. */
export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/incidents-new' },
  {
    path: '/login',
    name: 'login',
    component: () => import('@/features/auth/LoginPage.vue'),
    meta: { open: true, bare: true, title: 'login.title' },
  },
  {
    path: '/incidents-new',
    name: 'board',
    component: () => import('@/features/incidents/BoardPage.vue'),
    meta: { title: 'board.title', nav: { icon: 'i-lucide-siren', label: 'app.nav.incidents', key: 'b' } },
  },
  {
    path: '/incidents/:id(\\d+)',
    name: 'incident',
    component: () => import('@/features/incidents/IncidentPage.vue'),
    props: ({ params }) => ({ id: Number(params.id) }),
    meta: { title: 'incident.title', under: 'board' },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('@/components/shell/NotFoundPage.vue'),
    meta: { title: 'app.not_found.title' },
  },
]
