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
    router.options.routes.flatMap(({ name, meta }) => {
      if (!meta?.nav || (meta.role && !session.may(meta.role))) return []
      const active = route.name === name || route.meta.under === name
      return [{ place: 'main' as const, ...meta.nav, name: String(name), active }]
    }),
  )
  const inPlace = (place: NavEntry['place']) => computed(() => entries.value.filter((entry) => entry.place === place))
  return { entries, main: inPlace('main'), admin: inPlace('admin') }
}
