// Ctrl-C and its like, for commands that end in their own way: what runs is stopped, what was done is kept. Used by run, test and serve.

const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * @param onEnd called at each signal, with how many there were; the second time nobody wants to wait
 * @returns a function that gives the signals back to Node
 */
export function onEndSignals(onEnd: (count: number) => void): () => void {
  let count = 0;
  const onSignal = () => onEnd(++count);
  for (const signal of endSignals) process.on(signal, onSignal);
  return () => {
    for (const signal of endSignals) process.off(signal, onSignal);
  };
}
