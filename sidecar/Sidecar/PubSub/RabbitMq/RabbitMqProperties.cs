using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>A message's metadata as AMQP properties, and back.</summary>
internal static class RabbitMqProperties
{
    public static BasicProperties Of(RabbitMqSettings settings, IReadOnlyDictionary<string, string> metadata)
    {
        var properties = new BasicProperties { ContentType = "text/plain" };
        if (settings.DeliveryMode > 0)
        {
            properties.DeliveryMode = (DeliveryModes)settings.DeliveryMode;
        }

        if (metadata.Count == 0)
        {
            SetExpiration(properties, settings.TimeToLive);
            return properties;
        }

        SetExpiration(properties, BrokerMetadata.TimeToLive(metadata) ?? settings.TimeToLive);
        if (metadata.TryGetValue("priority", out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) && priority > 0)
        {
            properties.Priority = (byte)Math.Min(priority, byte.MaxValue);
        }

        properties.ContentType = BrokerMetadata.Find(metadata, "contentType") ?? properties.ContentType;
        properties.MessageId = BrokerMetadata.Find(metadata, "messageID");
        properties.CorrelationId = BrokerMetadata.Find(metadata, "correlationID");
        properties.Type = BrokerMetadata.Find(metadata, "type");
        return properties;
    }

    public static string RoutingKey(IReadOnlyDictionary<string, string> metadata) => metadata.GetValueOrDefault("routingKey", "");

    public static Dictionary<string, string> ToMetadata(IReadOnlyBasicProperties properties)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(metadata, "messageid", properties.MessageId);
        Add(metadata, "correlationid", properties.CorrelationId);
        Add(metadata, "type", properties.Type);
        Add(metadata, "contenttype", properties.ContentType);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            if (value is not null)
            {
                metadata["metadata." + name] = GoText(value);
            }
        }

        return metadata;
    }

    private static void Add(Dictionary<string, string> metadata, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            metadata["metadata." + name] = value;
        }
    }

    private static void SetExpiration(BasicProperties properties, TimeSpan? timeToLive)
    {
        if (timeToLive is { } time)
        {
            properties.Expiration = ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    // As Go prints them: a broker's own headers (x-death) hold lists and tables.
    private static string GoText(object? value) => value switch
    {
        null => "<nil>",
        byte[] text => Encoding.UTF8.GetString(text),
        BinaryTableValue binary => Encoding.UTF8.GetString(binary.Bytes),
        bool truth => truth ? "true" : "false",
        AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime).ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture),
        IDictionary<string, object?> table => $"map[{string.Join(' ', table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{GoText(pair.Value)}"))}]",
        System.Collections.IEnumerable list and not string => $"[{string.Join(' ', list.Cast<object?>().Select(GoText))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
