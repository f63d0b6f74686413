/** The catalogue's language (BCP 47): of the page, and of times, places and numbers in words. */
export const language = 'en';
