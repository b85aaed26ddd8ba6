#nullable disable
using Grpc.Core;

namespace Dapr.Client;

/// <summary>A call to another app that failed.</summary>
public class InvocationException : DaprException
{
    /// <summary>A failure over HTTP; without an answer when none came.</summary>
    public InvocationException(string appId, string methodName, Exception innerException, HttpResponseMessage response)
        : base(MessageOf(appId, methodName), innerException)
    {
        AppId = appId ?? Unknown;
        MethodName = methodName ?? Unknown;
        Response = response;
    }

    /// <summary>A failure over gRPC.</summary>
    public InvocationException(string appId, string methodName, RpcException innerException)
        : this(appId, methodName, innerException, null)
    {
    }

    /// <summary>The app that was called.</summary>
    public string AppId { get; }

    /// <summary>Its method.</summary>
    public string MethodName { get; }

    /// <summary>What it answered; null when nothing came.</summary>
    public HttpResponseMessage Response { get; }

    private const string Unknown = "unknown";

    private static string MessageOf(string appId, string methodName) =>
        $"An exception occurred while invoking method: '{methodName ?? Unknown}' on app-id: '{appId ?? Unknown}'";
}
