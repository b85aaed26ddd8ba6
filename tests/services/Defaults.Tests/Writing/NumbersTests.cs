using Library.Defaults.Outbox;

namespace Defaults.Tests.Writing;

public sealed class NumbersTests
{
    [Fact]
    public void Only_numbers_below_the_limit_are_issued_each_once()
    {
        var numbers = new Numbers(published: 5, next: 5, limit: 8);

        Assert.True(numbers.TryTake(2, out var first));
        Assert.False(numbers.TryTake(2, out _));
        Assert.True(numbers.TryTake(1, out var second));
        Assert.False(numbers.TryTake(1, out _));

        Assert.Equal((5, 7), (first, second));
    }

    [Fact]
    public void Published_stops_at_the_first_that_is_not_settled()
    {
        var numbers = new Numbers(0, 0, 10);
        numbers.TryTake(4, out _);

        numbers.Settled(1);
        numbers.Sent("t", 3);
        Assert.Equal(0, numbers.Published);
        numbers.Settled(0);
        Assert.Equal(2, numbers.Published);
        numbers.Settled(2);

        Assert.Equal((4, true), (numbers.Published, numbers.IsSettled));
        Assert.Equal(3, numbers.Latest["t"]);
    }

    [Fact]
    public void Settling_twice_changes_nothing()
    {
        var numbers = new Numbers(0, 0, 10);
        numbers.TryTake(2, out _);

        numbers.Settled(0);
        numbers.Settled(0);

        Assert.Equal(1, numbers.Published);
    }

    [Fact]
    public void Closed_nothing_is_issued_until_the_limit_is_raised_again()
    {
        var numbers = new Numbers(0, 0, 10);
        numbers.TryTake(1, out _);
        Assert.False(numbers.TryClose(onlyIfSettled: true, out _));
        numbers.Settled(0);

        Assert.True(numbers.TryClose(onlyIfSettled: true, out var end));
        Assert.False(numbers.TryTake(1, out _));
        numbers.Raise(20);

        Assert.True(numbers.TryTake(1, out var next));
        Assert.Equal((1, 1), (end, next));
    }
}
