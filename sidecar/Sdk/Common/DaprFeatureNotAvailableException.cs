namespace Dapr.Common;

/// <summary>The sidecar has no variant of what was asked for.</summary>
/// <param name="featureName">What was asked for.</param>
/// <param name="checkedVariants">The methods that were tried.</param>
public sealed class DaprFeatureNotAvailableException(string featureName, string[] checkedVariants)
    : DaprException($"The Dapr runtime does not support '{featureName}'. Checked: {string.Join(", ", checkedVariants)}.")
{
    /// <summary>What was asked for.</summary>
    public string FeatureName { get; } = featureName;

    /// <summary>The methods that were tried.</summary>
    public IReadOnlyList<string> CheckedVariants { get; } = checkedVariants;
}
