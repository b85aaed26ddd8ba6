using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Versioning;

/// <summary>What the strategies have in common.</summary>
internal static class VersionOptions
{
    public delegate bool Parse<T>(string text, out T version);

    public static T? Of<T>(IOptionsMonitor<T>? monitor, WorkflowVersionStrategyContext context)
        where T : class => monitor?.Get(string.IsNullOrWhiteSpace(context.OptionsName) ? Options.DefaultName : context.OptionsName);

    public static string Or(string? version, string unsaid) => string.IsNullOrWhiteSpace(version) ? unsaid : version;

    /// <summary>What can be read is later than what cannot.</summary>
    public static int Compare<T>(string? one, string? other, Parse<T> parse, Comparison<T> order)
    {
        if (one is null || other is null)
        {
            return (one is null ? 0 : 1) - (other is null ? 0 : 1);
        }

        var isRead = parse(one, out var first);
        var isOtherRead = parse(other, out var second);
        return (isRead, isOtherRead) switch
        {
            (true, true) => order(first, second),
            (true, false) => 1,
            (false, true) => -1,
            _ => StringComparer.Ordinal.Compare(one, other),
        };
    }
}
