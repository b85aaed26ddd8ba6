using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Testing;

/// <summary>How an instance of a service is started in a test.</summary>
public sealed class ServiceOptions
{
    internal string? GivenName { get; private set; }

    internal Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    internal List<Action<IServiceCollection>> Registrations { get; } = [];

    /// <summary>What calls and log lines of this instance are called; "1", "2", … unless told.</summary>
    public ServiceOptions Name(string name)
    {
        GivenName = name;
        return this;
    }

    /// <summary>A setting as from the command line, stronger than files and environment.</summary>
    public ServiceOptions Setting(string key, string value)
    {
        Settings[key] = value;
        return this;
    }

    /// <summary>Registrations that replace the service's own.</summary>
    public ServiceOptions Services(Action<IServiceCollection> register)
    {
        Registrations.Add(register);
        return this;
    }
}
