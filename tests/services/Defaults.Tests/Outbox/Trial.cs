using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>One run of the same few commands with one strike at one call, until all is acknowledged and quiet; then all that happened is checked.</summary>
internal sealed class Trial(TestSidecar sidecar) : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private readonly Replicas _replicas = new(sidecar);
    private readonly List<Command> _commands = [];
    private readonly List<Func<Task>> _atTheEnd = [];
    private readonly List<Task> _sending = [];
    private Task _acting = Task.CompletedTask;
    private Fault? _strike;

    public TestSidecar Sidecar => sidecar;

    public static async Task<Trial> Begin()
    {
        var sidecar = await TestSidecar.Start(options => options.AppId(TallyService.App).InMemoryState(TallyService.Store).InMemoryPubSub("pubsub"));
        sidecar.Log.ExpectAnything();
        return new Trial(sidecar);
    }

    public Task<TestService> Start() => _replicas.Start();

    /// <summary>An instance dies with facts that are committed and not published, and with a transaction under way.</summary>
    public async Task LeaveOpen()
    {
        var service = await Start();
        using var silent = sidecar.Faults.On(Call.PublishEvent).Before();
        await Send("a p", "b q", "a r");
        using var open = sidecar.Faults.On(Call.ExecuteStateTransaction).Hold();
        _ = SendAll("d s!");
        await open.Arrived();
        _replicas.Leave(service.Name);
        service.Kill();
        await AtTheEnd(() => Released(open));
    }

    /// <summary>An instance ends in peace while the broker is away: its place is free, and has facts that are committed and not published.</summary>
    public async Task LeaveReleased()
    {
        var service = await Start();
        using var silent = sidecar.Faults.On(Call.PublishEvent).Before();
        await Send("a p");
        _replicas.Leave(service.Name);
        await Advance(service.Stop());
    }

    /// <summary>In turn; see <see cref="Command.Of"/>.</summary>
    public async Task Send(params string[] commands)
    {
        foreach (var command in commands)
        {
            await Advance(SendAll(command));
        }
    }

    /// <summary>All at once.</summary>
    public Task SendAll(params string[] commands)
    {
        List<Command> sent = [.. commands.Select(Command.Of)];
        _commands.AddRange(sent);
        var sending = Task.WhenAll(sent.Select(command => Task.Run(() => command.Run(_replicas, sidecar.Clock))));
        _sending.Add(sending);
        return sending;
    }

    public async Task Advance(Task work)
    {
        await sidecar.AdvanceUntil(() => work.IsCompleted, Step);
        await work;
    }

    /// <summary>To be called before the call with that number is made.</summary>
    public void Arrange(int number, Strike strike)
    {
        var at = sidecar.Faults.At(number);
        _strike = strike switch
        {
            Strike.FailsBefore => at.Before(),
            Strike.FailsAfter => at.After(),
            Strike.RefusedBefore => at.Before(Failure.Aborted),
            Strike.RefusedAfter => at.After(Failure.Aborted),
            Strike.LandsAfterOneCall or Strike.LandsAfterThreeCalls or Strike.LandsAtTheEnd => at.LandLater(),
            Strike.KilledAfter or Strike.PausedAfter or Strike.StoppedAfter => at.HoldAnswer(),
            _ => at.Hold(),
        };
        _acting = strike switch
        {
            Strike.LandsAfterOneCall => Land((Landing)_strike, number + 1),
            Strike.LandsAfterThreeCalls => Land((Landing)_strike, number + 3),
            Strike.LandsAtTheEnd => AtTheEnd(((Landing)_strike).Land),
            _ => _strike is Hold hold ? Act(hold, strike) : Task.CompletedTask,
        };
    }

    /// <summary>Sends all at once while instances and calls are struck at random.</summary>
    public async Task Disturb(Random random, int strokes, params string[] commands)
    {
        var disturbance = new Disturbance(sidecar, _replicas, random);
        disturbance.Begin();
        _ = SendAll(commands);
        await Advance(disturbance.Run(strokes));
        await disturbance.Calm();
    }

    /// <summary>Everything that waits for its moment happens, then everything settles down, then everything is checked.</summary>
    public async Task End()
    {
        sidecar.Faults.Clear();
        if (_strike is { Struck.Count: > 0 })
        {
            await Advance(_acting);
        }

        await Settle();
        foreach (var happen in _atTheEnd)
        {
            await happen();
        }

        await Settle();
        await new History(sidecar, _commands).Check();
    }

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    private async Task Settle()
    {
        await Advance(Task.WhenAll(_sending));
        await sidecar.AdvanceUntil(() => History.IsQuiet(sidecar));
    }

    private async Task Act(Hold hold, Strike strike)
    {
        var call = await hold.Struck.First(1, TimeSpan.FromMinutes(1));
        var service = _replicas.Leave(call[0].Service);
        switch (strike)
        {
            case Strike.KilledBefore or Strike.KilledAfter:
                service.Kill();
                await Start();
                break;
            case Strike.KilledAndLandsAtOnce:
                service.Kill();
                hold.Release();
                await Start();
                break;
            case Strike.KilledAndLandsAtTheEnd:
                service.Kill();
                await AtTheEnd(() => Released(hold));
                await Start();
                break;
            case Strike.StoppedBefore or Strike.StoppedAfter:
                var stopping = service.Stop();
                await Start();
                hold.Release();
                await stopping;
                break;
            default:
                service.Pause();
                await AtTheEnd(() => Woken(service, hold));
                await Start();
                break;
        }
    }

    private Task AtTheEnd(Func<Task> happen)
    {
        _atTheEnd.Add(happen);
        return Task.CompletedTask;
    }

    private async Task Land(Landing landing, int after)
    {
        await landing.Struck.First(1, TimeSpan.FromMinutes(1));
        await sidecar.Calls.First(after);
        await landing.Land();
    }

    private async Task Released(Hold hold)
    {
        hold.Release();
        await sidecar.Calls.First(call => call == hold.Struck[0] && call.Order > 0);
    }

    private static Task Woken(TestService service, Hold hold)
    {
        hold.Release();
        service.Resume();
        return Task.CompletedTask;
    }
}
