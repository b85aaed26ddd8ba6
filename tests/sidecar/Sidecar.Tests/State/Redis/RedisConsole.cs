using System.Text;
using Sidecar.Components;
using Sidecar.State.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sidecar.Tests.State.Redis;

/// <summary>Asks a Redis directly, past the store.</summary>
internal sealed class RedisConsole(RedisClient client) : IAsyncDisposable
{
    public static async Task<RedisConsole> OpenAsync(string host)
    {
        var options = RedisOptions.From(new ComponentMetadata(new Dictionary<string, string> { ["redisHost"] = host }));
        var client = new RedisClient(options, TimeProvider.System, NullLogger.Instance);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return new RedisConsole(client);
    }

    /// <summary>A simple answer, or the elements of an array of such.</summary>
    public async Task<string?[]> AskAsync(params string[] words)
    {
        var answer = await client.RunAsync(RedisCommand.Of(TimeSpan.FromSeconds(10), words), TestContext.Current.CancellationToken);
        var reader = new RespReader(answer);
        if (answer.Span[0] != (byte)'*')
        {
            return [Text(ref reader)];
        }

        var texts = new string?[reader.Array()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(ref reader);
        }

        return texts;
    }

    public async Task<string?> AskOneAsync(params string[] words) => (await AskAsync(words))[0];

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static string? Text(ref RespReader reader) => reader.Text() is { } text ? Encoding.UTF8.GetString(text.Span) : null;
}
