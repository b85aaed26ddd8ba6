using System.Globalization;
using Chaos.Tests;

return args switch
{
    [SubscriberApp.Word, var port, var folder] => await SubscriberApp.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), folder),
    [WorkerApp.Word, var grpc, var folder] => await WorkerApp.RunAsync(int.Parse(grpc, CultureInfo.InvariantCulture), folder),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
