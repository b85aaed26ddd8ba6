using System.Collections.Concurrent;
using Runner.Template;

namespace Runner.Logs;

/// <summary>Files for logs that the run file sends there, named as Dapr's command line names them.</summary>
internal sealed class LogFiles(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, TextWriter> files = new(StringComparer.Ordinal);
    private readonly string started = $"{time.GetLocalNow():yyyyMMddHHmmss}";

    /// <param name="kind">app or daprd</param>
    public void Write(AppTemplate app, string kind, string line)
    {
        var file = files.GetOrAdd($"{app.Id}_{kind}", name =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(app.Folder, ".dapr", "logs")).FullName;
            return TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, $"{name}_{started}.log"), append: true) { AutoFlush = true });
        });
        file.WriteLine(line);
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }
}
