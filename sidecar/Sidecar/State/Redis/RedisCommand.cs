namespace Sidecar.State.Redis;

/// <summary>Short commands by their words.</summary>
internal static class RedisCommand
{
    public static RedisCall Of(TimeSpan timeout, params ReadOnlySpan<string> words)
    {
        var writer = new RespWriter(256);
        writer.Command(words.Length);
        foreach (var word in words)
        {
            writer.Argument(word);
        }

        return writer.ToCall(timeout);
    }
}
