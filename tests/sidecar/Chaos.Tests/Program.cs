using System.Globalization;
using Chaos.Tests;

return args is [SubscriberApp.Word, var port, var folder]
    ? await SubscriberApp.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), folder)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
