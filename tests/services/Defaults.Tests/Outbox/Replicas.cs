using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>The instances that clients know, in turn.</summary>
internal sealed class Replicas(TestSidecar sidecar)
{
    private readonly Lock _gate = new();
    private readonly List<(TestService Service, CancellationTokenSource Abandoned)> _running = [];
    private TaskCompletionSource _some = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _turn;

    public async Task<TestService> Start()
    {
        var service = await sidecar.Run(TallyService.Build, TallyService.Map, Configure);
        lock (_gate)
        {
            _running.Add((service, new CancellationTokenSource()));
            _some.TrySetResult();
        }

        return service;
    }

    public string Any(Random random)
    {
        lock (_gate)
        {
            return _running[random.Next(_running.Count)].Service.Name;
        }
    }

    /// <summary>Clients give up on it and go to another.</summary>
    public TestService Leave(string name)
    {
        lock (_gate)
        {
            var left = _running.Find(one => one.Service.Name == name);
            _running.Remove(left);
            if (_running.Count == 0)
            {
                _some = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            left.Abandoned.Cancel();
            return left.Service;
        }
    }

    public async Task<(TestService Service, CancellationToken Abandoned)> Next()
    {
        while (true)
        {
            Task some;
            lock (_gate)
            {
                if (_running.Count > 0)
                {
                    var (service, abandoned) = _running[_turn++ % _running.Count];
                    return (service, abandoned.Token);
                }

                some = _some.Task;
            }

            await some;
        }
    }

    /// <summary>The shipped proportions, and a block so small that it is often used up.</summary>
    private static void Configure(ServiceOptions options) => options
        .Setting("Stores:AllowInMemory", "true")
        .Setting("Outbox:Block", "4")
        .Setting("Outbox:QuietAfter", "00:00:04")
        .Setting("Outbox:LookAround", "00:00:04");
}
