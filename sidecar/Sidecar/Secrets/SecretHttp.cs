using Sidecar.Http;
using Sidecar.Json;

namespace Sidecar.Secrets;

/// <summary>The routes of <see cref="SecretApi"/>.</summary>
public sealed class SecretHttp(SecretApi api)
{
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "v1.0", "secrets/{store}/bulk", "secrets", GetAllAsync),
        new("GET", "v1.0", "secrets/{store}/{key}", "secrets", GetAsync),
    ];

    private async ValueTask GetAsync(HttpCall call)
    {
        var secret = await api.GetAsync(call["store"], call["key"], call.Metadata(), call.Cancellation);
        var json = new GoJsonWriter();
        json.Map(secret);
        await call.Json(json);
    }

    private async ValueTask GetAllAsync(HttpCall call)
    {
        var secrets = await api.GetAllAsync(call["store"], call.Metadata(), call.Cancellation);
        var json = new GoJsonWriter();
        json.BeginObject();
        foreach (var (name, values) in secrets.OrderBy(secret => secret.Key, StringComparer.Ordinal))
        {
            json.Name(name);
            json.Map(values);
        }

        json.EndObject();
        await call.Json(json);
    }
}
