namespace Sidecar.PubSub.Routing;

/// <summary>A rule of a subscription in CEL, understood once and asked for each message.</summary>
public sealed class CelExpression
{
    private const string Event = "event";
    private readonly CelNode root;

    private CelExpression(string text)
    {
        Text = text;
        root = CelParser.Parse(text);
    }

    public string Text { get; }

    /// <summary>Throws <see cref="CelException"/>.</summary>
    public static CelExpression Parse(string text) => new(text);

    /// <summary>Whether the rule takes the event. False with a problem when the question makes no sense for it.</summary>
    internal bool TryMatch(object? @event, out bool matches, out string problem)
    {
        (matches, problem) = (false, "");
        object? result;
        try
        {
            result = root.Evaluate(new CelScope(null, Event, @event));
        }
        catch (InsufficientExecutionStackException)
        {
            result = new CelError("the event is too deeply nested");
        }

        switch (result)
        {
            case bool answer:
                matches = answer;
                return true;
            case CelError error:
                problem = error.Message;
                return false;
            default:
                problem = $"the result of match expression {Text} was not a boolean";
                return false;
        }
    }
}
