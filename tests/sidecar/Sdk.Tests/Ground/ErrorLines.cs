using System.Text;

namespace Sdk.Tests.Ground;

/// <summary>The log of a sidecar, of which only errors are kept.</summary>
internal sealed class ErrorLines : MemoryStream
{
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();

    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate)
            {
                return [.. text.ToString().Split('\n').Where(line => line.Contains("level=error", StringComparison.Ordinal) || line.Contains("level=fatal", StringComparison.Ordinal))];
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            text.Append(Encoding.UTF8.GetString(buffer));
        }
    }
}
