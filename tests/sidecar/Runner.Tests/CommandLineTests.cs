using Runner.Databases;

namespace Runner.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Options_take_their_value_after_a_blank_or_an_equals_sign()
    {
        var line = CommandLine.Parse(["--components", "postgres", "--only=a, b", "--only", "c", "--fresh"]);
        Assert.Equal(("postgres", true), (line.Components, line.Fresh));
        Assert.Equal(["a", "b", "c"], line.Only);
        Assert.Empty(line.Problems);
    }

    [Theory]
    [InlineData(Intent.Doctor, "--file", "x.yaml", "doctor")]
    [InlineData(Intent.Prepare, "prepare", "--sql")]
    [InlineData(Intent.Help, "--components", "postgres", "--help")]
    [InlineData(Intent.Help, "help")]
    [InlineData(Intent.Run)]
    public void The_word_says_what_to_do(object intent, params string[] arguments) => Assert.Equal((Intent)intent, CommandLine.Parse(arguments).Intent);

    [Theory]
    [InlineData("did you mean --components?", "--component", "x")]
    [InlineData("did you mean doctor?", "docter")]
    [InlineData("--only needs a value", "--only")]
    [InlineData("--sql makes no sense here", "--sql")]
    [InlineData("--fresh makes no sense here", "doctor", "--fresh")]
    public void What_makes_no_sense_is_named(string problem, params string[] arguments) =>
        Assert.Contains(problem, string.Join('\n', CommandLine.Parse(arguments).Problems), StringComparison.Ordinal);

    [Fact]
    public void The_help_names_every_option()
    {
        foreach (var word in new[] { "--components", "--only", "--fresh", "--file", "--help", "doctor", "prepare", "--sql", PostgresAdmin.Variable, "NO_COLOR" })
        {
            Assert.Contains(word, HelpText.Text, StringComparison.Ordinal);
        }
    }
}
