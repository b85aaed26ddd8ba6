using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Projections;

/// <summary>Every "not yet" of a view.</summary>
public static class ViewRefusals
{
    public static readonly Refusal Building = new(
        "view-building", "This view is being built for the first time. Please ask again in a moment.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Refusal Behind = new(
        "view-behind", "This view has not seen the version that you ask for yet. Please ask again in a moment.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Refusal MinVersionUnclear = new(
        "min-version-unclear", "minVersion is the version that a command answered with, or ID:VERSION where the address names no id.", StatusCodes.Status400BadRequest);
}
