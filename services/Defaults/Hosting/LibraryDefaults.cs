using Library.Defaults.Auth;
using Library.Defaults.Stores;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Library.Defaults.Hosting;

/// <summary>What every service of the library has, in one line at each end of its Program.cs.</summary>
public static class LibraryDefaults
{
    public static LibraryBuilder AddLibraryDefaults(this WebApplicationBuilder builder, string appId)
    {
        builder.AddWeb(appId);
        var library = new LibraryBuilder(builder, appId);
        library.Services.AddSingleton(library.Names);
        library.Services.TryAddSingleton(TimeProvider.System);
        library.Services.AddDaprClient();
        library.Services.AddHostedService<StoreTypes>();
        return library;
    }

    public static WebApplication MapLibraryDefaults(this WebApplication app)
    {
        app.MapWeb();
        app.MapSubscribeHandler().ForSidecar();
        app.MapEndedSessions();
        app.MapWriting();
        app.MapReading();
        return app;
    }
}
