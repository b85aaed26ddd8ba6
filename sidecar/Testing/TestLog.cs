using System.Text;

namespace Sidecar.Testing;

/// <summary>What a sidecar and the services beside it have logged.</summary>
public sealed class TestLog
{
    private readonly Lock gate = new();
    private readonly List<string> expected = [];
    private int counting = int.MaxValue;

    internal TestLog()
    {
    }

    public Ledger<LogLine> Lines { get; } = new();

    /// <summary>
    /// Errors that nobody expects. The end of the sidecar fails when there are any. From the first fault or kill on errors belong to the test.
    /// </summary>
    public IReadOnlyList<LogLine> UnexpectedErrors
    {
        get
        {
            lock (gate)
            {
                return [.. Lines.Take(counting).Where(line => line.IsError && !expected.Exists(part => line.Text.Contains(part, StringComparison.Ordinal)))];
            }
        }
    }

    /// <summary>Errors with this part belong to the test.</summary>
    public void Expect(string part)
    {
        lock (gate)
        {
            expected.Add(part);
        }
    }

    /// <summary>For tests that break so much that any error may follow.</summary>
    public void ExpectAnything()
    {
        lock (gate)
        {
            counting = 0;
        }
    }

    /// <summary>The test has begun to break things.</summary>
    internal void Disturb()
    {
        lock (gate)
        {
            counting = Math.Min(counting, Lines.Count);
        }
    }

    internal void Add(string source, bool isError, string text) => Lines.Add(new LogLine(source, isError, text));

    /// <summary>Takes the log of a sidecar, line by line.</summary>
    internal sealed class OfSidecar(TestLog log) : MemoryStream
    {
        private readonly StringBuilder rest = new();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            foreach (var character in Encoding.UTF8.GetString(buffer))
            {
                if (character != '\n')
                {
                    rest.Append(character);
                    continue;
                }

                var line = rest.ToString();
                rest.Clear();
                log.Add("sidecar", line.Contains("level=error", StringComparison.Ordinal) || line.Contains("level=fatal", StringComparison.Ordinal), line);
            }
        }
    }
}

public sealed record LogLine(string Source, bool IsError, string Text)
{
    public override string ToString() => $"{Source}: {Text}";
}

/// <summary>A test that was green but for this.</summary>
public sealed class UnexpectedErrorsException(IEnumerable<LogLine> lines)
    : Exception("errors in the log that the test did not expect (Log.Expect says which ones it does):\n" + string.Join('\n', lines));
