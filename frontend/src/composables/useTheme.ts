import { useColorMode } from '@vueuse/core'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Light, dark, or as the system says. `early.js` reads the same key before the first paint. */
export function useTheme() {
  const { store } = useColorMode({ emitAuto: true })
  return store
}
