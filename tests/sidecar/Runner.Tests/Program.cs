using Runner.Tests;

return args is [TinyApp.Word, ..] ? TinyApp.Run() : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
