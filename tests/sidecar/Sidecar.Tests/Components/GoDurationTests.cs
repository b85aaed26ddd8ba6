using Sidecar.Components;

namespace Sidecar.Tests.Components;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("300ms", 0.3)]
    [InlineData("-1.5h", -5400)]
    [InlineData("2h45m10s", 9910)]
    [InlineData("0", 0)]
    [InlineData("+5s", 5)]
    [InlineData(".5s", 0.5)]
    public void Durations_of_Go_are_read(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, bareUnit: null, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, precision: 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 s")]
    [InlineData("s")]
    [InlineData("-")]
    [InlineData("1d")]
    [InlineData("1.2.3s")]
    public void Anything_else_is_not(string text) => Assert.False(GoDuration.TryParse(text, bareUnit: null, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1.5, "1.5s")]
    [InlineData(0.25, "250ms")]
    [InlineData(0.0001, "100µs")]
    [InlineData(60, "1m0s")]
    [InlineData(3661.5, "1h1m1.5s")]
    [InlineData(-5, "-5s")]
    public void They_are_written_as_Go_writes_them(double seconds, string text) => Assert.Equal(text, GoDuration.Text(TimeSpan.FromSeconds(seconds)));
}
