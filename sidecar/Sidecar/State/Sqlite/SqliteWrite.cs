using System.Buffers.Text;

namespace Sidecar.State.Sqlite;

/// <summary>A write with its value as the table keeps it: JSON as it is, bytes as base64.</summary>
internal sealed class SqliteWrite
{
    private SqliteWrite(StateWrite request) => Request = request;

    public StateWrite Request { get; }

    public ReadOnlyMemory<byte> Value { get; private init; }

    public string ETag { get; } = Guid.NewGuid().ToString();

    public int Seconds { get; private init; }

    /// <summary>Why it cannot be done at all. In a transaction that counts only when its turn comes.</summary>
    public StateException? Problem { get; private init; }

    public static SqliteWrite Of(StateWrite request)
    {
        try
        {
            StateOptions.Check(request);
            if (request.Key.Length == 0)
            {
                throw new StateException(request.IsDelete ? "missing key in delete operation" : "missing key in set option");
            }

            return request.IsDelete
                ? new SqliteWrite(request)
                : new SqliteWrite(request) { Seconds = TimeToLive.Seconds(request.Metadata), Value = Encode(request.Value) };
        }
        catch (StateException problem)
        {
            return new SqliteWrite(request) { Problem = problem };
        }
    }

    private static ReadOnlyMemory<byte> Encode(StateValue value)
    {
        if (value.IsJson)
        {
            return value.Bytes;
        }

        var text = new byte[Base64.GetMaxEncodedToUtf8Length(value.Bytes.Length)];
        Base64.EncodeToUtf8(value.Bytes.Span, text, out _, out var length);
        return text.AsMemory(0, length);
    }
}
