using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Common;

/// <summary>What goes on registering parts of a client.</summary>
public interface IDaprServiceBuilder
{
    /// <summary>Where they are registered.</summary>
    IServiceCollection Services { get; }
}
