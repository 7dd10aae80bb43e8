import { useOverlay } from '@nuxt/ui/composables'
import type { Component } from 'vue'
import type { AllowedMove, Entity, MoveInput } from '@/api/types'

export interface Confirmation {
  title: string
  description?: string
  confirm: string
  danger?: boolean
}

interface Subject {
  entity: Entity
  /** What is moved, as the dialog's second line: `INC-12 支付网关 5xx`. */
  name: string
}

/** For a dialog's `content`: the focus goes to what is marked with `data-autofocus`, not to the close button. */
export const focusMarked = {
  onOpenAutoFocus(event: Event) {
    const marked = document.querySelector<HTMLElement>('[role=dialog] [data-autofocus]')
    if (!marked) return
    event.preventDefault()
    marked.focus()
  },
}

/** Dialogs as questions: each answers once, `null` or `false` when it was closed without. Loaded when first asked. */
export function useDialogs() {
  const overlay = useOverlay()

  async function ask<T>(load: () => Promise<{ default: Component }>, props: object): Promise<T | undefined> {
    const { default: dialog } = await load()
    return (await overlay.create(dialog, { destroyOnClose: true }).open(props).result) as T | undefined
  }

  return {
    ask,
    confirm: async (props: Confirmation) =>
      (await ask<boolean>(() => import('@/components/ConfirmDialog.vue'), props)) === true,
    /** What the move needs from the person. Nothing needed: no dialog. `null`: they thought better of it. */
    forMove: async (move: AllowedMove, subject: Subject): Promise<MoveInput | null> => {
      if (!move.needs.length && !move.takes.length) return {}
      return (await ask<MoveInput>(() => import('@/components/MoveDialog.vue'), { move, ...subject })) ?? null
    },
  }
}
