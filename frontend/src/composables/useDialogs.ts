import { useOverlay } from '@nuxt/ui/composables'
import type { Component } from 'vue'
import { ApiProblem } from '@/api/problem'
import type { AllowedMove, Entity, MoveInput } from '@/api/types'

export interface Confirmation {
  title: string
  description?: string
  confirm: string
  danger?: boolean
}

/** What became of a move that was sent; a `problem` can be mended in the dialog. */
export type Outcome<T> = { done: T } | { refused: unknown } | { problem: ApiProblem }
export type Attempt<T> = (input: MoveInput) => Promise<Outcome<T>>

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

async function outcomeOf<T>(answer: Promise<T>): Promise<Outcome<T>> {
  try {
    return { done: await answer }
  } catch (error) {
    return error instanceof ApiProblem && error.isMendable ? { problem: error } : { refused: error }
  }
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
    /**
     * Asks for what the move needs and sends it; nothing needed: no dialog. `null`: they thought better of it.
     * The dialog stays, with all that was typed, while what is refused can be mended in it; other refusals are thrown.
     */
    forMove: async <T>(move: AllowedMove, subject: Subject, send: (input: MoveInput) => Promise<T>): Promise<T | null> => {
      if (!move.needs.length && !move.takes.length) return send({})
      let underWay: Promise<Outcome<T>> | undefined
      const attempt: Attempt<T> = (input) => (underWay = outcomeOf(send(input)).finally(() => (underWay = undefined)))
      const closed = await ask<Outcome<T>>(() => import('@/components/MoveDialog.vue'), { move, ...subject, attempt })
      // Closed before the answer came: what becomes of it is told all the same.
      const outcome = closed ?? (await underWay)
      if (!outcome) return null
      if ('done' in outcome) return outcome.done
      throw 'refused' in outcome ? outcome.refused : outcome.problem
    },
  }
}
