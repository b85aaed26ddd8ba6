using System.Buffers;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Versioning;

/// <summary>How semantic versions stand at the end of names.</summary>
public sealed class SemVerVersionStrategyOptions
{
    /// <summary>What stands before the version.</summary>
    public string Prefix { get; set; } = "v";

    /// <summary>Whether that may be in any case.</summary>
    public bool IgnorePrefixCase { get; set; }

    /// <summary>Whether versions may be previews.</summary>
    public bool AllowPrerelease { get; set; } = true;

    /// <summary>Whether versions may name their build.</summary>
    public bool AllowBuildMetadata { get; set; } = true;

    /// <summary>Whether a name may have no version.</summary>
    public bool AllowNoSuffix { get; set; }

    /// <summary>The version of a name that has none.</summary>
    public string DefaultVersion { get; set; } = "0.0.0";
}

/// <summary>Versions are semantic: Orderv1.2.3, or said with an attribute.</summary>
/// <param name="optionsMonitor">How they stand in names.</param>
public sealed class SemVerVersionStrategy(IOptionsMonitor<SemVerVersionStrategyOptions>? optionsMonitor = null) : IWorkflowVersionStrategy, IWorkflowVersionStrategyContextConsumer
{
    private static readonly SearchValues<char> OfVersions = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-+");
    private SemVerVersionStrategyOptions options = new();

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
        if (prefix.Length == 0)
        {
            var start = typeName.AsSpan().LastIndexOfAnyExcept(OfVersions) + 1;
            return TryRead(typeName[start..], out _)
                ? Take(typeName, start, start, out canonicalName, out version)
                : TakeWhole(typeName, out canonicalName, out version);
        }

        var at = typeName.LastIndexOf(prefix, options.IgnorePrefixCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        return at < 0
            ? TakeWhole(typeName, out canonicalName, out version)
            : TryRead(typeName[(at + prefix.Length)..], out _) && Take(typeName, at, at + prefix.Length, out canonicalName, out version);
    }

    /// <inheritdoc/>
    public int Compare(string? v1, string? v2) => VersionOptions.Compare<SemanticVersion>(v1?.Trim(), v2?.Trim(), TryRead, SemanticVersion.Order);

    private static bool Take(string name, int end, int start, out string canonicalName, out string version)
    {
        (canonicalName, version) = (name[..end], name[start..]);
        return end > 0;
    }

    private bool TakeWhole(string name, out string canonicalName, out string version)
    {
        (canonicalName, version) = options.AllowNoSuffix ? (name, VersionOptions.Or(options.DefaultVersion, "0.0.0")) : ("", "");
        return options.AllowNoSuffix;
    }

    private bool TryRead(string text, out SemanticVersion version) =>
        SemanticVersion.TryParse(text, out version) && (options.AllowPrerelease || version.Preview.Length == 0) && (options.AllowBuildMetadata || !version.HasBuild);
}
