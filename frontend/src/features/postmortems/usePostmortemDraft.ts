import { useDebounceFn, useEventListener } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import * as postmortems from '@/api/postmortems'
import { ApiProblem } from '@/api/problem'
import type { Postmortem } from '@/api/types'
import { bodyOf, changedParts, contentOf, copyOf, merge, only, type Content, type Part } from './content'
import { unsavedIn, type Kept } from './unsaved'

export type SaveState = 'saved' | 'pending' | 'saving' | 'failed' | 'conflict'

const PAUSE = 1000
const RETRIES = [3_000, 10_000, 30_000, 60_000]
/** The row is not what it was: look before trying again. */
const MOVED_ON = [403, 409, 412]

const mayWrite = (row: Postmortem, part: Part) => (part === 'reviewers' ? row.reviewers_editable : row.editable)

interface Options {
  /** Whose unsaved text this is. */
  owner: string
  /** A newer state of the row, for whoever else shows it. */
  onSaved: (postmortem: Postmortem) => void
  /** A timeline as text, for the box to copy from. */
  timelineText: (content: Content) => string
}

/**
 * What is written, saved by itself a moment after the last key. Nothing typed is lost: not by a server that is
 * away, not by somebody who was quicker, not by a reload.
 */
export function usePostmortemDraft(server: Ref<Postmortem>, { owner, onSaved, timelineText }: Options) {
  /** The newest state seen; its version goes into If-Match. */
  const latest = shallowRef(server.value)
  const content = ref(contentOf(server.value)) as Ref<Content>
  const base = shallowRef(contentOf(server.value))
  const conflicts = ref<Part[]>([])
  const kept = ref<Kept>({})
  const failure = shallowRef<unknown>(null)
  const saving = ref(false)
  const restored = ref(false)
  /** Sent since the last answer. */
  let sent: Content[] = []

  const dirty = computed(() => changedParts(content.value, base.value))
  const savable = computed(() => dirty.value.filter((part) => !conflicts.value.includes(part)))
  const state = computed<SaveState>(() => {
    if (conflicts.value.length) return 'conflict'
    if (saving.value) return 'saving'
    if (failure.value) return 'failed'
    return dirty.value.length ? 'pending' : 'saved'
  })

  const storage = unsavedIn(`${owner}:${server.value.id}`)
  function remember() {
    const parts = dirty.value
    const nothing = !parts.length && !Object.keys(kept.value).length
    storage.write(nothing ? null : { mine: only(content.value, parts), base: only(base.value, parts), kept: kept.value })
  }

  /** Brings a newer state in: what I have not touched becomes theirs. */
  function receive(theirs: Postmortem) {
    if (theirs.version < latest.value.version) return
    const merged = merge({ mine: content.value, base: base.value, theirs: contentOf(theirs), sent })
    Object.assign(content.value, merged.content)
    base.value = merged.base
    conflicts.value = merged.conflicts
    latest.value = theirs
    setAside(dirty.value.filter((part) => !mayWrite(theirs, part)))
    remember()
  }

  /** Theirs into the document, mine beside it. */
  function setAside(parts: readonly Part[]) {
    if (!parts.length) return
    const mine = parts.filter((part) => part !== 'reviewers').map((part) => [part, textOf(part)])
    kept.value = { ...kept.value, ...Object.fromEntries(mine.filter(([, text]) => text)) }
    const theirs = contentOf(latest.value)
    Object.assign(content.value, only(theirs, parts))
    base.value = { ...base.value, ...only(theirs, parts) }
    conflicts.value = conflicts.value.filter((part) => !parts.includes(part))
  }
  const textOf = (part: Part) => (part === 'timeline' ? timelineText(content.value) : String(content.value[part]))

  function loadTheirs() {
    setAside(conflicts.value)
    remember()
  }
  function keepMine() {
    base.value = { ...base.value, ...only(contentOf(latest.value), conflicts.value) }
    conflicts.value = []
    remember()
    void save()
  }
  function forgetKept(part: Part) {
    delete kept.value[part]
    remember()
  }

  let running: Promise<void> | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  /** One request at a time, as each needs the version that the last one made. */
  function save(): Promise<void> {
    clearTimeout(retry)
    running ??= saveAll().finally(() => {
      running = null
      receive(server.value)
    })
    return running
  }

  async function saveAll() {
    saving.value = savable.value.length > 0
    try {
      for (let tries = 0; savable.value.length && tries < 20; tries++) await saveOnce()
      failure.value = null
      failures = 0
    } catch (error) {
      failure.value = error
      const passing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500)
      if (passing) retry = setTimeout(save, RETRIES[Math.min(failures++, RETRIES.length - 1)])
    } finally {
      saving.value = false
    }
  }

  async function saveOnce() {
    const parts = [...savable.value]
    const copy = copyOf(content.value)
    sent = [...sent.slice(-9), copy]
    try {
      const answer = await postmortems.edit(latest.value, bodyOf(copy, parts))
      base.value = { ...base.value, ...only(copy, parts) }
      receive(answer)
      sent = []
      onSaved(answer)
    } catch (error) {
      if (!(error instanceof ApiProblem) || !MOVED_ON.includes(error.status)) throw error
      const theirs = await postmortems.get(latest.value.id)
      // Nothing new there: the refusal is about what was written, and would come again.
      if (theirs.version === latest.value.version && parts.every((part) => mayWrite(theirs, part))) throw error
      receive(theirs)
      onSaved(theirs)
    }
  }

  /** Saves what waits; whether all of it is safe. */
  async function flush(): Promise<boolean> {
    await save()
    return dirty.value.length === 0
  }

  const before = storage.read()
  if (before) {
    Object.assign(content.value, before.mine)
    base.value = { ...base.value, ...before.base }
    kept.value = before.kept
    receive(server.value)
    restored.value = dirty.value.length > 0
    if (restored.value) void save()
  }

  const saveSoon = useDebounceFn(save, PAUSE, { maxWait: 5 * PAUSE })
  watch(content, () => {
    remember()
    if (savable.value.length) void saveSoon()
  }, { deep: true })
  watch(server, (now) => {
    // While one of mine is under way, its own result may be what was fetched.
    if (!running) receive(now)
  })

  useEventListener(window, 'online', () => void save())
  useEventListener(document, 'visibilitychange', () => document.visibilityState === 'hidden' && void save())
  useEventListener(window, 'beforeunload', (event) => dirty.value.length && event.preventDefault())
  onScopeDispose(() => clearTimeout(retry))

  return { latest, content, state, failure, conflicts, kept, restored, dirty, save, flush, receive, loadTheirs, keepMine, forgetKept }
}
