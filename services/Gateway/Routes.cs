namespace Library.Gateway;

/// <summary>Everything that clients reach. What is not here cannot be asked for, whatever a service answers to its sidecar.</summary>
internal static class Routes
{
    public static readonly IReadOnlyList<Route> All =
    [
        new("GET", "/readers/{id}", "reader-query"),
        new("GET", "/readers", "reader-query"),
        new("PATCH", "/readers/{id}", "reader-command"),
    ];

    public static readonly IReadOnlyList<string> Apps = [.. All.Select(route => route.App).Distinct().Order(StringComparer.Ordinal)];
}
