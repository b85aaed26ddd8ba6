namespace Library.Users.Identities;

internal static class ListProviders
{
    public static IResult Handle(IdentityProviders providers) =>
        TypedResults.Ok(new ProvidersKnown([.. providers.All.Select(provider => new ProviderKnown(provider.Issuer, [.. Each(provider.Can).Select(can => can.ToString().ToLowerInvariant())]))]));

    private static IEnumerable<Abilities> Each(Abilities can) => Enum.GetValues<Abilities>().Where(one => one != Abilities.None && can.HasFlag(one));
}

/// <summary>Of no issuer: user name and password, kept here.</summary>
internal sealed record ProviderKnown(string? Issuer, IReadOnlyList<string> Can);

internal sealed record ProvidersKnown(IReadOnlyList<ProviderKnown> Items);
