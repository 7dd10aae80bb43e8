import { defineShortcuts } from '@nuxt/ui/composables'
import { computed, onScopeDispose, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import type { Role } from '@/api/types'
import { usePreferences } from '@/stores/preferences'
import { useSession } from '@/stores/session'

export interface Shortcut {
  /** As Nuxt UI writes them: `g-b` one after the other, `meta_k` together. */
  keys: string
  /** A locale key under which the list of keys names it. */
  label: string
  /** A locale key that groups it in that list. */
  group: string
  /** Who may do it; others are not told of it, and pressing does nothing. */
  role?: Role
  /** Left out where the keys are handled elsewhere and only the list should tell of them. */
  run?: () => void
}

const known = reactive(new Set<Shortcut[]>())

/** All that work now, for the list behind `?`. */
export const knownShortcuts = computed(() => [...known].flat())

/** Keys that work while the calling component is there. None fires while somebody types or a dialog is open. */
export function useShortcuts(given: MaybeRefOrGetter<Shortcut[]>) {
  const preferences = usePreferences()
  const session = useSession()
  const shortcuts = toValue(given).filter(({ role }) => !role || session.may(role))
  known.add(shortcuts)
  onScopeDispose(() => known.delete(shortcuts))
  const config = shortcuts.flatMap(({ keys, run }) => {
    const isChord = keys.includes('meta_')
    if (!run) return []
    return [[keys, { usingInput: isChord, handler: () => (isChord || (preferences.singleKeys && !isBusy())) && run() }]]
  })
  defineShortcuts(Object.fromEntries(config))
}

/** A dialog or menu takes the keys. */
function isBusy(): boolean {
  return document.querySelector('[role=dialog][data-state=open], [role=menu][data-state=open]') !== null
}
