using System.Security.Cryptography;

namespace Runner;

/// <summary>By these apps and sidecars know each other: new ones for each run, in the environment of its processes and nowhere else.</summary>
internal static class Tokens
{
    private static readonly string[] Names = ["DAPR_API_TOKEN", "APP_API_TOKEN"];

    public static IReadOnlyDictionary<string, string> Make(Func<string, string?> environment) =>
        Names.ToDictionary(name => name, name => environment(name) is { Length: > 0 } given ? given : RandomNumberGenerator.GetHexString(64, lowercase: true));
}
