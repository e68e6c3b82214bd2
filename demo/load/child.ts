import { generate, type Sample } from './customers';
import type { LoadSettings } from './settings';

/** What the two processes say to each other. */
export type ToChild = { readonly start: LoadSettings } | 'stop';
export type FromChild = { readonly samples: readonly Sample[] } | 'finished';

/** The load in a process of its own, so that a deploy's work doesn't distort what customers see. */
async function main(): Promise<void> {
  const stop = new AbortController();
  // Ctrl-C reaches every process of the terminal; when to stop is for the parent to say, or to show by its end.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(1));
  const settings = await new Promise<LoadSettings>((resolve) => {
    process.on('message', (message: ToChild) => {
      if (message === 'stop') stop.abort();
      else resolve(message.start);
    });
  });
  let samples: Sample[] = [];
  const send = () => {
    if (samples.length > 0) process.send?.({ samples } satisfies FromChild);
    samples = [];
  };
  const timer = setInterval(send, 500);
  await generate(settings, { onSample: (sample) => samples.push(sample), stopped: stop.signal });
  clearInterval(timer);
  send();
  process.send?.('finished' satisfies FromChild, () => process.disconnect());
}

void main();
