namespace Architecture.Tests;

/// <summary>Each rule seen red on a repository that breaks it.</summary>
public sealed class RulesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("architecture-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("services/Lending/Command/A.csproj", "../../Readers/Command/B.csproj", "services never reference each other")]
    [InlineData("services/Lending/Query/A.csproj", "../Command/B.csproj", "services never reference each other")]
    [InlineData("services/Lending/Command/A.csproj", "../../../sidecar/Sidecar/Sidecar.csproj", "over the wire")]
    [InlineData("services/Contracts/A.csproj", "../Defaults/B.csproj", "depends on nothing")]
    [InlineData("services/Sagas/A.csproj", "../Users/B.csproj", "knows Defaults and no service")]
    [InlineData("services/Defaults/A.csproj", "../Users/B.csproj", "knows no service")]
    [InlineData("sidecar/Runner/A.csproj", "../../services/Users/B.csproj", "knows no library")]
    [InlineData("sidecar/Sdk/A.csproj", "../Sidecar/Sidecar.csproj", "talks to any sidecar")]
    [InlineData("sidecar/Sidecar/A.csproj", "../../tests/sidecar/B.csproj", "nothing depends on tests")]
    public void A_wrong_arrow_is_named(string project, string reference, string reason)
    {
        Write(project, $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>");
        Assert.Contains(reason, Assert.Single(Rules.ForbiddenArrows(new Repository(root))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services/Lending/Command/A.csproj", "../../Defaults/B.csproj")]
    [InlineData("services/Lending/Command/A.csproj", "../../Contracts/B.csproj")]
    [InlineData("services/Coordinator/A.csproj", "../Sagas/B.csproj")]
    [InlineData("services/Defaults/A.csproj", "../../sidecar/Sdk/B.csproj")]
    [InlineData("tests/sidecar/A.csproj", "../../sidecar/Sidecar/Sidecar.csproj")]
    public void A_right_arrow_is_not(string project, string reference)
    {
        Write(project, $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>");
        Assert.Empty(Rules.ForbiddenArrows(new Repository(root)));
    }

    [Fact]
    public void A_long_file_is_named()
    {
        Write("sidecar/Sidecar/Long.cs", string.Concat(Enumerable.Repeat("x\n", 301)));
        Write("tests/Long.cs", string.Concat(Enumerable.Repeat("x\n", 500)));
        Assert.Equal(["sidecar/Sidecar/Long.cs: 301 lines, the limit is 300"], Rules.LongFiles(new Repository(root)));
    }

    [Fact]
    public void The_SDK_in_a_use_case_is_named_and_at_an_edge_is_not()
    {
        Write("services/Lending/Command/LendBook.cs", "using Dapr.Client;\n");
        Write("services/Lending/Command/CopyStore.cs", "using Dapr.Client;\n");
        Assert.Equal(["services/Lending/Command/LendBook.cs names a Dapr namespace"], Rules.SdkInTheWrongPlace(new Repository(root)));
    }

    [Fact]
    public void A_library_word_in_the_tool_is_named()
    {
        Write("sidecar/Sidecar/Loans.cs", "class A { int Loan; }\n");
        Assert.Single(Rules.LibraryWordsInTheTool(new Repository(root)));
    }

    [Fact]
    public void Something_unfinished_is_named()
    {
        Write("sidecar/Sidecar/A.cs", "// TO" + "DO later\n");
        Assert.Single(Rules.LeftBehind(new Repository(root)));
    }

    [Fact]
    public void A_suppression_without_a_reason_is_named()
    {
        Write(".editorconfig", "root = true\ndotnet_diagnostic.CA1.severity = none\n# why\ndotnet_diagnostic.CA2.severity = none\n");
        Assert.Equal([".editorconfig:2 turns a rule off without a reason above it"], Rules.SuppressionsWithoutAReason(new Repository(root)));
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
