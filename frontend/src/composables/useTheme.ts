import { createSharedComposable, useColorMode } from '@vueuse/core'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Light, dark, or as the system says. `early.js` reads the same key before the first paint. */
export const useTheme = createSharedComposable(() => useColorMode({ emitAuto: true }).store)
