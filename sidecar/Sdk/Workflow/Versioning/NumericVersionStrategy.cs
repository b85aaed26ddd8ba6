using System.Globalization;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Versioning;

/// <summary>How numbers stand at the end of names.</summary>
public sealed class NumericVersionStrategyOptions
{
    /// <summary>What stands before the number.</summary>
    public string SuffixPrefix { get; set; } = "V";

    /// <summary>Whether that may be in any case.</summary>
    public bool IgnorePrefixCase { get; set; }

    /// <summary>Whether a name may have no number.</summary>
    public bool AllowNoSuffix { get; set; } = true;

    /// <summary>Whether numbers have a width.</summary>
    public bool ZeroPad { get; set; }

    /// <summary>The width.</summary>
    public int Width { get; set; } = 4;

    /// <summary>The version of a name that has none.</summary>
    public string DefaultVersion { get; set; } = "0";
}

/// <summary>Versions are numbers at the end of names: OrderV2.</summary>
/// <param name="optionsMonitor">How they stand there.</param>
public sealed class NumericVersionStrategy(IOptionsMonitor<NumericVersionStrategyOptions>? optionsMonitor = null) : IWorkflowVersionStrategy, IWorkflowVersionStrategyContextConsumer
{
    private NumericVersionStrategyOptions options = new();

    /// <inheritdoc/>
    public void Configure(WorkflowVersionStrategyContext context) => options = VersionOptions.Of(optionsMonitor, context) ?? options;

    /// <inheritdoc/>
    public bool TryParse(string typeName, out string canonicalName, out string version)
    {
        (canonicalName, version) = ("", "");
        if (string.IsNullOrWhiteSpace(typeName))
        {
            return false;
        }

        var prefix = options.SuffixPrefix ?? "";
        var comparison = options.IgnorePrefixCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var stem = typeName.TrimEnd("0123456789".ToCharArray());
        if (stem.Length == typeName.Length)
        {
            if (!options.AllowNoSuffix || (prefix.Length > 0 && typeName.EndsWith(prefix, comparison)))
            {
                return false;
            }

            (canonicalName, version) = (typeName, VersionOptions.Or(options.DefaultVersion, "0"));
            return true;
        }

        var hasWidth = !options.ZeroPad || options.Width <= 0 || typeName.Length - stem.Length == options.Width;
        if (!hasWidth || stem.Length <= prefix.Length || !stem.EndsWith(prefix, comparison))
        {
            return false;
        }

        (canonicalName, version) = (stem[..^prefix.Length], typeName[stem.Length..]);
        return true;
    }

    /// <inheritdoc/>
    public int Compare(string? v1, string? v2) => VersionOptions.Compare<long>(
        v1?.Trim(), v2?.Trim(), (string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number), Comparer<long>.Default.Compare);
}
