using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Hosting;

/// <summary>A service in the making: each capability of Defaults adds itself to it.</summary>
public sealed class LibraryBuilder(WebApplicationBuilder builder, string appId)
{
    public ServiceNames Names { get; } = new(appId);

    public IServiceCollection Services => builder.Services;

    public IConfiguration Configuration => builder.Configuration;

    public WebApplicationBuilder Web => builder;
}
