using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>What the first screen of the README promises.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly Clone clone = new();

    private string Readme => File.ReadAllText(Path.Combine(clone.Folder, "README.md"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Its_commands_do_what_it_says()
    {
        var blocks = Blocks("## Run it");
        Assert.Equal(4, blocks.Count);
        var (start, ask, answer) = (blocks[0].Split('\n'), blocks[1], blocks[2]);
        Assert.StartsWith("git clone ", start[0], StringComparison.Ordinal);
        Assert.Equal("./run", Assert.Single(start[1..]));
        await using var run = clone.Run();
        var ready = await run.LineAsync("ready: ", Cancellation);
        Assert.Contains($"`{ready.Replace($"{clone.Port(8080)}", "8080", StringComparison.Ordinal)}`", Readme, StringComparison.Ordinal);
        Assert.Equal(answer, await ShellAsync(clone.WithPorts(ask)));
        await RegisterAsItSays(blocks[3]);
        run.Signal("INT");
        Assert.Equal(0, await run.EndAsync(Cancellation));
        Assert.True(Directory.Exists(Path.Combine(clone.Folder, ".data")));
    }

    [Fact]
    public void Its_table_names_the_apps_and_topics_that_there_are()
    {
        var readme = Readme;
        var table = readme[readme.IndexOf("## Contexts", StringComparison.Ordinal)..readme.IndexOf("## Test it", StringComparison.Ordinal)];
        var named = Code().Matches(table).Select(match => match.Groups["word"].Value).Order(StringComparer.Ordinal);
        var apps = AppId().Matches(File.ReadAllText(Path.Combine(clone.Folder, "dapr.yaml"))).Select(match => match.Groups["word"].Value);
        var topics = Directory.EnumerateFiles(Path.Combine(clone.Folder, "services", "Contracts"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Topic().Matches(File.ReadAllText(file))).Select(match => match.Groups["word"].Value);
        Assert.Equal(apps.Concat(topics).Order(StringComparer.Ordinal), named);
    }

    [Fact]
    public void Every_place_that_it_names_is_there()
    {
        var readme = Readme;
        var places = Code().Matches(readme[readme.IndexOf("## Where things are", StringComparison.Ordinal)..]).Select(match => match.Groups["word"].Value).Where(word => word.Contains('/') && !word.StartsWith("tests/", StringComparison.Ordinal) && !word.StartsWith("./", StringComparison.Ordinal));
        Assert.All(places, place => Assert.True(Path.Exists(Path.Combine(clone.Folder, place)), place));
    }

    private async Task RegisterAsItSays(string registerAndLogIn)
    {
        var answers = await ShellAsync(clone.WithPorts(registerAndLogIn));
        string Answered(string name) => Regex.Match(answers, $"\"{name}\":\"(?<it>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["it"].Value;

        var read = Code().Matches(Readme).Select(match => match.Groups["word"].Value).Single(word => word.Contains("READERID", StringComparison.Ordinal));
        var record = await ShellAsync(clone.WithPorts(read.Replace("READERID", Answered("readerId"), StringComparison.Ordinal).Replace("ACCESSTOKEN", Answered("accessToken"), StringComparison.Ordinal)));
        Assert.Contains("Ada Lovelace", record, StringComparison.Ordinal);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var zipkin = new HttpClient();
        var search = clone.Url(9411, $"/api/v2/traces?annotationQuery=saga.id={Answered("id")}");
        while (!(await zipkin.GetStringAsync(search, limit.Token)).Contains("readerusercreation completed", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }

    /// <summary>What stands between fences in one chapter.</summary>
    private List<string> Blocks(string chapter)
    {
        var readme = Readme;
        var start = readme.IndexOf(chapter, StringComparison.Ordinal) + chapter.Length;
        var end = readme.IndexOf("\n## ", start, StringComparison.Ordinal);
        return [.. readme[start..end].Split("```").Where((_, index) => index % 2 == 1).Select(block => block.Trim('\n'))];
    }

    private async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = clone.Folder })!;
        var said = await Task.WhenAll(shell.StandardOutput.ReadToEndAsync(Cancellation), shell.StandardError.ReadToEndAsync(Cancellation));
        await shell.WaitForExitAsync(Cancellation);
        Assert.True(shell.ExitCode == 0, said[1]);
        return said[0];
    }

    [GeneratedRegex("`(?<word>[^`\n]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"appID: (?<word>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AppId();

    [GeneratedRegex("Topic = \"(?<word>[a-z]+\\.[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Topic();
}
