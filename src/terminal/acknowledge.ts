/**
 * Flow control where VS Code gives none. A query of an unused private mode (DECRQM) is put into the output; the terminal
 * answers it exactly when it has parsed up to there, and the answer comes back as input, from which it is taken out.
 */

/** Modes 21000 to 21999: no terminal has them, and no program asks for them. */
const FIRST_MODE = 21_000;
const MODES = 1_000;
const ANSWER = /\x1b\[\?(21\d{3});[0-4]\$y/g;

export class Acknowledgements {
  private readonly asked: { mode: number; position: number }[] = [];
  private next = 0;
  /** Everything up to here has been parsed, in characters since the terminal opened. */
  acknowledged = 0;

  /** Whether an answer is awaited that would acknowledge more. */
  get waiting(): boolean {
    return (this.asked.at(-1)?.position ?? 0) > this.acknowledged;
  }

  /** @param position characters of output before the query @returns the query, to be put there */
  query(position: number): string {
    const mode = FIRST_MODE + (this.next++ % MODES);
    this.asked.push({ mode, position });
    // Where no answers come, the list does not grow; a mode's older query is the one that is forgotten.
    if (this.asked.length >= MODES) this.asked.shift();
    return `\x1b[?${mode}$p`;
  }

  /** Takes answers to our queries out of the input; a program's own queries have other modes, and theirs stay. */
  takeAnswers(input: string): string {
    if (!input.includes('\x1b[?21')) return input;
    return input.replace(ANSWER, (answer, mode: string) => {
      const index = this.asked.findIndex(query => query.mode === Number(mode));
      if (index < 0) return answer;
      for (const query of this.asked.splice(0, index + 1))
        this.acknowledged = Math.max(this.acknowledged, query.position);
      return '';
    });
  }

  /** No answer came: counts all that was asked about as parsed. A late answer is still taken out of the input. */
  presume(position: number): void {
    this.acknowledged = Math.max(this.acknowledged, position);
  }
}
