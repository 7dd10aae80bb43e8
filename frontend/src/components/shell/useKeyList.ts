import { createSharedComposable } from '@vueuse/core'
import { useDialogs } from '@/composables/useDialogs'

/** The list of keys behind `?`. */
export const useKeyList = createSharedComposable(() => {
  const { ask } = useDialogs()
  return { show: () => ask(() => import('./KeyList.vue'), {}) }
})
