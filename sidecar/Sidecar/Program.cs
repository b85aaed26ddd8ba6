using Sidecar.Hosting;
using Sidecar.Metadata;

var flags = Flags.Parse(args);
if (flags.Problems.Count > 0)
{
    foreach (var problem in flags.Problems)
    {
        await Console.Error.WriteLineAsync(problem);
    }

    return 2;
}

switch (flags.Intent)
{
    case FlagsIntent.Help:
        Console.WriteLine(FlagsHelp.Text);
        return 0;
    case FlagsIntent.Version:
        Console.WriteLine(SidecarMetadata.RuntimeVersion);
        return 0;
    case FlagsIntent.BuildInfo:
        Console.WriteLine($"Version: {SidecarMetadata.RuntimeVersion}\n.NET: {Environment.Version}");
        return 0;
    case FlagsIntent.Wait:
        return await SidecarProcess.WaitAsync(flags.Sidecars[0]);
    default:
        return await SidecarProcess.RunAsync(flags);
}
