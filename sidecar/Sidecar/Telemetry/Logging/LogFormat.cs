using System.Buffers;
using System.Globalization;
using System.Text;
using Sidecar.Json;
using Sidecar.Metadata;

namespace Sidecar.Telemetry.Logging;

/// <summary>Lines as daprd writes them: time, level and message, then all other fields by name; or the same as one JSON object.</summary>
public sealed class LogFormat(string appId, string instance, bool asJson)
{
    private const int MostFields = 16;
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+");

    public byte[] Line(DateTimeOffset time, string level, string message, string scope, ReadOnlySpan<LogField> more)
    {
        Span<LogField> fields = new LogField[Math.Min(MostFields, more.Length + 5)];
        more[..(fields.Length - 5)].CopyTo(fields[5..]);
        fields[0] = new LogField("app_id", appId);
        fields[1] = new LogField("instance", instance);
        fields[2] = new LogField("scope", scope);
        fields[3] = new LogField("type", "log");
        fields[4] = new LogField("ver", SidecarMetadata.RuntimeVersion);
        fields.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return asJson ? Json(time, level, message, fields) : Text(time, level, message, fields);
    }

    private static byte[] Text(DateTimeOffset time, string level, string message, ReadOnlySpan<LogField> fields)
    {
        var line = new StringBuilder(256);
        Append(line, "time", Moment(time));
        Append(line, "level", level);
        if (message.Length > 0)
        {
            Append(line, "msg", message);
        }

        foreach (var field in fields)
        {
            Append(line, field.Name, field.Text ?? field.Number.ToString(CultureInfo.InvariantCulture));
        }

        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    private static void Append(StringBuilder line, string name, string value)
    {
        line.Append(line.Length > 0 ? " " : "").Append(name).Append('=');
        line.Append(value.AsSpan().ContainsAnyExcept(Plain) ? GoText.Quote(value) : value);
    }

    private static byte[] Json(DateTimeOffset time, string level, string message, Span<LogField> fields)
    {
        LogField[] all = [.. fields, new("level", level), new("msg", message), new("time", Moment(time))];
        Array.Sort(all, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        var json = new GoJsonWriter();
        json.BeginObject();
        foreach (var field in all)
        {
            json.Name(field.Name);
            if (field.Text is { } text)
            {
                json.String(text);
            }
            else
            {
                json.Number(field.Number);
            }
        }

        json.EndObject();
        return [.. json.Written.Span, (byte)'\n'];
    }

    /// <summary>RFC 3339 without zeros at the end of the fraction.</summary>
    private static string Moment(DateTimeOffset time) => time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz");
}
