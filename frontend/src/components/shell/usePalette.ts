import { createSharedComposable } from '@vueuse/core'
import { useDialogs } from '@/composables/useDialogs'

/** The command palette (⌘K): loaded when first opened. */
export const usePalette = createSharedComposable(() => {
  const { ask } = useDialogs()
  let open = false

  async function show() {
    if (open) return
    open = true
    await ask(() => import('./CommandPalette.vue'), {}).finally(() => (open = false))
  }
  return { show }
})
