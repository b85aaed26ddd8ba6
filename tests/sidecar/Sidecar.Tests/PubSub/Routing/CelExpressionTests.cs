using System.Text;
using Sidecar.PubSub.Routing;

namespace Sidecar.Tests.PubSub.Routing;

public sealed class CelExpressionTests
{
    private const string Event = """
        {"type":"order.created","subject":null,"big":9007199254740993,"data":{"kind":1,"price":12.5,"tags":["a","b"],"who":{"name":"Zoë \ud83d\ude00"},"n":-3,"empty":"","yes":true}}
        """;

    [Theory]
    [InlineData("event.type == \"order.created\"")]
    [InlineData("event.type == 'order.created' && event.data.kind == 1")]
    [InlineData("event['type'].startsWith('order.') && event.type.endsWith(\"created\") && event.type.contains('r.c')")]
    [InlineData("event.data.kind in [1, 2, 3]")]
    [InlineData("'a' in event.data.tags && !('z' in event.data.tags)")]
    [InlineData("'kind' in event.data")]
    [InlineData("has(event.data.price) && !has(event.data.cost)")]
    [InlineData("!has(event.type.length)")]
    [InlineData("event.data.price > 12 && event.data.price <= 12.5 && event.data.n < 0u")]
    [InlineData("event.data.kind == 1.0 && event.data.kind == 1u && event.data.kind != 2")]
    [InlineData("event.big == 9007199254740992")]
    [InlineData("event.data.kind + 1.0 == 2.0 && 7 / 2 == 3 && -7 % 3 == -1 && 2 * 3 - 1 == 5")]
    [InlineData("(event.data.yes ? 'y' : 'n') == 'y'")]
    [InlineData("event.type.matches('^order\\\\.[a-z]+$')")]
    [InlineData("event.type.matches(r'^order\\.\\w+$') && matches(event.type, 'created')")]
    [InlineData("size(event.data.tags) == 2 && event.data.tags.size() == 2 && size(event.data.empty) == 0")]
    [InlineData("size(event.data.who.name) == 5")]
    [InlineData("int(event.data.price) == 12 && int('42') == 42 && double('1.5') == 1.5 && string(7) == '7' && bool('true')")]
    [InlineData("string(event.data.price) == '12.5' && string(1e6) == '1e+06' && string(true) == 'true'")]
    [InlineData("event.data.tags.all(t, size(t) == 1) && event.data.tags.exists(t, t == 'b') && event.data.tags.exists_one(t, t == 'a')")]
    [InlineData("event.data.tags.map(t, t + '!') == ['a!', 'b!'] && event.data.tags.filter(t, t != 'a') == ['b']")]
    [InlineData("event.data.tags.map(t, t == 'a', t + t) == ['aa']")]
    [InlineData("{'a': 1, 'b': [2]}.b[0] == 2 && {1: 'x'}[1.0] == 'x'")]
    [InlineData("event.subject == null && event.data.tags[1] == 'b'")]
    [InlineData("\"\\u0041\\x42\\103\\n\" == 'ABC\\n' && r'\\n' != '\\n' && '''it's''' == \"it's\"")]
    [InlineData("0x10 == 16 && .5 == 5e-1 && -9223372036854775808 < 0 // a remark")]
    [InlineData("timestamp('2026-01-02T03:04:05Z') < timestamp('2026-01-02T03:04:05.5Z') && duration('1m') == duration('60s')")]
    [InlineData("timestamp('2026-01-02T03:04:05Z').getFullYear() == 2026 && type(event.data) == map && type(1) == int")]
    [InlineData("true || event.missing.x == 1")]
    [InlineData("event.missing.x == 1 || true")]
    [InlineData("!(event.missing.x == 1 && false)")]
    [InlineData("event.data.tags.exists(t, t == 'b' || t < 1)")]
    public void A_rule_takes_the_event(string rule) => Assert.True(Evaluate(rule));

    [Theory]
    [InlineData("event.type == \"order.paid\"")]
    [InlineData("event.data.who == event.data")]
    [InlineData("1 == '1'")]
    [InlineData("event.data.kind == null")]
    public void A_rule_leaves_the_event_alone(string rule) => Assert.False(Evaluate(rule));

    [Theory]
    [InlineData("event.data.missing == 1", "no such key: missing")]
    [InlineData("event.missing.deep == 1", "no such key: missing")]
    [InlineData("event.type.length == 1", "no such key: length")]
    [InlineData("other == 1", "no such attribute(s): other")]
    [InlineData("event.type", "not a boolean")]
    [InlineData("1", "not a boolean")]
    [InlineData("event.data.kind + 1 == 2", "no such overload")]
    [InlineData("event.type < 1", "no such overload")]
    [InlineData("event.type && true", "no such overload")]
    [InlineData("event.type ? true : false", "no such overload")]
    [InlineData("event.data.tags[5] == 'a'", "index out of bounds")]
    [InlineData("has(event.missing.x)", "no such key: missing")]
    [InlineData("1 / 0 == 1", "division by zero")]
    [InlineData("9223372036854775807 + 1 > 0", "integer overflow")]
    [InlineData("event.data.tags.exists_one(t, t == 'a' || t < 1)", "no such overload")]
    [InlineData("event.type.matches('(')", "regexp")]
    public void A_question_that_makes_no_sense_for_the_event_is_an_error(string rule, string problem)
    {
        Assert.False(CelExpression.Parse(rule).TryMatch(Tree(), out _, out var reason));
        Assert.Contains(problem, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("event.type = 'x'")]
    [InlineData("event.type ==")]
    [InlineData("(event.type")]
    [InlineData("event.type == 'x")]
    [InlineData("event.type.shout()")]
    [InlineData("shout(event)")]
    [InlineData("size()")]
    [InlineData("has(event)")]
    [InlineData("event.data.all(1, true)")]
    [InlineData("event.type == 'a' 'b'")]
    [InlineData("9223372036854775808 > 0")]
    [InlineData("for == 1")]
    [InlineData("event.type == \"\\q\"")]
    [InlineData("#")]
    public void A_rule_that_cannot_be_read_is_refused(string rule) => Assert.Throws<CelException>(() => CelExpression.Parse(rule));

    [Fact]
    public void A_rule_that_is_nested_without_end_is_refused() =>
        Assert.Throws<CelException>(() => CelExpression.Parse(new string('(', 100_000) + "true" + new string(')', 100_000)));

    [Fact]
    public void An_event_that_is_nested_almost_without_end_is_an_error_or_an_answer()
    {
        var deep = EventTree.Read(Encoding.UTF8.GetBytes(new string('[', 9_000) + new string(']', 9_000)));
        CelExpression.Parse("event == event").TryMatch(deep, out _, out var problem);
        Assert.True(problem is "" or "the event is too deeply nested");
    }

    private static bool Evaluate(string rule)
    {
        Assert.True(CelExpression.Parse(rule).TryMatch(Tree(), out var matches, out var problem), problem);
        return matches;
    }

    private static object? Tree() => EventTree.Read(Encoding.UTF8.GetBytes(Event));
}
