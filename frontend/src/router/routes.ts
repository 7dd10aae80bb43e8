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
    path: '/alerts',
    name: 'alerts',
    component: () => import('@/features/alerts/AlertsPage.vue'),
    meta: { title: 'alerts.title', nav: { icon: 'i-lucide-bell', label: 'app.nav.alerts', key: 'a' } },
  },
  {
    path: '/postmortems',
    name: 'postmortems',
    component: () => import('@/features/postmortems/PostmortemsPage.vue'),
    meta: { title: 'postmortems.title', nav: { icon: 'i-lucide-notebook-pen', label: 'app.nav.postmortems', key: 'p' } },
  },
  {
    path: '/postmortems/:id(\\d+)',
    name: 'postmortem',
    component: () => import('@/features/postmortems/PostmortemPage.vue'),
    props: ({ params }) => ({ id: Number(params.id) }),
    meta: { title: 'postmortems.one', under: 'postmortems' },
  },
  {
    path: '/action-items',
    name: 'action-items',
    component: () => import('@/features/action-items/ActionItemsPage.vue'),
    meta: { title: 'actionItems.title', nav: { icon: 'i-lucide-list-checks', label: 'app.nav.action_items', key: 'i' } },
  },
  {
    path: '/admin/users',
    name: 'users',
    component: () => import('@/features/admin/UsersPage.vue'),
    meta: { title: 'admin.users.title', role: 'admin', nav: { icon: 'i-lucide-users', label: 'app.nav.users', place: 'admin' } },
  },
  {
    path: '/admin/integrations',
    name: 'integrations',
    component: () => import('@/features/admin/IntegrationsPage.vue'),
    meta: { title: 'admin.integrations.title', role: 'admin', nav: { icon: 'i-lucide-plug', label: 'app.nav.integrations', place: 'admin' } },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('@/components/shell/NotFoundPage.vue'),
    meta: { title: 'app.not_found.title' },
  },
]
