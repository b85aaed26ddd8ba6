using Sidecar.PubSub.Routing;
using Sidecar.Resiliency;

namespace Sidecar.Tests.Resiliency;

public sealed class TripExpressionTests
{
    private static readonly BreakerCounts Counts = new(Requests: 10, TotalSuccesses: 4, TotalFailures: 6, ConsecutiveSuccesses: 0, ConsecutiveFailures: 3);

    [Theory]
    [InlineData("consecutiveFailures > 2", true)]
    [InlineData("consecutiveFailures > 3", false)]
    [InlineData("consecutiveFailures >= 3 && requests > 5", true)]
    [InlineData("requests > 50 || totalFailures == 6", true)]
    [InlineData("!(requests > 50)", true)]
    [InlineData("totalFailures * 100 / requests >= 60", true)]
    [InlineData("totalFailures - totalSuccesses + 1 != 3", false)]
    [InlineData("requests % 3 == 1", true)]
    [InlineData("-consecutiveFailures < -2", true)]
    [InlineData("double(totalFailures) / double(requests) > 0.5", true)]
    [InlineData("double(totalFailures) / double(requests) > 0.65", false)]
    [InlineData("int(7.9) == 7 && requests >= 9.5", true)]
    [InlineData("requests > 5 ? totalFailures > 5 : false", true)]
    [InlineData("2 + 3 * 2 == 8", true)]
    [InlineData("true", true)]
    public void An_expression_is_worked_out_from_the_counts(string expression, bool trips)
    {
        Assert.Equal(trips, TripExpression.Parse(expression, out var doubt)(Counts));
        Assert.Null(doubt);
    }

    [Theory]
    [InlineData("requests / consecutiveSuccesses > 1")]
    [InlineData("requests")]
    [InlineData("requests > true")]
    [InlineData("requests + 0.5 > 1.0")]
    [InlineData("9223372036854775807 + 1 > 0")]
    [InlineData("!requests")]
    public void What_has_no_answer_does_not_trip(string expression) => Assert.False(TripExpression.Parse(expression, out _)(Counts));

    [Fact]
    public void A_side_that_settles_the_matter_covers_the_error_of_the_other()
    {
        Assert.True(TripExpression.Parse("1 / consecutiveSuccesses == 1 || totalFailures == 6", out _)(Counts));
        Assert.False(TripExpression.Parse("1 / consecutiveSuccesses == 1 || totalFailures == 7", out _)(Counts));
    }

    [Fact]
    public void A_name_without_a_counter_is_told_and_does_not_trip()
    {
        Assert.False(TripExpression.Parse("consecutiveFailure > 0", out var doubt)(Counts));
        Assert.Equal("no such attribute(s): consecutiveFailure", doubt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("requests >")]
    [InlineData("(requests > 1")]
    [InlineData("requests > 1)")]
    [InlineData("requests > 1 requests")]
    [InlineData("requests # 1")]
    [InlineData("sizes(requests)")]
    public void What_cannot_be_read_is_refused(string expression) => Assert.Throws<CelException>(() => TripExpression.Parse(expression, out _));

    [Fact]
    public void Nesting_has_a_limit() => Assert.Throws<CelException>(() => TripExpression.Parse(new string('(', 100_000), out _));
}
