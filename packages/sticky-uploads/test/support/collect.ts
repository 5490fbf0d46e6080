import { context } from "@opentelemetry/api"
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks"
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics"
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { createOpenTelemetry } from "sticky-uploads/opentelemetry"
import { afterAll, beforeAll, onTestFinished } from "vitest"

/** Keeps contexts over awaits for a whole file, as an SDK does that an app starts. */
export function keepContexts(): void {
  const manager = new AsyncLocalStorageContextManager()
  beforeAll(() => void context.setGlobalContextManager(manager.enable()))
  afterAll(() => context.disable())
}

const never = 2 ** 31 - 1

/** OpenTelemetry's own SDK, with everything it was told in memory. */
export function collect() {
  const exporter = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: never,
    exportTimeoutMillis: never,
  })
  const meterProvider = new MeterProvider({ readers: [reader] })
  onTestFinished(async () => {
    await meterProvider.shutdown()
    await tracerProvider.shutdown()
  })

  async function metrics(): Promise<MetricData[]> {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  }
  /** What a metric has so far, by its attributes: of a histogram how many, and their sum. */
  async function points(name: string) {
    const metric = (await metrics()).find(({ descriptor }) => descriptor.name === name)
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => {
      if (typeof value === "number") return { attributes, count: value, sum: value }
      return { attributes, count: value.count, sum: "sum" in value ? (value.sum ?? 0) : 0 }
    })
  }
  return {
    tracerProvider,
    meterProvider,
    telemetry: createOpenTelemetry({ tracerProvider, meterProvider }),
    /** Spans that are over, in the order of their ends. */
    spans: () => exporter.getFinishedSpans(),
    metrics,
    points,
    /** All that a metric has counted, whatever the attributes. */
    total: async (name: string) => (await points(name)).reduce((sum, { count }) => sum + count, 0),
  }
}
