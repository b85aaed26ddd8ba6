using Bench;

const string Help = """
    usage: bench [--seconds N] [--only SECTION,...] [--finished N] [--help]

      --seconds N      how long each measurement takes, after a third of it to warm up (default 5)
      --only SECTIONS  start, state, invoke, publish, outbox, view, gateway, token, workflow, run, registration (default: all)
      --finished N     how many workflows finish before their rate is measured once more (default 0: not at all)

    Prints our sidecar beside a bare Kestrel endpoint and beside the same store or broker used directly,
    all on this machine, in one run, 8 connections. Build with -c Release first.
    """;

if (args is ["--bare", var port, .. var rest])
{
    await BareEndpoint.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), rest is [var subscriptions] ? subscriptions : null);
    return 0;
}

if (args is ["--tokens", var listen, var jwks, var remembered])
{
    await TokenSection.ServeAsync(listen, jwks, remembered);
    return 0;
}

if (args is ["--workflow-worker", var ready, var grpc])
{
    await WorkflowWorker.RunAsync(int.Parse(ready, System.Globalization.CultureInfo.InvariantCulture), int.Parse(grpc, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

var seconds = 5.0;
var only = "start,state,invoke,publish,outbox,view,gateway,token,workflow,run";
var finished = 0;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seconds" when i + 1 < args.Length && double.TryParse(args[i + 1], out seconds):
            i++;
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--finished" when i + 1 < args.Length && int.TryParse(args[i + 1], out finished):
            i++;
            break;
        case "--help":
            Console.WriteLine(Help);
            return 0;
        default:
            Console.Error.WriteLine($"bench: {args[i]} makes no sense here\n{Help}");
            return 2;
    }
}

var pace = new Pace(TimeSpan.FromSeconds(seconds / 3), TimeSpan.FromSeconds(seconds));
Console.WriteLine($"{Environment.ProcessorCount} cores, {Pace.Connections} connections, {seconds} s each");
using var sidecars = new Sidecars();
foreach (var section in only.Split(','))
{
    await (section switch
    {
        "start" => StartSection.RunAsync(sidecars),
        "state" => StateSection.RunAsync(sidecars, pace),
        "invoke" => InvokeSection.RunAsync(sidecars, pace),
        "view" => ViewSection.RunAsync(sidecars, pace),
        "outbox" => OutboxSection.RunAsync(sidecars, pace),
        "publish" => PublishSection.RunAsync(sidecars, pace),
        "workflow" => WorkflowSection.RunAsync(sidecars, pace, finished),
        "registration" => RegistrationSection.RunAsync(),
        "run" => RunSection.RunAsync(),
        "token" => TokenSection.RunAsync(pace),
        "gateway" => GatewaySection.RunAsync(sidecars, pace),
        _ => throw new InvalidOperationException($"there is no section {section}; see --help"),
    });
}

return 0;
