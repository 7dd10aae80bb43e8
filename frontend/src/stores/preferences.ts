import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

/** What a browser remembers about how its user likes things. */
export const usePreferences = defineStore('preferences', () => ({
  sidebarCollapsed: useLocalStorage('closeloop-sidebar-collapsed', false),
  /** Shortcuts without Ctrl or ⌘; people who dictate switch them off (WCAG 2.1.4). */
  singleKeys: useLocalStorage('closeloop-single-keys', true),
}))
