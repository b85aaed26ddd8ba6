using System.Buffers.Binary;

namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// Spans as the trace request of OpenTelemetry's protocol. Written by hand: it is a few fields, and the package that would do it
/// takes only spans of its own making. One batch at a time: the next one overwrites what was returned.
/// </summary>
public sealed class OtlpProtobuf(IReadOnlyDictionary<string, string> resource)
{
    private const int ErrorStatus = 2;
    private const uint ParentIsKnown = 0x100;
    private const uint ParentIsRemote = 0x200;

    private readonly ProtobufBuffer output = new();

    public ReadOnlyMemory<byte> Write(IReadOnlyList<Span> spans)
    {
        output.Clear();
        var whole = output.Begin(1);
        var origin = output.Begin(1);
        WriteTags(output, 1, resource);
        output.End(origin);
        foreach (var scope in spans.GroupBy(span => span.Scope))
        {
            var scoped = output.Begin(2);
            var name = output.Begin(1);
            output.Text(1, scope.Key);
            output.End(name);
            foreach (var span in scope)
            {
                var inner = output.Begin(2);
                WriteSpan(output, span);
                output.End(inner);
            }

            output.End(scoped);
        }

        output.End(whole);
        return output.Written;
    }

    private static void WriteSpan(ProtobufBuffer output, Span span)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, span.Context.TraceId);
        output.Bytes(1, id);
        BinaryPrimitives.WriteUInt64BigEndian(id, span.Context.SpanId);
        output.Bytes(2, id[..8]);
        output.Text(3, span.Context.State ?? "");
        if (span.ParentSpanId != 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(id, span.ParentSpanId);
            output.Bytes(4, id[..8]);
        }

        output.Text(5, span.Name);
        output.Varint(6, (int)span.Kind);
        output.Fixed64(7, Nanoseconds(span.StartTime));
        output.Fixed64(8, Nanoseconds(span.StartTime + span.Duration));
        WriteTags(output, 9, span.Tags);
        foreach (var happened in span.Events)
        {
            WriteEvent(output, happened);
        }

        if (span.Error is { } error)
        {
            var status = output.Begin(15);
            output.Text(2, error);
            output.Varint(3, ErrorStatus);
            output.End(status);
        }

        output.Fixed32(16, span.Context.Flags | ParentIsKnown | (span.ParentSpanId != 0 ? ParentIsRemote : 0));
    }

    private static void WriteEvent(ProtobufBuffer output, SpanEvent happened)
    {
        var inner = output.Begin(11);
        output.Fixed64(1, Nanoseconds(happened.Time));
        output.Text(2, happened.Name);
        foreach (var (key, value) in happened.Tags)
        {
            var pair = output.Begin(3);
            output.Text(1, key);
            var any = output.Begin(2);
            if (value is int number)
            {
                output.Varint(3, number);
            }
            else
            {
                output.Text(1, (string)value);
            }

            output.End(any);
            output.End(pair);
        }

        output.End(inner);
    }

    private static void WriteTags(ProtobufBuffer output, int field, IEnumerable<KeyValuePair<string, string>> tags)
    {
        foreach (var (key, value) in tags)
        {
            var pair = output.Begin(field);
            output.Text(1, key);
            var any = output.Begin(2);
            output.Text(1, value);
            output.End(any);
            output.End(pair);
        }
    }

    private static ulong Nanoseconds(DateTimeOffset moment) => (ulong)(moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
