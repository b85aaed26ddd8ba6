namespace Library.Gateway;

/// <summary>Everything that clients reach. What is not here cannot be asked for, whatever a service answers to its sidecar.</summary>
internal static class Routes
{
    public static readonly IReadOnlyList<Route> All =
    [
        new("GET", "/readers/{id}", "reader-query"),
        new("GET", "/readers", "reader-query"),
        new("PATCH", "/readers/{id}", "reader-command"),
        new("DELETE", "/readers/{id}", "coordinator"),
        new("GET", "/erasures/{id}", "coordinator"),
        new("POST", "/registrations", "coordinator"),
        new("GET", "/registrations/{id}", "coordinator"),
        new("GET", "/erasures/{id}", "coordinator"),
        new("GET", "/sagas", "coordinator"),
        new("GET", "/sagas/{id}", "coordinator"),
        new("POST", "/sagas/{id}/retry", "coordinator"),
        new("POST", "/sagas/{id}/skip", "coordinator"),
        new("POST", "/sagas/{id}/resume", "coordinator"),
        new("POST", "/sagas/{id}/compensate", "coordinator"),
        new("POST", "/sagas/{id}/mark-compensated", "coordinator"),
        new("POST", "/users", "user"),
        new("GET", "/users", "user"),
        new("GET", "/users", "user"),
        new("GET", "/users/{id}", "user"),
        new("PUT", "/users/{id}/roles", "user"),
        new("POST", "/login", "user"),
        new("DELETE", "/login", "user"),
        new("POST", "/password", "user"),
        new("GET", "/identity-providers", "user"),
        new("GET", "/identity-providers", "user"),
        new("GET", "/.well-known/jwks.json", "user"),
        new("POST", "/keys/turn", "user"),
        new("POST", "/keys/turn", "user"),
    ];

    public static readonly IReadOnlyList<string> Apps = [.. All.Select(route => route.App).Distinct().Order(StringComparer.Ordinal)];
}
