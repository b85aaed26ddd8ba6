using Library.Defaults.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Idempotency;

/// <summary>
/// Answers a repeated request from its record. The look-up is inside the retry of lost races: of two at the same time one loses its transaction, comes
/// again and finds the other's record.
/// </summary>
internal sealed class IdempotencyKey(CommandStore store, Commit commit, IOptions<JsonOptions> json, TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public const int Longest = 200;

    public async ValueTask<object?> Invoke(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers[Header] is not [_, ..] given)
        {
            return await next(context);
        }

        if (given is not [{ Length: > 0 and <= Longest } key] || key.Any(c => c is <= ' ' or > '~'))
        {
            return IdempotencyRefusals.KeyMalformed.ToProblem();
        }

        var address = IdempotencyRecord.KeyOf(http, key);
        var fingerprint = Fingerprint.Of(key, http.Request.Path, Query(http), Body(context), json.Value.SerializerOptions);
        var (bytes, etag) = await store.Get(address, http.RequestAborted);
        if (StoredJson.Read<IdempotencyRecord>(bytes.Span) is { } first && time.GetUtcNow() - first.At < IdempotencyRecord.Lifetime)
        {
            return first.Fingerprint == fingerprint ? first.Answer.ToResult() : IdempotencyRefusals.KeyReused.ToProblem();
        }

        commit.Beside = (change, answer) => change.Put(
            address, new IdempotencyRecord(fingerprint, time.GetUtcNow(), answer), etag, IdempotencyRecord.Lifetime + TimeSpan.FromDays(1));
        return await next(context);
    }

    /// <summary>How long a caller is ready to wait makes no other request of it.</summary>
    private static string Query(HttpContext http) => QueryString.Create(http.Request.Query.Where(part => part.Key != "wait")).Value ?? "";

    private static object? Body(EndpointFilterInvocationContext context) =>
        context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type ? context.Arguments.FirstOrDefault(type.IsInstanceOfType) : null;
}
