using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;

namespace Sidecar.Absent;

/// <summary>Dapr's building blocks that are not here: each answers as daprd does when it has nothing to serve it with.</summary>
public sealed class AbsentBlocks(SidecarOptions options, KnownComponents known)
{
    private readonly AbsentBindings bindings = new(known);
    private readonly AbsentConfiguration configuration = new(known, hasApp: options.AppPort is not null);
    private readonly AbsentConversation conversation = new(known);
    private readonly AbsentCrypto crypto = new(known);
    private readonly AbsentJobs jobs = new(options);
    private readonly AbsentLock locks = new(known);
    private readonly AbsentStreams streams = new(known);

    public IEnumerable<ApiRoute> Routes =>
    [
        .. AbsentActors.Routes, .. bindings.Routes, .. configuration.Routes, .. conversation.Routes, .. crypto.Routes, .. jobs.Routes, .. locks.Routes,
    ];

    public void Register(GrpcMethods methods)
    {
        AbsentActors.Register(methods);
        bindings.Register(methods);
        configuration.Register(methods);
        conversation.Register(methods);
        crypto.Register(methods);
        jobs.Register(methods);
        locks.Register(methods);
        streams.Register(methods);
    }
}
