using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Http;
using Sidecar.Json;

namespace Sidecar.Absent;

/// <summary>Bodies that Dapr reads before it refuses.</summary>
internal static class AbsentBodies
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static ApiException Malformed(string reason) =>
        new(400, GrpcCode.InvalidArgument, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {reason}");

    public static ApiException BadRequest(string reason) => new(400, GrpcCode.InvalidArgument, "ERR_BAD_REQUEST", $"invalid request: {reason}");

    /// <summary>A message in its JSON form; an empty body is an empty message.</summary>
    public static async ValueTask<T> MessageAsync<T>(HttpCall call)
        where T : IMessage, new()
    {
        var body = await call.ReadBodyAsync();
        try
        {
            return body.IsEmpty ? new T() : Json.Parse<T>(System.Text.Encoding.UTF8.GetString(body.Span));
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw Malformed($"proto: {problem.Message}");
        }
    }

    public static async ValueTask RequireJsonAsync(HttpCall call)
    {
        try
        {
            GoJson.Decode(await call.ReadBodyAsync()).Dispose();
        }
        catch (GoJsonException problem)
        {
            throw Malformed(problem.Message);
        }
    }
}
