using System.Text.Json;
using Library.Defaults.Refusals;
using Microsoft.Extensions.Options;

namespace Library.Users.Identities;

/// <summary>
/// The keys of another house, asked for through the sidecar when somebody logs in: at first, when they are old, and for an unknown id once a minute at
/// most. What is known stays known while the house is away.
/// </summary>
internal sealed partial class HouseKeys(OidcHouse house, HttpClient sidecar, IOptions<OidcOptions> options, TimeProvider time, ILogger log)
{
    private const int MostBytes = 256 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<HouseKey> _keys = [];
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;

    /// <summary>Those that a token may have been signed with.</summary>
    public async Task<IReadOnlyList<HouseKey>> Find(IdToken token, CancellationToken cancellation)
    {
        var fitting = Fitting(token);
        if (IsDue(options.Value.KeysFresh) || (fitting.Count == 0 && IsDue(Pause)))
        {
            await Ask().WaitAsync(cancellation);
            fitting = Fitting(token);
        }

        return fitting.Count > 0 || _keys.Count > 0 ? fitting : throw new RefusedException(Away);
    }

    private static Refusal Away => new(
        "identity-provider-away", "The provider of this idToken does not tell its keys now. Please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(10) };

    private List<HouseKey> Fitting(IdToken token) => [.. _keys.Where(key => key.Algorithm == token.Algorithm && (token.Kid is null || key.Kid == token.Kid))];

    private bool IsDue(TimeSpan after)
    {
        lock (_gate)
        {
            return !_asking.IsCompleted || _askedAt is not { } at || time.GetElapsedTime(at) >= after;
        }
    }

    private Task Ask()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted)
            {
                _askedAt = time.GetTimestamp();
                _asking = Read();
            }

            return _asking;
        }
    }

    private async Task Read()
    {
        // Nothing of it runs inside the lock.
        await Task.Yield();
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            var address = house.Keys ?? await Described(limit.Token);
            if (HouseKey.Read(await Get(address, limit.Token)) is { Count: > 0 } told)
            {
                _keys = told;
                return;
            }

            LogMeaningless(house.Issuer);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or UriFormatException)
        {
            LogAway(house.Issuer, exception.Message);
        }
    }

    private async Task<Uri> Described(CancellationToken cancellation)
    {
        var description = await Get(new Uri($"{house.Issuer.TrimEnd('/')}/.well-known/openid-configuration"), cancellation);
        using var json = JsonDocument.Parse(description);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("jwks_uri", out var uri) && uri.ValueKind == JsonValueKind.String
            ? new Uri(uri.GetString()!)
            : throw new JsonException("The description of the provider does not say where its keys are.");
    }

    /// <summary>A sidecar takes an address in place of an app id.</summary>
    private async Task<byte[]> Get(Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.PathAndQuery, UriKind.Relative));
        request.Headers.Add("dapr-app-id", address.GetLeftPart(UriPartial.Authority));
        using var answer = await sidecar.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.LoadIntoBufferAsync(MostBytes, cancellation);
        return await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The identity provider {Issuer} does not tell its keys ({Reason}); those that are known go on")]
    private partial void LogAway(string issuer, string reason);

    [LoggerMessage(LogLevel.Warning, "The identity provider {Issuer} tells no key for RS256 or ES256; those that are known go on")]
    private partial void LogMeaningless(string issuer);
}
