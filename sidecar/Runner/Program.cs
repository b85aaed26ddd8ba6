using System.Runtime.InteropServices;
using Runner;
using Runner.Components;
using Runner.Databases;
using Runner.Doctor;
using Runner.Logs;
using Runner.Template;
using Sidecar.Components;

var line = CommandLine.Parse(args);
if (line.Problems.Count > 0)
{
    return await RefuseAsync(line.Problems);
}

if (line.Intent is Intent.Help)
{
    Console.WriteLine(HelpText.Text);
    return 0;
}

var findings = new Findings();
var file = RunFileReader.Read(line.File, findings);
if (file is null || findings.Problems.Count > 0)
{
    return await RefuseAsync(findings.Problems.Select(problem => problem.ToString()));
}

foreach (var note in findings.Notes)
{
    await Console.Error.WriteLineAsync($"note: {note}");
}

if (ComponentChoice.Apply(file, line.Components, out var noSet) is not { } chosen)
{
    return await RefuseAsync([noSet!]);
}

if (AppChoice.Apply(chosen, line.Only, out var noApp) is not { } only)
{
    return await RefuseAsync([noApp!]);
}

// Relative paths in component files are meant from here, as with daprd.
Environment.CurrentDirectory = only.Folder;
using var stop = new CancellationTokenSource();
using var hurry = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
using var journal = Journal.OfConsole(Environment.GetEnvironmentVariable);
switch (line.Intent)
{
    case Intent.Doctor:
        return await new Examination(Console.Out).RunAsync(only, Environment.GetEnvironmentVariable, stop.Token);
    case Intent.Prepare:
        return await new Prepare(only, Console.Out).RunAsync(line.Sql, Environment.GetEnvironmentVariable, stop.Token);
    default:
        journal.Expect([SidecarProcess.Name, .. only.Apps.Select(app => app.Id)]);
        return await new Run(only, journal, Environment.GetEnvironmentVariable, TimeProvider.System).RunAsync(line.Fresh, stop.Token, hurry.Token);
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    if (stop.IsCancellationRequested)
    {
        hurry.Cancel();
    }

    stop.Cancel();
}

static async Task<int> RefuseAsync(IEnumerable<string> problems)
{
    foreach (var problem in problems)
    {
        await Console.Error.WriteLineAsync($"./run: {problem}");
    }

    return 2;
}
