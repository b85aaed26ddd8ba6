using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>Calls that fail in every way and instances that are killed, paused and stopped, at random, until it is told to be calm.</summary>
internal sealed class Disturbance(TestSidecar sidecar, Replicas replicas, Random random)
{
    private const int Sides = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly List<Landing> _landings = [];
    private readonly List<TestService> _asleep = [];

    public void Begin()
    {
        var seed = random.Next();
        On(0).Before();
        On(1).After();
        On(2).Before(Failure.Aborted);
        On(3).After(Failure.Aborted);
        _landings.Add(On(4).LandLater());
        _landings.Add(On(5).LandLater());

        FaultRule On(int side) => sidecar.Faults.On(call => new Random(seed + call.Number).Next(Sides) == side);
    }

    /// <summary>So many strokes against instances, each after some more calls.</summary>
    public async Task Run(int strokes)
    {
        for (var stroke = 0; stroke < strokes; stroke++)
        {
            await sidecar.Calls.First(sidecar.Calls.Count + random.Next(3, 25), Patience);
            await Strike();
        }
    }

    /// <summary>Who sleeps wakes, what is to land lands.</summary>
    public async Task Calm()
    {
        sidecar.Faults.Clear();
        _asleep.ForEach(service => service.Resume());
        foreach (var landing in _landings)
        {
            await landing.Land();
        }
    }

    private async Task Strike()
    {
        switch (random.Next(5))
        {
            case 0:
                replicas.Leave(replicas.Any(random)).Kill();
                await replicas.Start();
                break;
            case 1:
                var sleeper = replicas.Leave(replicas.Any(random));
                sleeper.Pause();
                _asleep.Add(sleeper);
                await replicas.Start();
                break;
            case 2:
                var stopping = replicas.Leave(replicas.Any(random)).Stop();
                await replicas.Start();
                await stopping;
                break;
            case 3 when _asleep.Count > 0:
                var woken = _asleep[random.Next(_asleep.Count)];
                _asleep.Remove(woken);
                woken.Resume();
                break;
            default:
                await _landings[random.Next(_landings.Count)].Land();
                break;
        }
    }
}
