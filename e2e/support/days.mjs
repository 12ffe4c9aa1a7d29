// Days as the pages show them: local to the county, whatever the clock of the machine.

// Today is the day on which a file of tests began, also after midnight: the days of a story keep their distance.
const today = Date.now();

/** The local day some days before today. */
export function daysAgo(days) {
  return new Date(today - days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
}
