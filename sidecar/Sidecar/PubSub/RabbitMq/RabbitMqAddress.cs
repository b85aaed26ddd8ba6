using System.Globalization;
using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>Where the broker is and who we are there. Printed without the password.</summary>
internal sealed record RabbitMqAddress(bool IsTls, string Host, int Port, string User, string Password, string VirtualHost)
{
    public bool IsExternalLogin { get; init; }

    public TimeSpan? Heartbeat { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public override string ToString() => $"{Host}:{Port}";

    public static RabbitMqAddress Of(ComponentMetadata yaml)
    {
        var text = yaml.String("connectionString", yaml.String("host"));
        var protocol = yaml.String("protocol");
        if (text.Length == 0)
        {
            // The host may carry a port, as in a URL.
            var login = yaml.Has("username")
                ? Uri.EscapeDataString(yaml.String("username")) + (yaml.Has("password") ? ":" + Uri.EscapeDataString(yaml.String("password")) : "") + "@"
                : "";
            text = $"{yaml.String("protocol", "amqp")}://{login}{yaml.String("hostname", "localhost")}";
        }

        if (TryParse(text) is not { } address)
        {
            yaml.Problem("\"connectionString\" should be a URL such as amqp://user:password@host:5672/vhost or amqps://…");
            return new(IsTls: false, "", 0, "", "", "");
        }

        if (protocol.Length > 0 && protocol != (address.IsTls ? "amqps" : "amqp"))
        {
            yaml.Problem($"\"protocol\" is \"{protocol}\" and does not match the connection string");
        }

        return address;
    }

    private static RabbitMqAddress? TryParse(string text)
    {
        if (text.Contains(' ') || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("amqp" or "amqps"))
        {
            return null;
        }

        var isTls = url.Scheme == "amqps";
        var colon = url.UserInfo.IndexOf(':');
        var user = url.UserInfo.Length == 0 ? "guest" : Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]);
        var password = colon < 0 ? "guest" : Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);
        var port = url.Port > 0 ? url.Port : isTls ? 5671 : 5672;
        var virtualHost = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : "/";
        var address = new RabbitMqAddress(isTls, url.Host.Length > 0 ? url.DnsSafeHost : "localhost", port, user, password, virtualHost);
        foreach (var pair in url.Query.TrimStart('?').Split('&'))
        {
            address = pair.Split('=', 2) switch
            {
                ["heartbeat", var value] when Number(value) is { } seconds => address with { Heartbeat = TimeSpan.FromSeconds(seconds) },
                ["connection_timeout", var value] when Number(value) is { } milliseconds => address with { ConnectTimeout = TimeSpan.FromMilliseconds(milliseconds) },
                ["auth_mechanism", var value] => address with { IsExternalLogin = value.Equals("external", StringComparison.OrdinalIgnoreCase) },
                _ => address,
            };
        }

        return address;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
