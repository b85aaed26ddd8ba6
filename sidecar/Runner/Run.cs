using Runner.Components;
using Runner.Databases;
using Runner.Doctor;
using Runner.Logs;
using Runner.Processes;
using Runner.Template;

namespace Runner;

/// <summary>From the run file to "ready", until somebody says stop.</summary>
internal sealed class Run(RunFile file, Journal journal, Func<string, string?> environment, TimeProvider time)
{
    // How the sidecar process ends when a component or a port is wrong, and when a flag is.
    private const int CannotStart = 1;
    private const int Misunderstood = 2;
    private const int MostTries = 5;
    private int tries;

    /// <param name="stop">the first wish to end</param>
    /// <param name="hurry">the second one</param>
    public async Task<int> RunAsync(bool fresh, CancellationToken stop, CancellationToken hurry)
    {
        try
        {
            if (!await PrepareAsync(fresh, stop))
            {
                return 1;
            }
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        var tokens = Tokens.Make(environment);
        using var files = new LogFiles(time);
        await using var guard = new Guard(journal.Say);
        await using var sidecar = new KeptAlive(SidecarProcess.Launch(file, tokens, SidecarProcess.Listener(file, journal, files)), guard, journal.Say, time);
        var apps = file.Apps.Where(app => app.Command.Count > 0)
            .Select(app => (App: app, Process: new KeptAlive(AppProcess.Launch(app, tokens, journal, files), guard, journal.Say, time)))
            .ToList();
        try
        {
            sidecar.IsHopeless = IsHopeless;
            sidecar.Start();
            if (!await StartAsync(sidecar, apps, stop))
            {
                return 1;
            }

            journal.Announce($"ready: {Front}");
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            journal.Say("stopping");
            return 0;
        }
        finally
        {
            // Apps first: they may still have something to say to others.
            await Task.WhenAll(apps.Select(app => app.Process.StopAsync(hurry)));
            await sidecar.StopAsync(hurry);
        }
    }

    /// <summary>The front door, when there is one; else the first that listens.</summary>
    private string Front
    {
        get
        {
            var front = file.Apps.FirstOrDefault(app => app is { Id: "gateway", Port: > 0 }) ?? file.Apps.FirstOrDefault(app => app.Port > 0);
            return front is null ? $"http://localhost:{file.Apps[0].HttpPort}" : $"{(front.Protocol == "https" ? "https" : "http")}://localhost:{front.Port}";
        }
    }

    private async Task<bool> PrepareAsync(bool fresh, CancellationToken stop)
    {
        var taken = PortCheck.Taken(file).ToList();
        if (taken.Count > 0)
        {
            return Refuse(taken);
        }

        if (fresh)
        {
            Fresh.Forget(file);
        }

        Directory.CreateDirectory(file.Data);
        var chosen = await ChosenComponents.ReadAsync(file, environment, stop);
        foreach (var secret in chosen.Shown)
        {
            journal.Say($"{secret}");
        }

        if (chosen.Problems.Count > 0)
        {
            return Refuse(chosen.Problems.Select(problem => (problem, "change that file")));
        }

        if (chosen.ForDaprdAlone.Any())
        {
            return Refuse(chosen.ForDaprdAlone);
        }

        var servers = ServerList.Of(chosen.Components);
        var faults = await Preparation.RunAsync(servers, environment, journal.Say, stop);
        if (faults.Any(fault => fault.IsLasting))
        {
            return Refuse(faults.Select(fault => (fault.Problem, fault.Mend)));
        }

        foreach (var fault in faults)
        {
            journal.Say($"{fault.Problem}; {fault.Mend}");
        }

        if (fresh)
        {
            await Fresh.ForgetAsync(servers, journal.Say, stop);
        }

        return true;
    }

    /// <summary>Every port was free a moment ago: who has one now is a passing connection of somebody else, most likely.</summary>
    private bool IsHopeless(int exitCode) => exitCode is CannotStart or Misunderstood && (++tries == MostTries || !PortCheck.Taken(Sidecars).Any());

    /// <summary>The run file without the ports of the apps, which some may have taken already.</summary>
    private RunFile Sidecars => file with { Apps = [.. file.Apps.Select(app => app with { Port = 0 })] };

    private bool Refuse(IEnumerable<(string Problem, string Mend)> problems)
    {
        foreach (var (problem, mend) in problems)
        {
            journal.Say($"cannot start: {problem}; to mend it, {mend}");
        }

        return false;
    }

    /// <summary>Each app once its sidecar answers. False when the sidecars cannot start at all.</summary>
    private async Task<bool> StartAsync(KeptAlive sidecar, List<(AppTemplate App, KeptAlive Process)> apps, CancellationToken stop)
    {
        journal.Say($"starting {file.Apps.Count} {(file.Apps.Count == 1 ? "app" : "apps")}: {string.Join(", ", file.Apps.Select(app => app.Id))}");
        using var readiness = new Readiness(time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waits = file.Apps.Select(async app =>
        {
            await readiness.SidecarAsync(app, journal.Say, giveUp.Token);
            apps.Find(one => one.App == app).Process?.Start();
            if (app.Command.Count > 0)
            {
                await readiness.AppAsync(app, journal.Say, giveUp.Token);
                journal.Say($"{app.Id} answers");
            }
        });
        var ready = Task.WhenAll(waits);
        if (await Task.WhenAny(ready, sidecar.GivenUp) == sidecar.GivenUp)
        {
            await giveUp.CancelAsync();
            await ready.ContinueWith(_ => { }, TaskScheduler.Default);
            journal.Say("cannot start: the sidecars say above what is wrong");
            return false;
        }

        await ready;
        sidecar.IsHopeless = _ => false;
        return true;
    }
}
