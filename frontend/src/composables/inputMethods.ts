/**
 * While somebody composes text (pinyin, kana), Enter and Escape belong to the input method: nothing of ours hears them.
 * Safari ends the composition before the key that ended it arrives; by its code 229 it is known all the same.
 */
export function leaveKeysToInputMethods(target: EventTarget = window) {
  target.addEventListener(
    'keydown',
    (event) => {
      const { isComposing, keyCode } = event as KeyboardEvent
      if (isComposing || keyCode === 229) event.stopPropagation()
    },
    { capture: true },
  )
}
