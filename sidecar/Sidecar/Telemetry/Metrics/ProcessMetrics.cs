using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sidecar.Telemetry.Metrics;

/// <summary>The process that the sidecar runs in, by the names that Prometheus clients use; what the system does not tell is left out.</summary>
internal static class ProcessMetrics
{
    public static void Append(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Write(text, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", MetricKind.Counter, process.TotalProcessorTime.TotalSeconds);
        if (MostFiles() is { } most)
        {
            Write(text, "process_max_fds", "Maximum number of open file descriptors.", MetricKind.Gauge, most);
        }

        if (OpenFiles() is { } open)
        {
            Write(text, "process_open_fds", "Number of open file descriptors.", MetricKind.Gauge, open);
        }

        Write(text, "process_resident_memory_bytes", "Resident memory size in bytes.", MetricKind.Gauge, process.WorkingSet64);
        var start = new DateTimeOffset(process.StartTime) - DateTimeOffset.UnixEpoch;
        Write(text, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.", MetricKind.Gauge, Math.Round(start.TotalSeconds, 2));
        Write(text, "process_virtual_memory_bytes", "Virtual memory size in bytes.", MetricKind.Gauge, process.VirtualMemorySize64);
    }

    private static void Write(StringBuilder text, string name, string help, MetricKind kind, double value)
    {
        PrometheusText.AppendHead(text, name, help, kind);
        PrometheusText.AppendSample(text, name, "", value);
    }

    private static double? OpenFiles() => Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : null;

    private static double? MostFiles()
    {
        const string Limits = "/proc/self/limits";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] &&
            double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
