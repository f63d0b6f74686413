/** A moment as an input of the kind `datetime-local` has it, in the reader's zone. */
export function toInput(at: string | undefined): string {
  if (!at) return '';
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return '';
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The moment that such an input says, with its zone; undefined where it says none. */
export function fromInput(text: string): string | undefined {
  const moment = new Date(text);
  return text === '' || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
