using System.Text;

namespace Sidecar.Tests.Hosting;

/// <summary>The log lines of a sidecar as they are written, and a way to wait for one.</summary>
internal sealed class LogCapture : MemoryStream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private TaskCompletionSource changed = New();

    public string Text
    {
        get
        {
            lock (gate)
            {
                return text.ToString();
            }
        }
    }

    public IEnumerable<string> Errors => Text.Split('\n').Where(line => line.Contains("level=error", StringComparison.Ordinal) || line.Contains("level=fatal", StringComparison.Ordinal));

    public async Task WaitForAsync(string part)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            Task next;
            lock (gate)
            {
                next = changed.Task;
            }

            if (Text.Contains(part, StringComparison.Ordinal))
            {
                return;
            }

            await next.WaitAsync(limit.Token);
        }
    }

    public void Add(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            text.Append(Encoding.UTF8.GetString(buffer));
            changed.TrySetResult();
            changed = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
