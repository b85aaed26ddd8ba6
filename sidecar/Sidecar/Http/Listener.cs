using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sidecar.Http;

/// <summary>A port of a sidecar and who answers on it.</summary>
public sealed record Listener(string Purpose, IPAddress Address, int Port, HttpProtocols Protocols, RequestDelegate Handler)
{
    /// <summary>The flag that sets the port, for messages.</summary>
    public string Flag { get; init; } = "";
}
