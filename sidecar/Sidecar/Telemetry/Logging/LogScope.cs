namespace Sidecar.Telemetry.Logging;

/// <summary>What a line calls the part of the sidecar that it comes from: the building block, in daprd's manner.</summary>
internal static class LogScope
{
    private const string Ours = "Sidecar.";

    public static bool IsOurs(string category) => category.StartsWith(Ours, StringComparison.Ordinal) || category.StartsWith("dapr.", StringComparison.Ordinal);

    public static string Of(string category)
    {
        if (!category.StartsWith(Ours, StringComparison.Ordinal))
        {
            return category;
        }

        var rest = category[Ours.Length..];
        var dot = rest.IndexOf('.');
        var block = dot < 0 ? rest : rest[..dot];
        return block is "Hosting" ? "dapr.runtime" : $"dapr.runtime.{block.ToLowerInvariant()}";
    }
}
