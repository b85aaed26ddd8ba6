using System.Text;
using Runner.Logs;

namespace Runner.Tests.Logs;

public sealed class JournalTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("1", false)]
    public void Colours_are_for_terminals_and_can_be_declined(string? noColour, bool expected)
    {
        Assert.Equal(expected, Journal.WantsColour(isTerminal: true, name => name == "NO_COLOR" ? noColour : null));
        Assert.False(Journal.WantsColour(isTerminal: false, name => name == "NO_COLOR" ? noColour : null));
        Assert.False(Journal.WantsColour(isTerminal: true, name => name == "TERM" ? "dumb" : null));
    }

    [Fact]
    public void Names_stand_in_one_column_each_in_its_colour()
    {
        using var output = new MemoryStream();
        using var journal = new Journal(output, hasColour: true, TimeProvider.System);
        journal.Expect(["a", "long-name"]);
        journal.Line("a", "one");
        journal.Line("long-name", "two");
        journal.Announce("ready: x");
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.Equal("\e[36ma         |\e[0m one", lines[0]);
        Assert.Equal("\e[32mlong-name |\e[0m two", lines[1]);
        Assert.Equal("ready: x", lines[2]);
    }
}
