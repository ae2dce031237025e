/** Answers come in any order; the one to the last question counts. */

/** Return a function that ends its former call, and gives *shown* what *asked* says unless it was ended itself. */
export function latest(asked, shown) {
  let running = new AbortController();
  return async (...question) => {
    running.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await asked(...question, mine.signal);
      if (!mine.signal.aborted) shown(answer, ...question);
    } catch (error) {
      if (!mine.signal.aborted) throw error;
    }
  };
}

/** Return a function that calls *act* once it was not called for *milliseconds*. */
export function later(act, milliseconds) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
