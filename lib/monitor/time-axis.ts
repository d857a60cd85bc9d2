// The axis of time of every chart of monitoring.

/** An encoding's channel but for its field. */
export const timeAxis = {
  type: "temporal",
  title: null,
  scale: { nice: false },
  // Of more ticks every other label goes, which may be that of each day.
  axis: { tickCount: 6 },
};
