using Microsoft.AspNetCore.Builder;

namespace Library.Defaults.Auth;

/// <summary>Says of an endpoint, or of a group, who may use it. A service with an endpoint of which nothing is said does not start.</summary>
public static class AuthRules
{
    public static TBuilder OpenToAnyone<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(Rule.Anyone);

    /// <summary>Whoever has a token; whose data it is about is for the handler to decide, with its <see cref="Caller"/>.</summary>
    public static TBuilder ForSignedIn<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(Rule.SignedIn);

    public static TBuilder ForRoles<TBuilder>(this TBuilder routes, params IReadOnlyList<string> roles)
        where TBuilder : IEndpointConventionBuilder => roles.Count > 0 && roles.All(Roles.All.Contains)
        ? routes.WithMetadata(new Rule(Admits.Roles, roles))
        : throw new ArgumentException($"Name one or more of the roles {string.Join(", ", Roles.All)}.", nameof(roles));

    /// <summary>The reader whose id this part of the address is, and staff.</summary>
    public static TBuilder ForReaderOrStaff<TBuilder>(this TBuilder routes, string part)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new Rule(Admits.Roles, [Roles.Reader, .. Roles.Staff]) { OwnedBy = part });

    /// <summary>The user whose id this part of the address is, and staff.</summary>
    public static TBuilder ForUserOrStaff<TBuilder>(this TBuilder routes, string part)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(Rule.SignedIn with { OwnedBy = part, IsOfUser = true });

    /// <summary>Only by invocation of these apps; of every service behind the gateway when none is named.</summary>
    public static TBuilder ForServices<TBuilder>(this TBuilder routes, params IReadOnlyList<string> apps)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new Rule(Admits.Services, apps));

    /// <summary>Asks others with the client's own token, which they check for these roles; nothing is told that they do not tell.</summary>
    public static TBuilder CheckedBehind<TBuilder>(this TBuilder routes, params IReadOnlyList<string> roles)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new Rule(Admits.Anyone, roles));

    /// <summary>Only what the service's own sidecar asks by itself.</summary>
    internal static TBuilder ForSidecar<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(Rule.Sidecar);
}
