namespace Dapr.Workflow;

/// <summary>Why something failed.</summary>
/// <param name="errorType">The full name of the exception's type.</param>
/// <param name="errorMessage">What it said.</param>
/// <param name="stackTrace">Where it came from.</param>
public class WorkflowTaskFailureDetails(string errorType, string errorMessage, string? stackTrace = null)
{
    /// <summary>The full name of the exception's type.</summary>
    public string ErrorType { get; } = errorType ?? throw new ArgumentNullException(nameof(errorType));

    /// <summary>What it said.</summary>
    public string ErrorMessage { get; } = errorMessage ?? throw new ArgumentNullException(nameof(errorMessage));

    /// <summary>Where it came from.</summary>
    public string? StackTrace { get; } = stackTrace;

    /// <summary>Whether the type is this one or derived from it. Only types of the core library are found by their names.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public bool IsCausedBy<T>()
        where T : Exception
    {
        try
        {
            return Type.GetType(ErrorType, throwOnError: false) is { } type && typeof(T).IsAssignableFrom(type);
        }
        catch (Exception problem) when (problem is ArgumentException or FileLoadException or BadImageFormatException or TypeLoadException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
