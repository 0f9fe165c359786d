/** Questions to a person. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * What asks a question and waits for a line. One reader serves all questions, since what was typed or pasted ahead would be
 * lost with the first. Where the input ends (Ctrl+D) every answer is empty; Ctrl+C ends the program as it does elsewhere.
 */
export function asker(input: Readable, output: Writable): (question: string) => Promise<string> {
  const reader = createInterface({ input, output });
  const typed: string[] = [];
  let ended = false;
  let wake = (): void => {};
  reader.on('line', (line) => {
    typed.push(line);
    wake();
  });
  reader.on('close', () => {
    ended = true;
    wake();
  });
  reader.on('SIGINT', () => {
    reader.close();
    process.kill(process.pid, 'SIGINT');
  });
  return async (question) => {
    output.write(question);
    while (typed.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = typed.shift();
    if (line === undefined) output.write('\n');
    return line ?? '';
  };
}
