/**
 * Does something again and again for so long, and says how often per second of processor time, all threads counted. The
 * first half is for the compiler, and does not count.
 */
export async function perCpuSecond(seconds: number, act: () => unknown): Promise<number> {
  async function turnsFor(milliseconds: number): Promise<number> {
    const until = performance.now() + milliseconds
    let turns = 0
    while (performance.now() < until) {
      for (let more = 0; more < 100; more += 1) {
        const result = act()
        // What answers at once is not made to wait.
        if (result instanceof Promise) await result
      }
      turns += 100
    }
    return turns
  }
  await turnsFor(seconds * 500)
  const began = process.cpuUsage()
  const turns = await turnsFor(seconds * 500)
  const { user, system } = process.cpuUsage(began)
  return (turns * 1e6) / (user + system)
}
