// Days as the pages show them: local to the county, whatever the clock of the machine.

/** The local day some days before today. */
export function daysAgo(days) {
  return new Date(Date.now() - days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
}
