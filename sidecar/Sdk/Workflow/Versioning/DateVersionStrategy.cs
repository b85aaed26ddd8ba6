using System.Globalization;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Versioning;

/// <summary>How dates stand at the end of names.</summary>
public sealed class DateVersionStrategyOptions
{
    /// <summary>The format of dates.</summary>
    public string DateFormat { get; set; } = "yyyyMMdd";

    /// <summary>What stands before the date.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Whether that may be in any case.</summary>
    public bool IgnorePrefixCase { get; set; }

    /// <summary>Whether a name may have no date.</summary>
    public bool AllowNoSuffix { get; set; }

    /// <summary>The version of a name that has none.</summary>
    public string DefaultVersion { get; set; } = "0";
}

/// <summary>Versions are dates at the end of names: Order20260131.</summary>
/// <param name="optionsMonitor">How they stand there.</param>
public sealed class DateVersionStrategy(IOptionsMonitor<DateVersionStrategyOptions>? optionsMonitor = null) : IWorkflowVersionStrategy, IWorkflowVersionStrategyContextConsumer
{
    private DateVersionStrategyOptions options = new();

    private string Format => VersionOptions.Or(options.DateFormat, "yyyyMMdd");

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

        var prefix = options.Prefix ?? "";
        var comparison = options.IgnorePrefixCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var length = DateTime.UnixEpoch.ToString(Format, CultureInfo.InvariantCulture).Length;
        if (typeName.Length <= length + prefix.Length || !TryRead(typeName[^length..], out _))
        {
            if (!options.AllowNoSuffix || (prefix.Length > 0 && typeName.EndsWith(prefix, comparison)))
            {
                return false;
            }

            (canonicalName, version) = (typeName, VersionOptions.Or(options.DefaultVersion, "0"));
            return true;
        }

        var stem = typeName[..^length];
        if (!stem.EndsWith(prefix, comparison))
        {
            return false;
        }

        (canonicalName, version) = (stem[..^prefix.Length], typeName[^length..]);
        return true;
    }

    /// <inheritdoc/>
    public int Compare(string? v1, string? v2) => VersionOptions.Compare<DateTime>(v1?.Trim(), v2?.Trim(), TryRead, DateTime.Compare);

    private bool TryRead(string text, out DateTime date) =>
        Read(text, out date) || (options.IgnorePrefixCase && (Read(text.ToUpperInvariant(), out date) || Read(text.ToLowerInvariant(), out date)));

    private bool Read(string text, out DateTime date) => DateTime.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
