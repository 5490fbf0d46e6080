import { readFileSync, writeFileSync } from "node:fs"
import { monitorEventLoopDelay } from "node:perf_hooks"

/** What one process spent on its work. */
export interface Spent {
  cpuSeconds: number
  /** As Node's own histogram has it, which looks once a millisecond and counts that one in. */
  loopP99Ms: number
  loopMaxMs: number
  /** The most this process had resident since the beginning or, where the system cannot tell, ever. */
  peakRssBytes: number
}

export interface Meter {
  begin(): void
  end(): Spent
}

/** `maxRSS` begins, on Linux, with what the parent had when it forked; the kernel's own high-water mark does not. */
function peakRssBytes(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1")) ?? []
    if (kib) return Number(kib) * 1024
  } catch {
    // There is no such file on other systems.
  }
  return process.resourceUsage().maxRSS * 1024
}

/** Lets the high-water mark begin anew (proc(5), `clear_refs`). */
function forgetPeakRss(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5")
  } catch {
    // There is no such file on other systems.
  }
}

/** Measures the process it runs in. */
export function createMeter(): Meter {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let cpu = process.cpuUsage()
  return {
    begin() {
      forgetPeakRss()
      delay.reset()
      delay.enable()
      cpu = process.cpuUsage()
    },
    end() {
      const { user, system } = process.cpuUsage(cpu)
      delay.disable()
      return {
        cpuSeconds: (user + system) / 1e6,
        loopP99Ms: delay.percentile(99) / 1e6,
        loopMaxMs: delay.max / 1e6,
        peakRssBytes: peakRssBytes(),
      }
    },
  }
}
