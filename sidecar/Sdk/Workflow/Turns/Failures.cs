namespace Dapr.Workflow.Turns;

/// <summary>Exceptions as the protocol tells them.</summary>
internal static class Failures
{
    public static Protocol.TaskFailureDetails Of(Exception problem) => new()
    {
        ErrorType = problem.GetType().FullName ?? "Exception",
        ErrorMessage = problem.Message,
        StackTrace = problem.StackTrace ?? "",
    };

    public static Protocol.TaskFailureDetails Of(string type, string message) => new() { ErrorType = type, ErrorMessage = message, StackTrace = "" };

    public static WorkflowTaskFailureDetails Details(Protocol.TaskFailureDetails? told, string unsaid) =>
        new(told?.ErrorType ?? "Exception", told?.ErrorMessage ?? unsaid, told?.StackTrace ?? "");
}
