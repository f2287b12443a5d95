/**
 * Which of several answers about the same thing is the newest: each question takes a number when it is asked, and an answer
 * older than the one shown is dropped. Never drops the newest for being slow.
 */
export class Latest {
  #asked = 0;
  #shown = 0;

  ask(): number {
    this.#asked += 1;
    return this.#asked;
  }

  /** Whether the answer to that question is to be shown. */
  shows(question: number): boolean {
    if (question < this.#shown) return false;
    this.#shown = question;
    return true;
  }
}
