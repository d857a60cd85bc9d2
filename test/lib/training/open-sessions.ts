// Counts onnxruntime's sessions, so that tests see which were made and which were not released.
import { InferenceSession } from "onnxruntime-node";

export interface SessionCount {
  /** Made since the count began. */
  made: number;
  /** Of these, not released yet. */
  open: number;
}

/** Runs `body` with a count that is kept up to date. */
export async function countingSessions<T>(body: (count: SessionCount) => Promise<T>): Promise<T> {
  const count: SessionCount = { made: 0, open: 0 };
  const { create } = InferenceSession;
  InferenceSession.create = async (...given: unknown[]): Promise<InferenceSession> => {
    const session = await (create as (...all: unknown[]) => Promise<InferenceSession>).apply(InferenceSession, given);
    const release = session.release.bind(session);
    count.made++;
    count.open++;
    session.release = async () => {
      count.open--;
      await release();
    };
    return session;
  };
  try {
    return await body(count);
  } finally {
    InferenceSession.create = create;
  }
}
