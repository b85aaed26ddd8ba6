using Library.Defaults.Auth.Keys;
using Library.Defaults.Stores;
using Library.Users.Accounts;
using Library.Users.Identities;
using Library.Users.Keys;
using Library.Users.Passwords;
using Library.Users.Sessions;
using Microsoft.Extensions.Options;

namespace Library.Users;

internal static class UsersParts
{
    public static void AddUsers(this IServiceCollection services, IConfiguration configuration, HttpClient sidecar)
    {
        Settings<HashingOptions>(services, HashingOptions.Section);
        Settings<ThrottleOptions>(services, ThrottleOptions.Section);
        Settings<KeyOptions>(services, KeyOptions.Section);
        Settings<OidcOptions>(services, OidcOptions.Section).Validate(options => options.Wrong() is null, "Identity:Providers: give each an Issuer, a ClientId and, where the Issuer is no address, Keys.");

        services.AddSingleton(Admins.Schema).AddSingleton<Documents<Admins>>();
        services.AddSingleton(Credential.Schema).AddSingleton<Documents<Credential>>();
        services.AddScoped<UserStore>().AddScoped<FirstAdmin>().AddSingleton<UserNames>();

        services.AddSingleton<Hashing>().AddSingleton<HashingMetrics>().AddSingleton<Throttle>().AddSingleton<Tokens>();
        services.AddSingleton<IdentityProviders>().AddSingleton<IIdentityProvider, OwnPasswords>();
        foreach (var house in configuration.GetSection(OidcOptions.Section).Get<OidcOptions>()?.Providers ?? [])
        {
            services.AddSingleton<IIdentityProvider>(provider => ActivatorUtilities.CreateInstance<OidcProvider>(provider, house, new HouseKeys(
                house, sidecar, provider.GetRequiredService<IOptions<OidcOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OidcProvider>>())));
        }

        services.AddSingleton<SecretStore>().AddSingleton<KeyRingStore>().AddSingleton<SigningKeys>();
        services.AddSingleton<KeysSource>(provider => _ => Jwks.Own(provider.GetRequiredService<SigningKeys>()));
        services.AddHostedService<Opening>();
    }

    private static OptionsBuilder<T> Settings<T>(IServiceCollection services, string section)
        where T : class => services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
