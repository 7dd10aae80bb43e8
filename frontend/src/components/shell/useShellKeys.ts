import { useRouter } from 'vue-router'
import { useNavigation } from '@/composables/useNavigation'
import { useShortcuts, type Shortcut } from '@/composables/useShortcuts'
import { useKeyList } from './useKeyList'
import { usePalette } from './usePalette'

/** The keys that work everywhere: the palette, the list of keys, and `g` and a letter for each page. */
export function useShellKeys() {
  const router = useRouter()
  const palette = usePalette()
  const keyList = useKeyList()
  const { entries } = useNavigation()

  const going = entries.value
    .filter(({ key }) => key)
    .map<Shortcut>(({ key, name, label }) => ({
      keys: `g-${key}`,
      label,
      group: 'keys.go',
      run: () => router.push({ name }),
    }))
  useShortcuts([
    { keys: 'meta_k', label: 'palette.title', group: 'keys.everywhere', run: palette.show },
    { keys: '?', label: 'keys.title', group: 'keys.everywhere', run: keyList.show },
    ...going,
  ])
}
