using System.Runtime.CompilerServices;
using Dapr.Client;

namespace Sdk.Tests.Surface;

/// <summary>The public members of the SDK and those of the official one.</summary>
public sealed class SurfaceTests
{
    private const string GrpcNamespace = "Grpc.";
    private static readonly HashSet<string> Upstream = [.. File.ReadAllLines(Beside("Upstream.txt"))];
    private static readonly HashSet<string> UpstreamGrpc = [.. File.ReadAllLines(Beside("UpstreamGrpc.txt"))];
    private static readonly HashSet<string> Ours = [.. SurfaceLines.Of(typeof(DaprClient).Assembly)];

    [Fact]
    public void Nothing_is_here_that_does_not_exist_upstream() =>
        None(Ours.Where(line => !line.StartsWith(GrpcNamespace, StringComparison.Ordinal)).Except(Upstream));

    [Fact]
    public void Nothing_of_gRPC_is_here_that_its_packages_do_not_have() =>
        None(Ours.Where(line => line.StartsWith(GrpcNamespace, StringComparison.Ordinal)).Except(UpstreamGrpc));

    [Fact]
    public void What_upstream_has_and_this_lacks_is_what_the_readme_says()
    {
        var lacking = Listed();
        var missing = Upstream.Except(Ours).ToList();
        None(missing.Where(line => !lacking.Any(entry => Covers(entry, line))));
        None(lacking.Where(entry => !missing.Any(line => Covers(entry, line))));
    }

    private static void None(IEnumerable<string> lines) => Assert.Equal("", string.Join('\n', lines.Order(StringComparer.Ordinal)));

    /// <summary>An entry is a line of the list, or a type with all that it has.</summary>
    private static bool Covers(string entry, string line) => line == entry || line.StartsWith($"{entry} is ", StringComparison.Ordinal) || line.StartsWith($"{entry} has ", StringComparison.Ordinal);

    private static List<string> Listed() =>
        [.. File.ReadAllLines(Beside("../../../../sidecar/Sdk/README.md"))
            .SkipWhile(line => line != "```lacks")
            .Skip(1)
            .TakeWhile(line => line != "```")];

    private static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
