import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

/** What a browser remembers about how its user likes things. */
export const usePreferences = defineStore('preferences', () => ({
  sidebarCollapsed: useLocalStorage('closeloop-sidebar-collapsed', false),
}))
