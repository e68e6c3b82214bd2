import * as core from '@actions/core';

/**
 * Hides a secret in every later line of the log, in the forms in which secrets escape: itself, its lines, and its
 * base64 and JSON forms, which the runner doesn't derive by itself.
 */
export function mask(secret: string): void {
  for (const form of formsOf(secret)) core.setSecret(form);
}

/** Everything to hide; nothing short enough to turn a whole log into asterisks. */
export function formsOf(secret: string): string[] {
  const texts = [secret, secret.trim()];
  const forms = texts.flatMap((text) => {
    const base64 = Buffer.from(text).toString('base64');
    // `base64` of coreutils wraps its lines at 76 characters.
    const wrapped = base64.match(/.{1,76}/g) ?? [];
    return [text, ...text.split(/\r?\n/), base64, ...wrapped, JSON.stringify(text), JSON.stringify(text).slice(1, -1)];
  });
  const hidden = forms
    .map((form) => form.trim())
    .filter((form) => form.length >= 4 && !/^-----(?:BEGIN|END) [A-Z ]+-----$/.test(form));
  // A passphrase is hidden however short it is.
  return [...new Set([secret.trim(), ...hidden])];
}
