using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sidecar.Testing.Services;

/// <summary>Where a service runs in the process of a test.</summary>
internal sealed record ServiceHost(IAsyncDisposable Host, IServiceProvider Services)
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>From now on nothing is waited for when it stops.</summary>
    public void Hurry() => Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = TimeSpan.Zero;

    /// <summary>By its own entry point, which is anywhere in the assembly of <typeparamref name="TProgram"/>.</summary>
    public static ServiceHost OfProgram<TProgram>(Surroundings surroundings)
        where TProgram : class
    {
        var factory = new Factory<TProgram>(surroundings);
        factory.UseKestrel(options => options.Listen(IPAddress.Loopback, surroundings.Port));
        factory.StartServer();
        return new ServiceHost(factory, factory.Services);
    }

    /// <summary>Built here, for a few lines of service that have no program of their own.</summary>
    public static async Task<ServiceHost> OfPartsAsync(Surroundings surroundings, Action<WebApplicationBuilder> build, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder([.. surroundings.Settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.WebHost.UseUrls($"http://127.0.0.1:{surroundings.Port}");
        builder.Logging.ClearProviders().AddProvider(surroundings.Log);
        build(builder);
        surroundings.Register(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new ServiceHost(new Parts(app), app.Services);
    }

    private sealed class Parts(WebApplication app) : IAsyncDisposable
    {
        /// <summary>To dispose an app does not stop its hosted services.</summary>
        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private sealed class Factory<TProgram>(Surroundings surroundings) : WebApplicationFactory<TProgram>
        where TProgram : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (key, value) in surroundings.Settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(surroundings.Log));
            builder.ConfigureTestServices(surroundings.Register);
        }
    }

    /// <summary>What an instance is told of the world.</summary>
    internal sealed record Surroundings(int Port, IReadOnlyDictionary<string, string> Settings, ServiceLog Log, TimeProvider Time, IReadOnlyList<Action<IServiceCollection>> Registrations)
    {
        public void Register(IServiceCollection services)
        {
            services.Replace(ServiceDescriptor.Singleton(Time));
            services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
            foreach (var register in Registrations)
            {
                register(services);
            }
        }
    }
}
