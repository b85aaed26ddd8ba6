using System.Net.Http.Headers;

namespace Dapr.Wire;

/// <summary>Headers that say who calls: the sidecar's token and the SDK's name. Made once for a client.</summary>
internal sealed class WireFields
{
    public const string TokenName = "dapr-api-token";
    private readonly string? token;
    private readonly string? agent;

    public WireFields(string? token, string? agent)
    {
        this.token = string.IsNullOrWhiteSpace(token) ? null : token;
        this.agent = agent;
    }

    /// <summary>Neither token nor name.</summary>
    public static WireFields None { get; } = new(null, null);

    public void Write(HttpRequestHeaders headers)
    {
        if (agent is not null)
        {
            headers.TryAddWithoutValidation("user-agent", agent);
        }

        if (token is not null)
        {
            headers.TryAddWithoutValidation(TokenName, token);
        }
    }
}
