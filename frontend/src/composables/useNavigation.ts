import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useSession } from '@/stores/session'

export interface NavEntry {
  name: string
  icon: string
  label: string
  key?: string
  place: 'main' | 'admin'
  active: boolean
}

/** What the navigation shows: the registered routes that ask for it and that the user may see. */
export function useNavigation() {
  const router = useRouter()
  const route = useRoute()
  const session = useSession()

  const entries = computed<NavEntry[]>(() =>
    router
      .getRoutes()
      .filter(({ meta }) => meta.nav && (!meta.role || session.may(meta.role)))
      .map(({ name, meta }) => ({
        ...meta.nav!,
        name: String(name),
        place: meta.nav?.place ?? 'main',
        active: route.name === name || route.meta.under === name,
      })),
  )
  const inPlace = (place: NavEntry['place']) => computed(() => entries.value.filter((entry) => entry.place === place))
  return { entries, main: inPlace('main'), admin: inPlace('admin') }
}
